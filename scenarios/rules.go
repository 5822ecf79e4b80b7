package scenarios

import (
	"reflect"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// Validate reports everything that is wrong with the scenario as [Problems]:
// unknown words, numbers out of range, contradictions, and faults and limits that
// could never have an effect.
func (s *Scenario) Validate() error { return check(s) }

// Validate reports everything that is wrong with the image as [Problems].
func (i Image) Validate() error { return check(&i) }

// Validate reports everything that is wrong with the fault as [Problems].
func (f Fault) Validate() error { return check(&f) }

// Validate reports everything that is wrong with the limit as [Problems].
func (l Limit) Validate() error { return check(&l) }

// check checks a value of this package, or any other struct of such values. The
// sources are those it was read from; none: it was made in Go.
func check(v any, sources ...*codec.Source) error {
	c := &checker{language.Check(v, sources...)}
	var whole *codec.Path
	switch v := v.(type) {
	case *Scenario:
		c.scenario(whole, v)
	case *Image:
		c.image(whole, v)
	case *Fault:
		c.fault(whole, v, nil)
	case *Limit:
		c.limit(whole, v)
	default:
		c.scenariosIn(v)
	}
	return problems(c.Problems())
}

// A checker has the rules of the language that are about what values mean.
type checker struct{ *codec.Report }

// scenariosIn checks the scenarios that are fields of another struct.
func (c *checker) scenariosIn(v any) {
	value := reflect.ValueOf(v).Elem()
	if value.Kind() != reflect.Struct {
		return
	}
	var whole *codec.Path
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if sc, ok := value.Field(i).Interface().(*Scenario); ok && sc != nil {
			c.scenario(whole.Field(field.Tag.Get("yaml")), sc)
		}
	}
}

func (c *checker) scenario(p *codec.Path, s *Scenario) {
	c.auth(p.Field("auth"), &s.Auth)
	c.storage(p.Field("storage"), &s.Storage)
	c.images(p.Field("images"), s.Images)
	c.faults(p.Field("faults"), s.Faults, s.Images)
	c.limits(p.Field("limits"), s.Limits)
	c.outcome(p.Field("outcome"), &s.Outcome, s.Images, c.Misread(p.Field("images")))
}

func (c *checker) auth(p *codec.Path, a *Auth) {
	tokens, keys := p.Field("tokens"), p.Field("keys")
	for i, t := range a.Tokens {
		if !isHeaderValue(t.Token) || strings.TrimSpace(t.Token) != t.Token {
			c.Problem(tokens.Item(i).Field("token"), "%q cannot be sent in a header", t.Token)
		}
	}
	for i, k := range a.Keys {
		if !isHeaderValue(k.Access) || strings.ContainsAny(k.Access, " ,/") {
			c.Problem(keys.Item(i).Field("access"), "%q cannot be part of a signature", k.Access)
		}
	}
}

func (c *checker) storage(p *codec.Path, s *Storage) {
	downloads := p.Field("downloads")
	for i := range s.Downloads {
		d := &s.Downloads[i]
		c.data(downloads.Item(i).Field("data"), &d.Data)
		if d.Fails != "" && d.Data != (Data{}) {
			c.Problem(downloads.Item(i).Field("data"), "has no effect: the import fails")
		}
	}
}

// entry is the path of a list's entry, where a single one can be written without
// a list.
func entry[T any](list *codec.Path, all []T, i int) *codec.Path {
	if len(all) == 1 {
		return list
	}
	return list.Item(i)
}

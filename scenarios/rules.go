package scenarios

import (
	"cmp"
	"reflect"
	"slices"
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

// outcome refuses names of images that the scenario does not have. Ids may be of
// images that never existed: there are scenarios about deleting these. Nothing is
// said about names if the images were misread.
func (c *checker) outcome(p *codec.Path, o *Outcome, images []Image, misread bool) {
	if (o.Error || o.Tries != 0) && len(o.Gone) == 0 && len(o.Kept) == 0 {
		c.Problem(p, "names no image: want gone or kept")
	}
	exists := func(name string) bool {
		return IsUUID(name) || misread || slices.ContainsFunc(images, func(i Image) bool { return i.mayBeCalled(name) })
	}
	for i, name := range o.Gone {
		if !exists(name) {
			c.Problem(entry(p.Field("gone"), o.Gone, i), "no image is called %q", name)
		}
	}
	for i, name := range o.Kept {
		at := entry(p.Field("kept"), o.Kept, i)
		if !exists(name) {
			c.Problem(at, "no image is called %q", name)
		}
		for _, gone := range o.Gone {
			if i := slices.IndexFunc(images, func(img Image) bool { return img.mustBeCalled(name) && img.mustBeCalled(gone) }); name == gone {
				c.Problem(at, "%q is also in gone", name)
			} else if i >= 0 {
				c.Problem(at, "%q is the image %s, which is also in gone, as %q", name, cmp.Or(images[i].ID, images[i].Name), gone)
			}
		}
	}
}

// mayBeCalled reports whether the image, or one of the Count images that it stands
// for, can have a name or id that matches the pattern.
func (i *Image) mayBeCalled(pattern string) bool {
	first := strings.ReplaceAll(i.Name, "{n}", "1")
	return MatchGlob(pattern, i.ID) || MatchGlob(pattern, first) ||
		i.Count > 0 && MatchGlob(strings.ReplaceAll(i.Name, "{n}", "*"), pattern)
}

// mustBeCalled reports whether the image has a name or an id that matches the
// pattern. Of an image that stands for several it knows only the id.
func (i *Image) mustBeCalled(pattern string) bool {
	return i.ID != "" && MatchGlob(pattern, i.ID) || i.Count <= 1 && i.Name != "" && MatchGlob(pattern, strings.ReplaceAll(i.Name, "{n}", "1"))
}

// entry is the path of a list's entry, where a single one can be written without
// a list.
func entry[T any](list *codec.Path, all []T, i int) *codec.Path {
	if len(all) == 1 {
		return list
	}
	return list.Item(i)
}

package scenarios

import (
	"reflect"
	"strings"
)

// Validate reports everything that is wrong with the scenario as [Problems]:
// words that are none, numbers out of range, contradictions, and rules that can
// never strike or never show.
func (s *Scenario) Validate() error {
	return validate(s, nil)
}

// Validate reports everything that is wrong with the image as [Problems].
func (i Image) Validate() error { return validate(&i, nil) }

// Validate reports everything that is wrong with the fault as [Problems].
func (f Fault) Validate() error { return validate(&f, nil) }

// Validate reports everything that is wrong with the limit as [Problems].
func (l Limit) Validate() error { return validate(&l, nil) }

// root is the path of the whole value.
var root *path

// validate checks a value of the language, or any other struct for its shape.
// Problems go to the sources it was read from, or are returned.
func validate(v any, from sources) error {
	c := &checker{sources: from}
	value := reflect.ValueOf(v).Elem()
	c.value(root, shapeOf(value.Type()), limits{}, value)
	switch v := v.(type) {
	case *Scenario:
		c.scenario(v)
	case *Image:
		c.image(root, v)
	case *Fault:
		c.fault(root, v)
	case *Limit:
		c.limit(root, v)
	}
	return c.problems.err()
}

func (c *checker) scenario(s *Scenario) {
	c.auth(&s.Auth)
	c.storage(&s.Storage)
	c.images(s.Images)
	c.faults(s.Faults)
	c.limits(s.Limits)
	c.outcome(&s.Outcome, s.Images)
}

func (c *checker) auth(a *Auth) {
	if len(a.Users) == 0 && len(a.Tokens) == 0 && len(a.Keys) == 0 {
		return
	}
	auth := root.field("auth")
	users, tokens, keys := auth.field("users"), auth.field("tokens"), auth.field("keys")
	unique(c, users, "name", a.Users, func(u *User) string { return u.Name })
	unique(c, tokens, "token", a.Tokens, func(t *Token) string { return t.Token })
	for i, t := range a.Tokens {
		if !isHeaderValue(t.Token) || strings.TrimSpace(t.Token) != t.Token {
			c.problem(tokens.item(i).field("token"), "%q cannot be sent in a header", t.Token)
		}
	}
	unique(c, keys, "access", a.Keys, func(k *Key) string { return k.Access })
	for i, k := range a.Keys {
		if !isHeaderValue(k.Access) || strings.ContainsAny(k.Access, " ,/") {
			c.problem(keys.item(i).field("access"), "%q cannot stand in a signature", k.Access)
		}
	}
}

func (c *checker) storage(s *Storage) {
	if len(s.Downloads) == 0 {
		return
	}
	list := root.field("storage").field("downloads")
	unique(c, list, "uri", s.Downloads, func(d *Download) string { return d.URI })
	for i := range s.Downloads {
		c.content(list.item(i), &s.Downloads[i].Data)
	}
}

// unique reports values of a list that have the same non-empty text at a key.
func unique[T any](c *checker, list *path, key string, all []T, text func(*T) string) {
	if len(all) < 2 {
		return
	}
	first := make(map[string]int, len(all))
	for i := range all {
		value := text(&all[i])
		if value == "" {
			continue
		}
		j, twice := first[value]
		if !twice {
			first[value] = i
			continue
		}
		c.problem(list.item(i).field(key), "%s %q is taken by %s", key, value, c.name(list.item(j)))
	}
}

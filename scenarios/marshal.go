package scenarios

import (
	"bytes"
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

// The types of the language are written as YAML and JSON by the same keys, and
// read as strictly as Parse reads a scenario. String is YAML on one line.

func (o Outcome) String() string   { return inline(o) }
func (a Auth) String() string      { return inline(a) }
func (u User) String() string      { return inline(u) }
func (t Token) String() string     { return inline(t) }
func (k Key) String() string       { return inline(k) }
func (i Image) String() string     { return inline(i) }
func (m Member) String() string    { return inline(m) }
func (d Data) String() string      { return inline(d) }
func (s Storage) String() string   { return inline(s) }
func (d Download) String() string  { return inline(d) }
func (f Fault) String() string     { return inline(f) }
func (m Match) String() string     { return inline(m) }
func (w Window) String() string    { return inline(w) }
func (i Injection) String() string { return inline(i) }
func (d Delay) String() string     { return inline(d) }
func (l Linger) String() string    { return inline(l) }
func (l Limit) String() string     { return inline(l) }

func (s Scenario) MarshalJSON() ([]byte, error)  { return marshalJSON(s) }
func (o Outcome) MarshalJSON() ([]byte, error)   { return marshalJSON(o) }
func (a Auth) MarshalJSON() ([]byte, error)      { return marshalJSON(a) }
func (u User) MarshalJSON() ([]byte, error)      { return marshalJSON(u) }
func (t Token) MarshalJSON() ([]byte, error)     { return marshalJSON(t) }
func (k Key) MarshalJSON() ([]byte, error)       { return marshalJSON(k) }
func (i Image) MarshalJSON() ([]byte, error)     { return marshalJSON(i) }
func (m Member) MarshalJSON() ([]byte, error)    { return marshalJSON(m) }
func (d Data) MarshalJSON() ([]byte, error)      { return marshalJSON(d) }
func (s Storage) MarshalJSON() ([]byte, error)   { return marshalJSON(s) }
func (d Download) MarshalJSON() ([]byte, error)  { return marshalJSON(d) }
func (f Fault) MarshalJSON() ([]byte, error)     { return marshalJSON(f) }
func (m Match) MarshalJSON() ([]byte, error)     { return marshalJSON(m) }
func (w Window) MarshalJSON() ([]byte, error)    { return marshalJSON(w) }
func (i Injection) MarshalJSON() ([]byte, error) { return marshalJSON(i) }
func (d Delay) MarshalJSON() ([]byte, error)     { return marshalJSON(d) }
func (l Linger) MarshalJSON() ([]byte, error)    { return marshalJSON(l) }
func (l Limit) MarshalJSON() ([]byte, error)     { return marshalJSON(l) }

func (s *Scenario) UnmarshalJSON(src []byte) error  { return unmarshalJSON(src, s) }
func (o *Outcome) UnmarshalJSON(src []byte) error   { return unmarshalJSON(src, o) }
func (a *Auth) UnmarshalJSON(src []byte) error      { return unmarshalJSON(src, a) }
func (u *User) UnmarshalJSON(src []byte) error      { return unmarshalJSON(src, u) }
func (t *Token) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, t) }
func (k *Key) UnmarshalJSON(src []byte) error       { return unmarshalJSON(src, k) }
func (i *Image) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, i) }
func (m *Member) UnmarshalJSON(src []byte) error    { return unmarshalJSON(src, m) }
func (d *Data) UnmarshalJSON(src []byte) error      { return unmarshalJSON(src, d) }
func (s *Storage) UnmarshalJSON(src []byte) error   { return unmarshalJSON(src, s) }
func (d *Download) UnmarshalJSON(src []byte) error  { return unmarshalJSON(src, d) }
func (f *Fault) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, f) }
func (m *Match) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, m) }
func (w *Window) UnmarshalJSON(src []byte) error    { return unmarshalJSON(src, w) }
func (i *Injection) UnmarshalJSON(src []byte) error { return unmarshalJSON(src, i) }
func (d *Delay) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, d) }
func (l *Linger) UnmarshalJSON(src []byte) error    { return unmarshalJSON(src, l) }
func (l *Limit) UnmarshalJSON(src []byte) error     { return unmarshalJSON(src, l) }

func (s Scenario) MarshalYAML() (any, error)  { return toTree(s), nil }
func (o Outcome) MarshalYAML() (any, error)   { return toTree(o), nil }
func (a Auth) MarshalYAML() (any, error)      { return toTree(a), nil }
func (u User) MarshalYAML() (any, error)      { return toTree(u), nil }
func (t Token) MarshalYAML() (any, error)     { return toTree(t), nil }
func (k Key) MarshalYAML() (any, error)       { return toTree(k), nil }
func (i Image) MarshalYAML() (any, error)     { return toTree(i), nil }
func (m Member) MarshalYAML() (any, error)    { return toTree(m), nil }
func (d Data) MarshalYAML() (any, error)      { return toTree(d), nil }
func (s Storage) MarshalYAML() (any, error)   { return toTree(s), nil }
func (d Download) MarshalYAML() (any, error)  { return toTree(d), nil }
func (f Fault) MarshalYAML() (any, error)     { return toTree(f), nil }
func (m Match) MarshalYAML() (any, error)     { return toTree(m), nil }
func (w Window) MarshalYAML() (any, error)    { return toTree(w), nil }
func (i Injection) MarshalYAML() (any, error) { return toTree(i), nil }
func (d Delay) MarshalYAML() (any, error)     { return toTree(d), nil }
func (l Linger) MarshalYAML() (any, error)    { return toTree(l), nil }
func (l Limit) MarshalYAML() (any, error)     { return toTree(l), nil }

func (s *Scenario) UnmarshalYAML(n *yaml.Node) error  { return unmarshal(n, s) }
func (o *Outcome) UnmarshalYAML(n *yaml.Node) error   { return unmarshal(n, o) }
func (a *Auth) UnmarshalYAML(n *yaml.Node) error      { return unmarshal(n, a) }
func (u *User) UnmarshalYAML(n *yaml.Node) error      { return unmarshal(n, u) }
func (t *Token) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, t) }
func (k *Key) UnmarshalYAML(n *yaml.Node) error       { return unmarshal(n, k) }
func (i *Image) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, i) }
func (m *Member) UnmarshalYAML(n *yaml.Node) error    { return unmarshal(n, m) }
func (d *Data) UnmarshalYAML(n *yaml.Node) error      { return unmarshal(n, d) }
func (s *Storage) UnmarshalYAML(n *yaml.Node) error   { return unmarshal(n, s) }
func (d *Download) UnmarshalYAML(n *yaml.Node) error  { return unmarshal(n, d) }
func (f *Fault) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, f) }
func (m *Match) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, m) }
func (w *Window) UnmarshalYAML(n *yaml.Node) error    { return unmarshal(n, w) }
func (i *Injection) UnmarshalYAML(n *yaml.Node) error { return unmarshal(n, i) }
func (d *Delay) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, d) }
func (l *Linger) UnmarshalYAML(n *yaml.Node) error    { return unmarshal(n, l) }
func (l *Limit) UnmarshalYAML(n *yaml.Node) error     { return unmarshal(n, l) }

func (r Rate) MarshalText() ([]byte, error)     { return []byte(r.String()), nil }
func (t Throttle) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func (r *Rate) UnmarshalText(text []byte) error     { return unmarshalText(string(text), r) }
func (t *Throttle) UnmarshalText(text []byte) error { return unmarshalText(string(text), t) }

func marshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	writeJSON(&b, toTree(v))
	return b.Bytes(), nil
}

// unmarshalJSON leaves v alone for null, as encoding/json wants it.
func unmarshalJSON(src []byte, v any) error {
	if string(src) == "null" {
		return nil
	}
	return unmarshal(readJSON(src), v)
}

// unmarshal checks the form of a value, not its sense: that is for Validate.
func unmarshal(n *yaml.Node, v any) error {
	from := newSource("")
	value := reflect.ValueOf(v).Elem()
	value.SetZero()
	(&decoder{source: from}).value(n, root, shapeOf(value.Type()), value)
	return from.problems.err()
}

func unmarshalText(text string, v any) error {
	value := reflect.ValueOf(v).Elem()
	f := forms[value.Type()]
	if err := f.set(value, text); err != nil {
		return fmt.Errorf("want %s, got %q", f.want, text)
	}
	return nil
}

package scenarios

import (
	"gopkg.in/yaml.v3"
)

// The types are written as YAML and JSON with the same keys, and read as strictly
// as Parse reads a scenario. String returns YAML on one line.

// String returns the scenario as a YAML file that parses back to it.
func (s Scenario) String() string { return language.Document(s) }

func (o Outcome) String() string   { return language.Line(o) }
func (a Auth) String() string      { return language.Line(a) }
func (u User) String() string      { return language.Line(u) }
func (t Token) String() string     { return language.Line(t) }
func (k Key) String() string       { return language.Line(k) }
func (i Image) String() string     { return language.Line(i) }
func (m Member) String() string    { return language.Line(m) }
func (d Data) String() string      { return language.Line(d) }
func (s Storage) String() string   { return language.Line(s) }
func (d Download) String() string  { return language.Line(d) }
func (f Fault) String() string     { return language.Line(f) }
func (m Match) String() string     { return language.Line(m) }
func (w Window) String() string    { return language.Line(w) }
func (i Injection) String() string { return language.Line(i) }
func (h Hold) String() string      { return language.Line(h) }
func (d Delay) String() string     { return language.Line(d) }
func (l Linger) String() string    { return language.Line(l) }
func (l Limit) String() string     { return language.Line(l) }

func (s Scenario) MarshalJSON() ([]byte, error)  { return asJSON(s) }
func (o Outcome) MarshalJSON() ([]byte, error)   { return asJSON(o) }
func (a Auth) MarshalJSON() ([]byte, error)      { return asJSON(a) }
func (u User) MarshalJSON() ([]byte, error)      { return asJSON(u) }
func (t Token) MarshalJSON() ([]byte, error)     { return asJSON(t) }
func (k Key) MarshalJSON() ([]byte, error)       { return asJSON(k) }
func (i Image) MarshalJSON() ([]byte, error)     { return asJSON(i) }
func (m Member) MarshalJSON() ([]byte, error)    { return asJSON(m) }
func (d Data) MarshalJSON() ([]byte, error)      { return asJSON(d) }
func (s Storage) MarshalJSON() ([]byte, error)   { return asJSON(s) }
func (d Download) MarshalJSON() ([]byte, error)  { return asJSON(d) }
func (f Fault) MarshalJSON() ([]byte, error)     { return asJSON(f) }
func (m Match) MarshalJSON() ([]byte, error)     { return asJSON(m) }
func (w Window) MarshalJSON() ([]byte, error)    { return asJSON(w) }
func (i Injection) MarshalJSON() ([]byte, error) { return asJSON(i) }
func (h Hold) MarshalJSON() ([]byte, error)      { return asJSON(h) }
func (d Delay) MarshalJSON() ([]byte, error)     { return asJSON(d) }
func (l Linger) MarshalJSON() ([]byte, error)    { return asJSON(l) }
func (l Limit) MarshalJSON() ([]byte, error)     { return asJSON(l) }

func (s *Scenario) UnmarshalJSON(src []byte) error  { return fromJSON(src, s) }
func (o *Outcome) UnmarshalJSON(src []byte) error   { return fromJSON(src, o) }
func (a *Auth) UnmarshalJSON(src []byte) error      { return fromJSON(src, a) }
func (u *User) UnmarshalJSON(src []byte) error      { return fromJSON(src, u) }
func (t *Token) UnmarshalJSON(src []byte) error     { return fromJSON(src, t) }
func (k *Key) UnmarshalJSON(src []byte) error       { return fromJSON(src, k) }
func (i *Image) UnmarshalJSON(src []byte) error     { return fromJSON(src, i) }
func (m *Member) UnmarshalJSON(src []byte) error    { return fromJSON(src, m) }
func (d *Data) UnmarshalJSON(src []byte) error      { return fromJSON(src, d) }
func (s *Storage) UnmarshalJSON(src []byte) error   { return fromJSON(src, s) }
func (d *Download) UnmarshalJSON(src []byte) error  { return fromJSON(src, d) }
func (f *Fault) UnmarshalJSON(src []byte) error     { return fromJSON(src, f) }
func (m *Match) UnmarshalJSON(src []byte) error     { return fromJSON(src, m) }
func (w *Window) UnmarshalJSON(src []byte) error    { return fromJSON(src, w) }
func (i *Injection) UnmarshalJSON(src []byte) error { return fromJSON(src, i) }
func (h *Hold) UnmarshalJSON(src []byte) error      { return fromJSON(src, h) }
func (d *Delay) UnmarshalJSON(src []byte) error     { return fromJSON(src, d) }
func (l *Linger) UnmarshalJSON(src []byte) error    { return fromJSON(src, l) }
func (l *Limit) UnmarshalJSON(src []byte) error     { return fromJSON(src, l) }

func (s Scenario) MarshalYAML() (any, error)  { return language.Node(s), nil }
func (o Outcome) MarshalYAML() (any, error)   { return language.Node(o), nil }
func (a Auth) MarshalYAML() (any, error)      { return language.Node(a), nil }
func (u User) MarshalYAML() (any, error)      { return language.Node(u), nil }
func (t Token) MarshalYAML() (any, error)     { return language.Node(t), nil }
func (k Key) MarshalYAML() (any, error)       { return language.Node(k), nil }
func (i Image) MarshalYAML() (any, error)     { return language.Node(i), nil }
func (m Member) MarshalYAML() (any, error)    { return language.Node(m), nil }
func (d Data) MarshalYAML() (any, error)      { return language.Node(d), nil }
func (s Storage) MarshalYAML() (any, error)   { return language.Node(s), nil }
func (d Download) MarshalYAML() (any, error)  { return language.Node(d), nil }
func (f Fault) MarshalYAML() (any, error)     { return language.Node(f), nil }
func (m Match) MarshalYAML() (any, error)     { return language.Node(m), nil }
func (w Window) MarshalYAML() (any, error)    { return language.Node(w), nil }
func (i Injection) MarshalYAML() (any, error) { return language.Node(i), nil }
func (h Hold) MarshalYAML() (any, error)      { return language.Node(h), nil }
func (d Delay) MarshalYAML() (any, error)     { return language.Node(d), nil }
func (l Linger) MarshalYAML() (any, error)    { return language.Node(l), nil }
func (l Limit) MarshalYAML() (any, error)     { return language.Node(l), nil }

func (s *Scenario) UnmarshalYAML(n *yaml.Node) error  { return fromNode(n, s) }
func (o *Outcome) UnmarshalYAML(n *yaml.Node) error   { return fromNode(n, o) }
func (a *Auth) UnmarshalYAML(n *yaml.Node) error      { return fromNode(n, a) }
func (u *User) UnmarshalYAML(n *yaml.Node) error      { return fromNode(n, u) }
func (t *Token) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, t) }
func (k *Key) UnmarshalYAML(n *yaml.Node) error       { return fromNode(n, k) }
func (i *Image) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, i) }
func (m *Member) UnmarshalYAML(n *yaml.Node) error    { return fromNode(n, m) }
func (d *Data) UnmarshalYAML(n *yaml.Node) error      { return fromNode(n, d) }
func (s *Storage) UnmarshalYAML(n *yaml.Node) error   { return fromNode(n, s) }
func (d *Download) UnmarshalYAML(n *yaml.Node) error  { return fromNode(n, d) }
func (f *Fault) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, f) }
func (m *Match) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, m) }
func (w *Window) UnmarshalYAML(n *yaml.Node) error    { return fromNode(n, w) }
func (i *Injection) UnmarshalYAML(n *yaml.Node) error { return fromNode(n, i) }
func (h *Hold) UnmarshalYAML(n *yaml.Node) error      { return fromNode(n, h) }
func (d *Delay) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, d) }
func (l *Linger) UnmarshalYAML(n *yaml.Node) error    { return fromNode(n, l) }
func (l *Limit) UnmarshalYAML(n *yaml.Node) error     { return fromNode(n, l) }

func (r Rate) MarshalText() ([]byte, error)     { return []byte(r.String()), nil }
func (t Throttle) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func (r *Rate) UnmarshalText(text []byte) error     { return language.DecodeText(string(text), r) }
func (t *Throttle) UnmarshalText(text []byte) error { return language.DecodeText(string(text), t) }

func asJSON(v any) ([]byte, error) { return language.JSON(v), nil }

// fromJSON leaves *v as it is for null, as encoding/json expects it.
func fromJSON(src []byte, v any) error {
	if string(src) == "null" {
		return nil
	}
	return problems(language.DecodeJSON(src, v))
}

// fromNode checks the form of a value, but not its meaning, which is Validate's.
func fromNode(n *yaml.Node, v any) error { return problems(language.DecodeNode(n, v)) }

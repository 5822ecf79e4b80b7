package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A decoder writes nodes into Go values, strictly: what does not fit is a problem
// of the source, and leaves its value as it was.
type decoder struct {
	language *Language
	source   *Source
	reader   simpleReader // of long lists
	direct   int          // values read that are not part of an alias
	copied   int          // values read that are
	open     []*yaml.Node // the values of the aliases that are being read
	gaveUp   bool         // because of too many aliases
}

func (d *decoder) problem(n *yaml.Node, p *Path, format string, args ...any) {
	d.source.problem(n, p, fmt.Sprintf(format, args...))
}

func (d *decoder) mismatch(n *yaml.Node, p *Path, want string) {
	d.problem(n, p, "want %s, got %s", want, describe(n))
	d.source.unread[p.String()] = true
}

// value writes n into v, a value of the shape s.
func (d *decoder) value(n *yaml.Node, p *Path, s *shape, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		if d.enter(n, p) {
			d.value(n.Alias, p, s, v)
			d.leave()
		}
		return
	}
	if !d.count(n, p) {
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	switch {
	case n.Kind == yaml.MappingNode && s.kind == record:
		d.record(n, p, s, v)
	case n.Kind == yaml.MappingNode && s.kind == table && s.elem.kind == anything:
		if values, ok := d.any(n, p).(map[string]any); ok && len(values) > 0 {
			v.Set(reflect.ValueOf(values))
		}
	case n.Kind == yaml.MappingNode && s.kind == table:
		d.table(n, p, s, v)
	case n.Kind == yaml.SequenceNode && s.kind == list:
		d.list(n, p, s, v)
	case n.Kind != yaml.ScalarNode && s.kind == anything:
		if body := d.any(n, p); body != nil {
			v.Set(reflect.ValueOf(body))
		}
	case n.Kind != yaml.ScalarNode:
		d.mismatch(n, p, s.want())
	case n.ShortTag() == "!!null":
		d.problem(n, p, "no value: want %s, or leave the key out", s.want())
		d.source.unread[p.String()] = true
	default:
		d.scalar(n, p, s, v)
	}
}

// scalar writes a single value. Where text is wanted, a number or a boolean is
// taken as the text it is written as, as in Retry-After: 1.
func (d *decoder) scalar(n *yaml.Node, p *Path, s *shape, v reflect.Value) {
	ok := false
	switch {
	case s.form != nil:
		ok = isText(n) && s.form.set(v, n.Value) == nil
	case s.kind == text:
		if ok = isText(n); ok {
			v.SetString(n.Value)
		}
	case s.kind == anything:
		if ok = isText(n); ok {
			v.Set(reflect.ValueOf(n.Value))
		}
	case s.kind == boolean:
		if ok = n.ShortTag() == "!!bool"; ok {
			v.SetBool(strings.EqualFold(n.Value, "true"))
		}
	case s.kind == integer && v.CanUint():
		u, isUint := toUint(n)
		if ok = isUint; ok {
			v.SetUint(u)
		}
	case s.kind == integer:
		i, isInt := toInt(n)
		if ok = isInt && !v.OverflowInt(i); ok {
			v.SetInt(i)
		}
	case s.kind == number:
		f, isFloat := toFloat(n)
		if ok = isFloat; ok {
			v.SetFloat(f)
		}
	}
	if !ok {
		d.mismatch(n, p, s.want())
	}
}

func (d *decoder) record(n *yaml.Node, p *Path, s *shape, v reflect.Value) {
	var seen uint64 // by the number of the field
	all := mapping{content: d.merged(n, p)}
	for i := 0; i+1 < len(all.content); i += 2 {
		key, value := all.content[i], all.content[i+1]
		if key.Kind == yaml.ScalarNode && d.language.own(s, key.Value) {
			d.twice(key, p, &all)
			d.direct += values(value)
			continue
		}
		number, f := s.field(key.Value)
		if f == nil || key.Kind != yaml.ScalarNode {
			if number, f = d.unknown(key, p, s, &all); f == nil {
				continue
			}
			seen |= 1 << number
			d.guessed(value, p.Field(f.key), f, v.Field(f.at))
			continue
		}
		if seen&(1<<number) != 0 {
			d.twice(key, p, &all)
			continue
		}
		seen |= 1 << number
		d.field(value, p.Field(f.key), f, v.Field(f.at))
	}
	if s.place >= 0 && d.source.file != "" {
		v.Field(s.place).SetString(d.source.file + ":" + strconv.Itoa(n.Line))
	}
}

func (d *decoder) field(n *yaml.Node, p *Path, f *field, v reflect.Value) {
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if f.single && (target.Kind == yaml.ScalarNode && target.ShortTag() != "!!null" || target.Kind == yaml.MappingNode && f.shape.elem.kind == record) {
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(n, p, f.shape.elem, one)
		v.Set(reflect.Append(v, one))
		return
	}
	d.value(n, p, f.shape, v)
	switch {
	case !f.nonzero || !v.IsZero() || d.source.unread[p.String()]:
	case f.never != "":
		d.problem(n, p, "%s reads as never: leave the key out to %s", target.Value, f.never)
	default:
		d.problem(n, p, "want more than 0, or leave the key out, got %s", target.Value)
	}
}

// guessed writes the value of a key that was not written as it should be. The
// guess may be wrong, and so would be what is said about a value then: only what
// is in a list or a mapping, where one was to be expected, is judged.
func (d *decoder) guessed(n *yaml.Node, p *Path, f *field, v reflect.Value) {
	kind := n.Kind
	if kind == yaml.AliasNode {
		kind = n.Alias.Kind
	}
	known := len(d.source.problems)
	d.field(n, p, f, v)
	if kind == yaml.ScalarNode || !f.takes(kind) {
		d.source.problems = d.source.problems[:known]
		d.source.unread[p.String()] = true
	}
}

// unknown reports a key that a record does not have. It returns the field that
// was probably meant, to go on with, unless that is given as well.
func (d *decoder) unknown(key *yaml.Node, p *Path, s *shape, all *mapping) (int, *field) {
	if key.Kind != yaml.ScalarNode {
		d.problem(key, p, "want text for a key, got %s", describe(key))
		return 0, nil
	}
	for _, f := range s.fields {
		if _, inner := f.shape.field(key.Value); inner != nil && f.shape.kind == record {
			d.problem(key, p, "unknown key %q (did you mean %s: {%s: …}?)", key.Value, f.key, key.Value)
			d.source.misread = append(d.source.misread, p.Field(f.key).String())
			return 0, nil
		}
	}
	if len(d.source.problems) >= MaxProblems {
		d.problem(key, p, "unknown key %q", key.Value) // nobody reads a guess
		return 0, nil
	}
	known := s.keys()
	meant := Guess(key.Value, known)
	d.problem(key, p, "unknown key %q %s", key.Value, choice(key.Value, meant, known))
	if all.first(meant) != nil {
		return 0, nil
	}
	return s.field(meant)
}

func (d *decoder) twice(key *yaml.Node, p *Path, all *mapping) {
	if first := all.first(key.Value); first != nil && first != key {
		d.problem(key, p, "key %q is given twice, first on line %d", key.Value, first.Line)
	}
}

// A mapping is the keys and values of a mapping.
type mapping struct {
	content []*yaml.Node
	index   map[string]*yaml.Node // the first key of each text; nil: not needed so far
}

// first returns the first key with a text; nil: there is none.
func (m *mapping) first(text string) *yaml.Node {
	if m.index == nil {
		m.index = make(map[string]*yaml.Node, len(m.content)/2)
		for i := 0; i < len(m.content); i += 2 {
			if key := m.content[i]; m.index[key.Value] == nil {
				m.index[key.Value] = key
			}
		}
	}
	return m.index[text]
}

func (d *decoder) list(n *yaml.Node, p *Path, s *shape, v reflect.Value) {
	count := d.source.length(n)
	v.Grow(count)
	v.SetLen(count)
	for i := range count {
		d.value(d.entry(n, i), p.Item(i), s.elem, v.Index(i))
	}
}

// entry returns an entry of a sequence. One of a long list can be used until the
// next one is asked for.
func (d *decoder) entry(n *yaml.Node, i int) *yaml.Node {
	if list, isLong := d.source.long[n]; isLong {
		return list.entry(&d.reader, i)
	}
	return n.Content[i]
}

func (d *decoder) table(n *yaml.Node, p *Path, s *shape, v reflect.Value) {
	text := d.language.shapeOf(reflect.TypeFor[string]())
	all := mapping{content: d.merged(n, p)}
	out := make(map[string]string, len(all.content)/2)
	for i := 0; i+1 < len(all.content); i += 2 {
		key, value := all.content[i], all.content[i+1]
		if !d.isKey(key, p) {
			continue
		}
		if _, twice := out[key.Value]; twice {
			d.twice(key, p, &all)
			continue
		}
		if s.lines && (value.Kind == yaml.SequenceNode || value.Kind == yaml.AliasNode && value.Alias.Kind == yaml.SequenceNode) {
			out[key.Value] = d.lines(value, p.Field(key.Value))
			continue
		}
		var one string
		d.value(value, p.Field(key.Value), text, reflect.ValueOf(&one).Elem())
		out[key.Value] = one
	}
	if len(out) > 0 {
		v.Set(reflect.ValueOf(out))
	}
}

// lines reads a list of texts as one text with as many lines.
func (d *decoder) lines(n *yaml.Node, p *Path) string {
	var lines []string
	list := d.language.shapeOf(reflect.TypeFor[[]string]())
	d.value(n, p, list, reflect.ValueOf(&lines).Elem())
	return strings.Join(lines, "\n")
}

func (d *decoder) isKey(key *yaml.Node, p *Path) bool {
	if key.Kind != yaml.ScalarNode || !isText(key) {
		d.problem(key, p, "want text for a key, got %s", describe(key))
		return false
	}
	return true
}

package scenarios

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A decoder writes a tree into Go values, strictly: what does not fit is a
// problem, and leaves its value alone.
type decoder struct {
	source *source
	direct int // values read where they stand
	copied int // values read through an alias
	open   []*yaml.Node
	gaveUp bool
}

func (d *decoder) problem(n *yaml.Node, p *path, format string, args ...any) {
	d.source.problem(n, p, fmt.Sprintf(format, args...))
}

func (d *decoder) mismatch(n *yaml.Node, p *path, want string) {
	d.problem(n, p, "want %s, got %s", want, describe(n))
	d.source.broken[p.String()] = true
}

// value writes n into v, a value of the shape s.
func (d *decoder) value(n *yaml.Node, p *path, s *shape, v reflect.Value) {
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
	case n.Kind == yaml.MappingNode && s.kind == table:
		d.table(n, p, v)
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
		d.source.broken[p.String()] = true
	default:
		d.scalar(n, p, s, v)
	}
}

// scalar writes a single value. Where text is wanted, a number or a boolean is
// the text that it is written as: Retry-After: 1.
func (d *decoder) scalar(n *yaml.Node, p *path, s *shape, v reflect.Value) {
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

func (d *decoder) record(n *yaml.Node, p *path, s *shape, v reflect.Value) {
	var seen uint64
	content := d.merged(n, p)
	for i := 0; i+1 < len(content); i += 2 {
		key, value := content[i], content[i+1]
		at, f := s.field(key.Value)
		if f == nil || key.Kind != yaml.ScalarNode {
			if at, f = d.unknown(key, p, s, content); f == nil {
				continue
			}
		}
		if seen&(1<<at) != 0 {
			d.twice(key, p, content)
			continue
		}
		seen |= 1 << at
		d.field(value, p.field(f.key), f, v.Field(f.at))
	}
	if s.place >= 0 && d.source.file != "" {
		v.Field(s.place).SetString(d.source.file + ":" + strconv.Itoa(n.Line))
	}
}

func (d *decoder) field(n *yaml.Node, p *path, f *field, v reflect.Value) {
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if f.single && target.Kind == yaml.ScalarNode && target.ShortTag() != "!!null" {
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(n, p, f.shape.elem, one)
		v.Set(reflect.Append(v, one))
		return
	}
	d.value(n, p, f.shape, v)
	if f.nonzero && isZero(target) {
		d.problem(n, p, "want more than 0, or leave the key out, got 0")
	}
}

// unknown tells of a key that a record does not have. It returns the field that
// was probably meant, to go on with, unless that is given as well.
func (d *decoder) unknown(key *yaml.Node, p *path, s *shape, content []*yaml.Node) (int, *field) {
	if key.Kind != yaml.ScalarNode {
		d.problem(key, p, "want text for a key, got %s", describe(key))
		return 0, nil
	}
	known := make([]string, len(s.fields))
	for i, f := range s.fields {
		known[i] = f.key
		if _, inner := f.shape.field(key.Value); inner != nil && f.shape.kind == record {
			d.problem(key, p, "unknown key %q (did you mean %s: {%s: …}?)", key.Value, f.key, key.Value)
			d.source.touched = append(d.source.touched, p.field(f.key).String())
			return 0, nil
		}
	}
	d.problem(key, p, "unknown key %q %s", key.Value, choice(key.Value, known))
	at, f := s.field(guess(key.Value, known))
	for i := 0; f != nil && i < len(content); i += 2 {
		if content[i].Value == f.key {
			f = nil
		}
	}
	return at, f
}

func (d *decoder) twice(key *yaml.Node, p *path, content []*yaml.Node) {
	for i := 0; i < len(content); i += 2 {
		if first := content[i]; first.Value == key.Value && first != key {
			d.problem(key, p, "key %q is given twice, first on line %d", key.Value, first.Line)
			return
		}
	}
}

func (d *decoder) list(n *yaml.Node, p *path, s *shape, v reflect.Value) {
	before := v.Len()
	d.source.base(p, before)
	v.Grow(len(n.Content))
	v.SetLen(before + len(n.Content))
	for i, item := range n.Content {
		d.value(item, p.item(i), s.elem, v.Index(before+i))
	}
}

func (d *decoder) table(n *yaml.Node, p *path, v reflect.Value) {
	content := d.merged(n, p)
	out := make(map[string]string, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		key, value := content[i], content[i+1]
		if !d.isKey(key, p) {
			continue
		}
		if _, twice := out[key.Value]; twice {
			d.twice(key, p, content)
			continue
		}
		var text string
		d.value(value, p.field(key.Value), shapes[reflect.TypeFor[string]()], reflect.ValueOf(&text).Elem())
		out[key.Value] = text
	}
	if len(out) > 0 {
		v.Set(reflect.ValueOf(out))
	}
}

func (d *decoder) isKey(key *yaml.Node, p *path) bool {
	if key.Kind != yaml.ScalarNode || !isText(key) {
		d.problem(key, p, "want text for a key, got %s", describe(key))
		return false
	}
	return true
}

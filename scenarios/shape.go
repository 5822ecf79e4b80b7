package scenarios

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A shape is how the values of a Go type are written. It is derived from the
// type and the tags of its fields; parsing, printing, checking and the schema
// are derived from it.
type shape struct {
	typ     reflect.Type
	kind    kind
	form    *form       // its text, instead of or beside its kind's; nil: none
	words   *vocabulary // nil: any text
	elem    *shape      // of a list
	fields  []field     // of a record
	checked []int       // the fields whose values can be wrong
	place   int         // the field for the place where a record was read; -1: none
}

type kind int

const (
	text     kind = iota
	formed        // text of a form, and nothing else
	boolean       // true or false
	integer       // a whole number
	number        // any number
	list          // values of one shape
	table         // texts by key
	record        // a struct: values by its fields' keys
	anything      // text, a mapping or a list
)

func (k kind) String() string {
	return [...]string{"text", "text", "true or false", "a whole number", "a number", "a list", "a mapping", "a mapping", "text, a mapping or a list"}[k]
}

// want is what to write for the shape, as messages say it.
func (s *shape) want() string {
	switch {
	case s.form != nil:
		return s.form.want
	case s.words != nil:
		return enumerate(s.words.words, "or")
	case s.typ.Kind() == reflect.Uint64:
		return "a whole number of 0 or more"
	}
	return s.kind.String()
}

// A field is a key of a record.
type field struct {
	key   string
	at    int // its place in the Go struct
	shape *shape
	limits
	single   bool // one value may stand for a list of one
	required bool
}

// limits are what a value must keep within, where it is not zero.
type limits struct {
	min, max int64 // of a number; max also of a text's length in characters; 0: none
	nonzero  bool  // zero may be left out, but not written
}

// shapes has all types of the language.
var shapes = shapesOf(reflect.TypeFor[Scenario]())

func shapesOf(t reflect.Type) map[reflect.Type]*shape {
	all := make(map[reflect.Type]*shape)
	newShape(t, all)
	return all
}

// shapeOf returns the shape of a type, of the language or of another struct.
func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes[t]; ok {
		return s
	}
	return shapesOf(t)[t]
}

func newShape(t reflect.Type, all map[reflect.Type]*shape) *shape {
	if s, ok := all[t]; ok {
		return s
	}
	s := &shape{typ: t, form: forms[t], words: vocabularies[t], place: -1}
	all[t] = s
	switch t.Kind() {
	case reflect.Pointer:
		*s = *newShape(t.Elem(), all)
	case reflect.String:
		s.kind = text
	case reflect.Bool:
		s.kind = boolean
	case reflect.Int, reflect.Int64, reflect.Uint64:
		s.kind = integer
	case reflect.Float64:
		s.kind = number
	case reflect.Slice:
		s.kind, s.elem = list, newShape(t.Elem(), all)
	case reflect.Map:
		s.kind = table
	case reflect.Interface:
		s.kind = anything
	case reflect.Struct:
		s.kind = record
		for i := range t.NumField() {
			s.addField(t.Field(i), i, all)
		}
	default:
		panic("scenarios: no way to write a " + t.String())
	}
	if s.form != nil && len(s.fields) == 0 {
		s.kind = formed
	}
	return s
}

func (s *shape) addField(f reflect.StructField, at int, all map[reflect.Type]*shape) {
	key := f.Tag.Get("yaml")
	switch {
	case f.Name == "Place":
		s.place = at
		return
	case key == "" || key == "-":
		return
	}
	out := field{key: key, at: at, shape: newShape(f.Type, all)}
	for option := range strings.SplitSeq(f.Tag.Get("lang"), ",") {
		name, value, _ := strings.Cut(option, "=")
		n, _ := strconv.ParseInt(value, 10, 64)
		switch name {
		case "single":
			out.single = true
		case "required":
			out.required = true
		case "nonzero":
			out.nonzero = true
		case "min":
			out.min, out.nonzero = n, true
		case "max":
			out.max = n
		case "role":
			out.shape = &shape{typ: f.Type, kind: list, elem: &shape{typ: f.Type.Elem(), words: roles, place: -1}, place: -1}
		case "":
		default:
			panic(fmt.Sprintf("scenarios: %s.%s: unknown option %q", s.typ, f.Name, option))
		}
	}
	if !out.alwaysRight() {
		s.checked = append(s.checked, len(s.fields))
	}
	s.fields = append(s.fields, out)
}

// alwaysRight reports whether any value that can be read is right.
func (f *field) alwaysRight() bool {
	switch f.shape.kind {
	case text:
		return f.shape.words == nil && f.max == 0 && !f.required
	case boolean, table, anything:
		return !f.required
	}
	return false
}

// field returns the field with a key, and its number.
func (s *shape) field(key string) (int, *field) {
	for i := range s.fields {
		if s.fields[i].key == key {
			return i, &s.fields[i]
		}
	}
	return -1, nil
}

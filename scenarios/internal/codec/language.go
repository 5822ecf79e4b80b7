// Package codec reads and writes a language of YAML (or JSON) documents that is
// described by Go types. Decoding, positions, checks of single values, merging,
// printing and the JSON Schema are all derived from the types and their tags;
// what the values mean is not known here.
//
// The tag yaml names a field's key. The tag lang has options, separated by
// commas:
//
//	required   the key must be present
//	single     in place of a list, one entry may be written without brackets
//	nonzero    zero may be left out, but not written
//	min=n      the least number (and nonzero)
//	max=n      the greatest number, or the greatest length of a text in characters
//	words=name the texts of a list are words of a named vocabulary
//	key        no two entries of a list may have the same text here, and merging
//	           an entry onto a list looks for the one with its text
//	fold       the same for upper and lower case
//	whole      merging does not mix the keys of a record
//	lines      a text in a table may be written as the list of its lines
//	place      the field is set to file:line of the mapping, and has no key
package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A Description is what the Go types alone do not say about a language.
type Description struct {
	Root  reflect.Type                 // the struct that a document is
	Own   string                       // how keys of the root begin that are the user's own, with any value; empty: none are
	Forms map[reflect.Type]*Form       // the types that are written as text, but are not text in Go
	Words map[reflect.Type]*Vocabulary // the types of text that only allow certain words
	Named map[string]*Vocabulary       // for lists of plain strings, by the name in their tag
	Help  map[string]string            // one sentence for each key, by record.key in lower case
	Never map[string]string            // of keys whose written zero reads as never, by record.key in lower case: what to leave them out for
}

// A Vocabulary is the words that a text must be one of.
type Vocabulary struct {
	Noun  string // what one of the words is called in messages
	Words []string
}

// A Language is a set of Go types and how their values are written.
type Language struct {
	Description
	shapes map[reflect.Type]*shape
}

// New returns the language with this description. It panics if a type cannot be
// written or a tag has an unknown option.
func New(d Description) *Language {
	l := &Language{d, make(map[reflect.Type]*shape)}
	l.newShape(d.Root, l.shapes)
	return l
}

// A shape is how the values of one Go type are written.
type shape struct {
	typ     reflect.Type
	kind    kind
	form    *Form       // its text, instead of or beside its kind's; nil: none
	words   *Vocabulary // nil: any text
	elem    *shape      // of a list or a table
	lines   bool        // the texts of a table may be written as lists of their lines
	fields  []field     // of a record
	checked []int       // the fields whose values need checks
	place   int         // the field with the tag place; -1: none
	key     int         // of fields, the one that tells the entries of a list apart; -1: none
}

type kind int

const (
	text     kind = iota
	formed        // text of a form, and nothing else
	boolean       // true or false
	integer       // a whole number
	number        // any number
	list          // values of one shape
	table         // texts by key, or any values
	record        // a struct: values by its fields' keys
	anything      // text, a mapping or a list
)

func (k kind) String() string {
	return [...]string{"text", "text", "true or false", "a whole number", "a number", "a list", "a mapping", "a mapping", "text, a mapping or a list"}[k]
}

// want is what messages ask for.
func (s *shape) want() string {
	switch {
	case s.form != nil:
		return s.form.want
	case s.words != nil && len(s.words.Words) > maxListed:
		return "one of " + strconv.Itoa(len(s.words.Words)) + " words, such as " + s.words.Words[0]
	case s.words != nil:
		return Enumerate(s.words.Words, "or")
	case s.typ.Kind() == reflect.Uint64:
		return "a whole number of 0 or more"
	case s.kind == record && len(s.fields) <= maxListed:
		return "a mapping of " + Enumerate(s.keys(), "and")
	}
	return s.kind.String()
}

// A field is a key of a record.
type field struct {
	key   string
	at    int // index of the field in the Go struct
	shape *shape
	limits
	single   bool
	required bool
	fold     bool // of a key
	whole    bool
}

// limits bound a value that is not zero.
type limits struct {
	min, max int64 // of a number; max also of a text's length in characters; 0: none
	nonzero  bool
	never    string // of a nonzero whose zero reads as never: what to leave the key out for
}

// shapeOf returns the shape of a type: one of the language's, or another struct
// of such types.
func (l *Language) shapeOf(t reflect.Type) *shape {
	if s, ok := l.shapes[t]; ok {
		return s
	}
	return l.newShape(t, make(map[reflect.Type]*shape))
}

// newShape adds the shape of a type, and of all types in it, to known.
func (l *Language) newShape(t reflect.Type, known map[reflect.Type]*shape) *shape {
	if s, ok := known[t]; ok {
		return s
	}
	s := &shape{typ: t, form: l.Forms[t], words: l.Words[t], place: -1, key: -1}
	known[t] = s
	switch t.Kind() {
	case reflect.Pointer:
		*s = *l.newShape(t.Elem(), known)
	case reflect.String:
		s.kind = text
	case reflect.Bool:
		s.kind = boolean
	case reflect.Int, reflect.Int64, reflect.Uint64:
		s.kind = integer
	case reflect.Float64:
		s.kind = number
	case reflect.Slice:
		s.kind, s.elem = list, l.newShape(t.Elem(), known)
	case reflect.Map:
		s.kind, s.elem = table, l.newShape(t.Elem(), known)
	case reflect.Interface:
		s.kind = anything
	case reflect.Struct:
		s.kind = record
		for i := range t.NumField() {
			l.addField(s, i, known)
		}
	default:
		panic("codec: values of type " + t.String() + " cannot be written")
	}
	if s.form != nil && len(s.fields) == 0 {
		s.kind = formed
	}
	return s
}

func (l *Language) addField(s *shape, at int, known map[reflect.Type]*shape) {
	f := s.typ.Field(at)
	if f.Tag.Get("lang") == "place" {
		s.place = at
		return
	}
	key := f.Tag.Get("yaml")
	if key == "" || key == "-" {
		return
	}
	out := field{key: key, at: at, shape: l.newShape(f.Type, known)}
	for option := range strings.SplitSeq(f.Tag.Get("lang"), ",") {
		name, value, _ := strings.Cut(option, "=")
		n, _ := strconv.ParseInt(value, 10, 64)
		switch name {
		case "single":
			out.single = true
		case "required":
			out.required = true
		case "key":
			s.key = len(s.fields)
		case "fold":
			out.fold = true
		case "whole":
			out.whole = true
		case "nonzero":
			out.nonzero = true
		case "min":
			out.min, out.nonzero = n, true
		case "max":
			out.max = n
		case "lines":
			table := *out.shape
			table.lines = true
			out.shape = &table
		case "words":
			word := &shape{typ: f.Type.Elem(), words: l.Named[value], place: -1, key: -1}
			out.shape = &shape{typ: f.Type, kind: list, elem: word, place: -1, key: -1}
		case "":
		default:
			panic(fmt.Sprintf("codec: %s.%s has the unknown option %q", s.typ, f.Name, option))
		}
	}
	if out.nonzero {
		out.never = l.Never[s.name()+"."+key]
	}
	if out.needsCheck() {
		s.checked = append(s.checked, len(s.fields))
	}
	s.fields = append(s.fields, out)
}

// needsCheck reports whether a value that was decoded may still be wrong.
func (f *field) needsCheck() bool {
	switch f.shape.kind {
	case text:
		return f.shape.words != nil || f.max != 0 || f.required
	case boolean, table, anything:
		return f.required
	}
	return true
}

// takes reports whether the field has lists, or mappings, of that kind.
func (f *field) takes(kind yaml.Kind) bool {
	switch f.shape.kind {
	case anything:
		return true
	case list:
		return kind == yaml.SequenceNode
	case record, table:
		return kind == yaml.MappingNode
	}
	return false
}

// own reports whether a key of a record is the user's own.
func (l *Language) own(s *shape, key string) bool {
	return l.Own != "" && s.typ == l.Root && strings.HasPrefix(key, l.Own)
}

// keys returns the keys of a record.
func (s *shape) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}
	return keys
}

// field returns the field with a key, and its number; -1: there is none.
func (s *shape) field(key string) (int, *field) {
	for i := range s.fields {
		if s.fields[i].key == key {
			return i, &s.fields[i]
		}
	}
	return -1, nil
}

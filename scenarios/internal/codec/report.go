package codec

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A Report collects what is wrong with a value: the problems of reading it, and
// those that checks add. Checks add nothing about values that were misread.
type Report struct {
	sources  []*Source // in the order in which they were merged; none: the value was made in Go
	problems []Problem // of a value made in Go
	hints    int       // given so far
}

// Check reports what is wrong with the single values in *v: words that a
// vocabulary does not have, numbers out of range, required keys that are missing.
// The sources are those that *v was read from and merged, in order.
func (l *Language) Check(v any, sources ...*Source) *Report {
	r := &Report{sources: sources}
	value := reflect.ValueOf(v).Elem()
	r.value(nil, l.shapeOf(value.Type()), limits{}, value)
	return r
}

// Problems returns all problems, those of each source by position.
func (r *Report) Problems() []Problem {
	all := r.problems
	for _, s := range r.sources {
		all = append(all, s.sortedProblems()...)
	}
	return all
}

// Problem adds a problem with the value at p.
func (r *Report) Problem(p *Path, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	s, n, own := r.find(p)
	switch {
	case s == nil && slices.ContainsFunc(r.sources, func(s *Source) bool { return s.unread[""] }):
	case s == nil:
		r.problems = append(r.problems, Problem{Path: p.String(), Message: message})
	case !s.isMisread(own):
		s.problems = append(s.problems, Problem{s.file, n.Line, n.Column, own.String(), message})
	}
}

// Hint is the end of a message that takes time to find. It is empty after MaxProblems
// of them: of more nobody reads a guess.
func (r *Report) Hint(find func() string) string {
	if r.hints++; r.hints > MaxProblems {
		return ""
	}
	return find()
}

// Misread reports whether the value at p, or a part of it, could not be read as
// it was meant.
func (r *Report) Misread(p *Path) bool {
	for _, s := range r.sources {
		if s.isMisread(s.own(p)) {
			return true
		}
	}
	return false
}

// Name is how a message refers to the value at p: images[0] (my.yaml:3:5).
func (r *Report) Name(p *Path) string {
	s, n, own := r.find(p)
	if s == nil {
		return p.String()
	}
	if position := s.position(n); position != "" {
		return fmt.Sprintf("%s (%s)", own, position)
	}
	return own.String()
}

// File is the name of the document that the value at p was read from. False
// means that it was made in Go.
func (r *Report) File(p *Path) (name string, ok bool) {
	s, _, _ := r.find(p)
	if s == nil || s.root == nil {
		return "", false
	}
	return s.file, true
}

// NoFiles is why the value at p must not name a file; empty: it may.
func (r *Report) NoFiles(p *Path) string {
	if s, _, _ := r.find(p); s != nil {
		return s.NoFiles
	}
	return ""
}

// find returns the source that has most of p, and of several such sources the
// last one, whose value is the one that counts. No source: nil.
func (r *Report) find(p *Path) (s *Source, n *yaml.Node, own *Path) {
	deepest := -1
	for _, each := range r.sources {
		if each.isEmpty() {
			continue
		}
		path := each.own(p)
		if at, depth := each.follow(path); depth >= deepest {
			s, n, own, deepest = each, at, path, depth
		}
	}
	return s, n, own
}

func (r *Report) value(p *Path, s *shape, within limits, v reflect.Value) {
	v = reflect.Indirect(v)
	switch s.kind {
	case record:
		r.record(p, s, v)
	case list:
		for i := range v.Len() {
			r.value(p.Item(i), s.elem, within, v.Index(i))
		}
		r.doubles(p, s.elem, v)
	case text:
		r.text(p, s, within, v.String())
	case integer, number:
		r.number(p, within, v)
	case formed:
		r.formed(p, s, v)
	}
}

// doubles reports entries of a list that have the same text under their key.
func (r *Report) doubles(p *Path, s *shape, v reflect.Value) {
	if s.key < 0 || v.Len() < 2 {
		return
	}
	first, f := s.entries(v), &s.fields[s.key]
	for i := range v.Len() {
		text := s.keyText(v.Index(i))
		if j, known := first[text]; known && j != i {
			r.Problem(p.Item(i).Field(f.key), "%s %q is already used by %s", f.key, text, r.Name(p.Item(j)))
		}
	}
}

// record checks the fields of a struct. Zero stands for a key that is left out.
func (r *Report) record(p *Path, s *shape, v reflect.Value) {
	for _, i := range s.checked {
		f := &s.fields[i]
		value := v.Field(f.at)
		switch {
		case value.IsZero() && f.required && f.shape.kind != record:
			r.Problem(p, "no %s: want %s", f.key, f.shape.want())
		case value.IsZero():
		case f.single && value.Len() == 1:
			r.value(p.Field(f.key), f.shape.elem, f.limits, value.Index(0))
		default:
			r.value(p.Field(f.key), f.shape, f.limits, value)
		}
	}
}

func (r *Report) text(p *Path, s *shape, within limits, text string) {
	if s.words != nil && !slices.Contains(s.words.Words, text) {
		hint := r.Hint(func() string { return " " + Choice(text, s.words.Words) })
		r.Problem(p, "unknown %s %q%s", s.words.Noun, text, hint)
	}
	if n := utf8.RuneCountInString(text); within.max > 0 && int64(n) > within.max {
		r.Problem(p, "want at most %d characters, got %d", within.max, n)
	}
}

func (r *Report) number(p *Path, within limits, v reflect.Value) {
	got := float64(0)
	switch {
	case v.CanInt():
		got = float64(v.Int())
	case v.CanUint():
		got = float64(v.Uint())
	default:
		got = v.Float()
	}
	low, high := float64(within.min), math.Inf(1)
	if within.max > 0 {
		high = float64(within.max)
	}
	least := within.min
	if within.nonzero && least == 0 {
		least = 1 // 0 is the key that is left out
	}
	switch {
	case low <= got && got <= high:
	case v.CanFloat() && within.nonzero:
		r.Problem(p, "want more than 0, at most %d, got %v", within.max, v)
	case within.max > 0:
		r.Problem(p, "want %d to %d, got %v", least, within.max, v)
	default:
		r.Problem(p, "want %d or more, got %v", least, v)
	}
}

// formed checks that a value made in Go could have been read from a text.
func (r *Report) formed(p *Path, s *shape, v reflect.Value) {
	text, _ := s.form.get(v)
	if v.CanInt() && v.Int() < 0 {
		r.Problem(p, "want %s, not a negative one, got %s", s.form.want, text)
	} else if err := s.form.set(reflect.New(v.Type()).Elem(), text); err != nil {
		r.Problem(p, "want %s, got %s", s.form.want, text)
	}
}

package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"unicode/utf8"
)

// A checker collects what is wrong with values that are well formed.
type checker struct {
	sources  sources // where the values were read from; none: they were made in Go
	problems Problems
}

func (c *checker) problem(p *path, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	s, n, own := c.sources.find(p)
	switch {
	case s == nil:
		c.problems = append(c.problems, Problem{Path: p.String(), Message: message})
	case !s.spoilt(own):
		s.problems = append(s.problems, Problem{s.file, n.Line, n.Column, own.String(), message})
	}
}

// spoilt reports whether a value could not be read as it was meant.
func (c *checker) spoilt(p *path) bool {
	s, _, own := c.sources.find(p)
	return s != nil && s.spoilt(own)
}

// name is how a message names another value: images[0] (my.yaml:3:5).
func (c *checker) name(p *path) string {
	s, n, own := c.sources.find(p)
	if s == nil {
		return p.String()
	}
	return fmt.Sprintf("%s (%s)", own, s.place(n))
}

// value checks what a shape knows of its values: words, limits, and what must
// be there. Zero is no value, and always right.
func (c *checker) value(p *path, s *shape, within limits, v reflect.Value) {
	switch s.kind {
	case record:
		c.record(p, s, reflect.Indirect(v))
	case list:
		for i := range v.Len() {
			c.value(p.item(i), s.elem, within, v.Index(i))
		}
	case text:
		c.text(p, s, within, v.String())
	case integer, number:
		c.number(p, within, v)
	case formed:
		c.formed(p, s, v)
	}
}

func (c *checker) record(p *path, s *shape, v reflect.Value) {
	for _, i := range s.checked {
		f := &s.fields[i]
		value := v.Field(f.at)
		switch {
		case value.IsZero() && f.required && f.shape.kind != record:
			c.problem(p, "no %s: want %s", f.key, f.shape.want())
		case value.IsZero():
		case f.single && value.Len() == 1:
			c.value(p.field(f.key), f.shape.elem, f.limits, value.Index(0))
		default:
			c.value(p.field(f.key), f.shape, f.limits, value)
		}
	}
}

func (c *checker) text(p *path, s *shape, within limits, text string) {
	if s.words != nil && !slices.Contains(s.words.words, text) {
		c.problem(p, "unknown %s %q %s", s.words.noun, text, choice(text, s.words.words))
	}
	if n := utf8.RuneCountInString(text); within.max > 0 && int64(n) > within.max {
		c.problem(p, "want at most %d characters, got %d", within.max, n)
	}
}

func (c *checker) number(p *path, within limits, v reflect.Value) {
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
	switch {
	case low <= got && got <= high:
	case within.max > 0:
		c.problem(p, "want %d to %d, got %v", within.min, within.max, v)
	default:
		c.problem(p, "want %d or more, got %v", within.min, v)
	}
}

func (c *checker) formed(p *path, s *shape, v reflect.Value) {
	text, _ := s.form.get(v)
	if v.CanInt() && v.Int() < 0 {
		c.problem(p, "want %s, not a negative one, got %s", s.form.want, text)
	} else if err := s.form.set(reflect.New(v.Type()).Elem(), text); err != nil {
		c.problem(p, "want %s, got %s", s.form.want, text)
	}
}

package codec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// MaxProblems is how many problems a message has, if there are more.
const MaxProblems = 1000

// A Problem is one thing that is wrong with a value.
type Problem struct {
	File         string // empty: the value was made in Go
	Line, Column int    // from 1; 0: not known
	Path         string // of the value; empty: the whole
	Message      string
}

// A Source is a document that was read, or a value made in Go. It knows where each
// value is written, and which values could not be read as they were meant.
type Source struct {
	NoFiles  string // why the document must not name files; empty: it may
	file     string
	tree                      // its root is nil if the document could not be read, or if there is none
	made     reflect.Value    // the value, if it was made in Go
	shape    *shape           // of that value
	problems []Problem        // sorted by position once they are reported
	places   map[string][]int // for each entry of a merged list its index in this source, or absent, by the list's path
	unread   map[string]bool  // paths of values that could not be read at all
	misread  []string         // paths of values with a problem, unread ones included
	sorted   bool             // whether misread is
}

// Read decodes a YAML or JSON document into *v, strictly: whatever does not fit
// is a problem, and leaves its value as it was. The rest is decoded
// nevertheless. Everything that *v was before is lost.
func (l *Language) Read(file string, src []byte, v any) *Source {
	s := newSource(file)
	s.tree, s.problems = readTree(file, src, longAtLeast)
	s.unread[""] = len(s.problems) > 0
	s.decode(l, v)
	return s
}

// Made is the source of *v if it was made in Go: it has the values that are not
// zero, and they have no position.
func (l *Language) Made(v any) *Source {
	s := newSource("")
	s.made = reflect.ValueOf(v).Elem()
	s.shape = l.shapeOf(s.made.Type())
	return s
}

func newSource(file string) *Source {
	return &Source{file: file, places: make(map[string][]int), unread: make(map[string]bool)}
}

func (s *Source) decode(l *Language, v any) {
	value := reflect.ValueOf(v).Elem()
	value.SetZero()
	if s.root != nil {
		(&decoder{language: l, source: s}).value(s.root, nil, l.shapeOf(value.Type()), value)
	}
}

// problem notes what is wrong at n, the node of p.
func (s *Source) problem(n *yaml.Node, p *Path, message string) {
	at := p.String()
	s.problems = append(s.problems, Problem{s.file, n.Line, n.Column, at, message})
	s.misread, s.sorted = append(s.misread, at), false
}

// position is where n is written: my.yaml:3:5. Empty: in no document.
func (s *Source) position(n *yaml.Node) string {
	if n.Line == 0 {
		return ""
	}
	position := fmt.Sprintf("%d:%d", n.Line, n.Column)
	if s.file != "" {
		position = s.file + ":" + position
	}
	return position
}

// isMisread reports whether the value at p, or a part of it, was not read as it
// was meant, so that further problems with it would only confuse.
func (s *Source) isMisread(p *Path) bool {
	if !s.sorted {
		slices.Sort(s.misread)
		s.sorted = true
	}
	at := p.String()
	if at == "" && len(s.misread) > 0 {
		return true
	}
	for _, prefix := range []string{at, at + ".", at + "["} {
		i, found := slices.BinarySearch(s.misread, prefix)
		if found || prefix != at && i < len(s.misread) && strings.HasPrefix(s.misread[i], prefix) {
			return true
		}
	}
	for ; p != nil; p = p.parent {
		if s.unread[p.String()] {
			return true
		}
	}
	return s.unread[""]
}

// isEmpty reports whether there is no value at all.
func (s *Source) isEmpty() bool { return s.root == nil && !s.made.IsValid() }

// own is the path that a part of the merged value has in this source.
func (s *Source) own(p *Path) *Path {
	if p == nil {
		return nil
	}
	own := &Path{s.own(p.parent), p.key, p.index, p.inList}
	if p.inList {
		own.index = s.place(own.parent.String(), p.index)
	}
	return own
}

// follow follows a path of its own as far as the source goes, and returns the node
// reached and its depth. Values made in Go have a node without a position.
func (s *Source) follow(p *Path) (n *yaml.Node, depth int) {
	if s.made.IsValid() {
		_, _, depth = s.followMade(p)
		return new(yaml.Node), depth
	}
	if p == nil {
		return s.root, 0
	}
	above, depth := s.follow(p.parent)
	if depth == p.depth()-1 {
		if n := s.child(above, p); n != nil {
			return n, depth + 1
		}
	}
	return above, depth
}

// followMade follows a path in a value made in Go.
func (s *Source) followMade(p *Path) (v reflect.Value, shape *shape, depth int) {
	if p == nil {
		return s.made, s.shape, 0
	}
	above, aboveShape, depth := s.followMade(p.parent)
	if depth < p.depth()-1 {
		return above, aboveShape, depth
	}
	switch {
	case p.inList && aboveShape.kind == list && 0 <= p.index && p.index < above.Len():
		return above.Index(p.index), aboveShape.elem, depth + 1
	case !p.inList && aboveShape.kind == record:
		if _, f := aboveShape.field(p.key); f != nil {
			if v := reflect.Indirect(above).Field(f.at); !v.IsZero() {
				return v, f.shape, depth + 1
			}
		}
	case !p.inList && aboveShape.kind == table && above.MapIndex(reflect.ValueOf(p.key)).IsValid():
		return above, aboveShape, depth + 1
	}
	return above, aboveShape, depth
}

// sortedProblems has the problems in the order of their positions.
func (s *Source) sortedProblems() []Problem {
	slices.SortStableFunc(s.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return s.problems
}

// DecodeNode decodes a node into *v. The places of values are not noted.
func (l *Language) DecodeNode(n *yaml.Node, v any) []Problem {
	s := newSource("")
	s.root = n
	s.decode(l, v)
	return s.problems
}

// DecodeJSON decodes a valid JSON text into *v.
func (l *Language) DecodeJSON(src []byte, v any) []Problem {
	return l.DecodeNode(readJSON(src), v)
}

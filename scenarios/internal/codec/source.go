package codec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A Problem is one thing that is wrong with a value.
type Problem struct {
	File         string // empty: the value was made in Go
	Line, Column int    // from 1; 0: not known
	Path         string // of the value; empty: the whole
	Message      string
}

// A Source is a document that was read. It knows where each value is written,
// and which values could not be read as they were meant.
type Source struct {
	file     string
	tree                     // its root is nil if the document could not be read
	problems []Problem       // sorted by position once they are reported
	offsets  map[string]int  // how many entries from earlier sources a merged list begins with, by its path
	zeros    map[string]bool // paths of zero values that are written in the document, outside lists
	unread   map[string]bool // paths of values that could not be read at all
	misread  []string        // paths of values with a problem, unread ones included
	sorted   bool            // whether misread is
}

// Read decodes a YAML or JSON document into *v, strictly: whatever does not fit
// is a problem, and leaves its value as it was. The rest is decoded
// nevertheless. Everything that *v was before is lost.
func (l *Language) Read(file string, src []byte, v any) *Source {
	s := newSource(file)
	s.tree, s.problems = readTree(file, src, longAtLeast)
	s.decode(l, v)
	return s
}

func newSource(file string) *Source {
	return &Source{
		file: file, offsets: make(map[string]int),
		zeros: make(map[string]bool), unread: make(map[string]bool),
	}
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

// position is where n is written: my.yaml:3:5.
func (s *Source) position(n *yaml.Node) string {
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

// find follows p as far as the document goes, and returns the node reached and
// its depth. The indexes in p count the entries from all sources; those in own
// count only this one's.
func (s *Source) find(p *Path) (n *yaml.Node, own *Path, depth int) {
	if p == nil {
		return s.root, nil, 0
	}
	above, ownAbove, depth := s.find(p.parent)
	own = &Path{ownAbove, p.key, p.index, p.inList}
	if p.inList {
		own.index -= s.offsets[ownAbove.String()]
	}
	if depth == p.depth()-1 {
		if n := s.child(above, own); n != nil {
			return n, own, depth + 1
		}
	}
	return above, own, depth
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

package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A source is one text that a scenario was read from.
type source struct {
	file     string
	root     *yaml.Node // nil: the text could not be read
	problems Problems
	earlier  map[string]int  // by the path of a list: its values from earlier sources
	broken   map[string]bool // paths of values that could not be read
	touched  []string        // paths of values that were not read as they were meant, broken ones and others
	sorted   bool            // touched is
}

func newSource(file string) *source {
	return &source{file: file, earlier: make(map[string]int), broken: make(map[string]bool)}
}

// problem notes what is wrong at n, which p leads to.
func (s *source) problem(n *yaml.Node, p *path, message string) {
	at := p.String()
	s.problems = append(s.problems, Problem{s.file, n.Line, n.Column, at, message})
	s.touched, s.sorted = append(s.touched, at), false
}

// place is where n stands: my.yaml:3:5.
func (s *source) place(n *yaml.Node) string {
	place := fmt.Sprintf("%d:%d", n.Line, n.Column)
	if s.file != "" {
		place = s.file + ":" + place
	}
	return place
}

// spoilt reports whether the value at p, or something in it, was not read as it
// was meant, so that there is nothing more to say about it.
func (s *source) spoilt(p *path) bool {
	if !s.sorted {
		slices.Sort(s.touched)
		s.sorted = true
	}
	at := p.String()
	for _, prefix := range []string{at, at + ".", at + "["} {
		i, found := slices.BinarySearch(s.touched, prefix)
		if found || prefix != at && i < len(s.touched) && strings.HasPrefix(s.touched[i], prefix) {
			return true
		}
	}
	for ; p != nil; p = p.up {
		if s.broken[p.String()] {
			return true
		}
	}
	return s.broken[""]
}

// base notes that a list has values from earlier sources.
func (s *source) base(p *path, n int) {
	if n > 0 {
		s.earlier[p.String()] = n
	}
}

// find follows p as far as it leads in this source: to a node, so many steps
// deep. Its numbers count the values of all sources; own has this source's.
func (s *source) find(p *path) (n *yaml.Node, own *path, depth int) {
	if p == nil {
		return s.root, nil, 0
	}
	above, ownAbove, depth := s.find(p.up)
	own = &path{ownAbove, p.key, p.index, p.list}
	if p.list {
		own.index -= s.earlier[ownAbove.String()]
	}
	if depth == p.depth()-1 {
		if n := child(above, own); n != nil {
			return n, own, depth + 1
		}
	}
	return above, own, depth
}

func (p *path) depth() int {
	if p == nil {
		return 0
	}
	return p.up.depth() + 1
}

// child returns the value in n that the last step of p leads to; nil: none.
func child(n *yaml.Node, p *path) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if p.list {
		if n.Kind == yaml.SequenceNode && 0 <= p.index && p.index < len(n.Content) {
			return n.Content[p.index]
		}
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == p.key {
			return n.Content[i+1]
		}
	}
	return nil
}

// sources are the texts that a scenario was read from, in order. There are none
// for values made in Go.
type sources []*source

// find returns the source that p leads deepest into: the last of them, as the
// last one's values hold.
func (ss sources) find(p *path) (s *source, n *yaml.Node, own *path) {
	deepest := -1
	for _, each := range ss {
		if each.root == nil {
			continue
		}
		if at, path, depth := each.find(p); depth >= deepest {
			s, n, own, deepest = each, at, path, depth
		}
	}
	return s, n, own
}

package codec

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"gopkg.in/yaml.v3"
)

// longAtLeast is the size in bytes from which on a list is left in the text.
const longAtLeast = 64 << 10

// maxEntry is the size in bytes up to which an entry is simple. To look for a value in it
// means to read all of it again.
const maxEntry = 4 << 10

// A longList is a block sequence of simple entries that is left in the text of
// its document.
type longList struct {
	src     []byte // the whole document
	entries []mark // where the value of each begins
}

// entry returns the node of an entry. It can be used until the reader is reset.
func (l *longList) entry(r *simpleReader, i int) *yaml.Node {
	r.reset(l.src, l.entries[i])
	return r.block()
}

// A section is a long list, as the value of a key on the top level of a document.
type section struct {
	longList
	key        string
	begin, end mark // the ends of the key's line and of the last entry's
	column     int  // of the dashes, from 0
	line       int  // of the first dash
}

// readLong reads a document that has long lists of simple entries under keys of
// its top level; everything else in it is read by yaml.v3, with empty lines in
// place of the entries. False means that there is no such list, or that it could
// mean something else in its document than by itself.
func readLong(src []byte, least int) (tree, bool) {
	if len(src) < least {
		return tree{}, false
	}
	sections := findSections(src, least)
	if len(sections) == 0 {
		return tree{}, false
	}
	var doc, second yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(without(src, sections)))
	if dec.Decode(&doc) != nil || !errors.Is(dec.Decode(&second), io.EOF) {
		return tree{}, false
	}
	t := tree{root: doc.Content[0], long: make(map[*yaml.Node]longList)}
	for _, s := range sections {
		n := s.missingValue(t.root)
		if n == nil {
			return tree{}, false
		}
		*n = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: s.line, Column: s.column + 1}
		t.long[n] = s.longList
	}
	return t, true
}

// missingValue returns the node of the section's value in the document without
// sections. Nil means that the line of its key is not a key there: it may be part
// of a text.
func (s *section) missingValue(root *yaml.Node) *yaml.Node {
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		return nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		isKey := key.Kind == yaml.ScalarNode && key.Style == 0 && key.Anchor == "" &&
			key.Line == s.begin.line && key.Column == 1 && key.Value == s.key
		if isKey && value.Kind == yaml.ScalarNode && value.Tag == "!!null" && value.Value == "" && value.Style == 0 && value.Anchor == "" {
			return value
		}
	}
	return nil
}

// findSections returns what looks like sections of at least so many bytes.
func findSections(src []byte, least int) []section {
	var found []section
	r := &simpleReader{checking: true}
	for at := (mark{line: 1}); at.offset < len(src); at = (mark{at.offset + 1, at.offset + 1, at.line + 1}) {
		line, _, _ := bytes.Cut(src[at.offset:], []byte("\n"))
		at.offset += len(line)
		key, isKey := bytes.CutSuffix(bytes.TrimRight(line, " "), []byte(":"))
		if !isKey || !isSimpleKey(key) {
			continue
		}
		s := section{longList: longList{src: src}, key: string(key), begin: at}
		if s.read(r) && s.end.offset-s.begin.offset >= least {
			found = append(found, s)
			at = s.end
		}
	}
	return found
}

func isSimpleKey(key []byte) bool {
	return len(key) > 0 && len(key) < maxLine &&
		!slices.ContainsFunc(key, func(c byte) bool { return c != '_' && (c < 'a' || c > 'z') })
}

// read reads the entries. It returns false if they are not simple.
func (s *section) read(r *simpleReader) bool {
	r.reset(s.src, s.begin)
	s.column, s.line = r.nextLine(), r.line
	if s.column < 0 || !r.isEntry() {
		return false
	}
	for next := s.column; next == s.column && r.isEntry(); next = r.nextLine() {
		r.skipDash()
		s.entries = append(s.entries, r.mark)
		r.reset(s.src, r.mark)
		if r.block() == nil || r.offset-s.entries[len(s.entries)-1].offset > maxEntry {
			return false
		}
		s.end = r.mark
	}
	// The list ends with the document, or before another key of the top level.
	return r.offset == len(s.src) || r.column() == 0 && plainBytes[r.peek(0)]&startsPlain != 0
}

// without returns the document with empty lines in place of the sections.
func without(src []byte, sections []section) []byte {
	var out []byte
	from := 0
	for _, s := range sections {
		out = append(out, src[from:s.begin.offset]...)
		out = append(out, bytes.Repeat([]byte("\n"), s.end.line-s.begin.line)...)
		from = s.end.offset
	}
	return append(out, src[from:]...)
}

package codec

import (
	"gopkg.in/yaml.v3"
)

// A simpleReader reads YAML of a simple style and makes the same nodes of it as
// yaml.v3, in a tenth of the time. The style is: block mappings and sequences;
// flow mappings and sequences on one line; texts of ASCII characters that need
// no quotes, or between quotes without escapes. It gives up on all other YAML,
// such as anchors, tags, block texts, and keys without a value.
//
// Its nodes can be used until it is reset.
type simpleReader struct {
	src []byte
	mark
	checking bool // true: only look whether the style is simple; nodes have no texts
	depth    int
	nodes    []*yaml.Node
	used     int               // how many of nodes are in use since the last reset
	texts    map[string]string // short texts, to keep repeated ones only once
}

// A mark is a position in a text.
type mark struct {
	offset int
	start  int // offset of the line
	line   int // from 1
}

func (m mark) column() int { return m.offset - m.start } // from 0

const (
	maxDepth = 20
	maxLine  = 1000 // bytes; YAML limits the length of some keys to 1,024
	maxTexts = 1000 // and each of maxText bytes at most
	maxText  = 20
)

// reset makes the reader go on at a mark, and use its nodes again.
func (r *simpleReader) reset(src []byte, at mark) {
	r.src, r.mark, r.depth, r.used = src, at, 0, 0
}

// peek returns the byte n bytes ahead; 0: the text ends before it.
func (r *simpleReader) peek(n int) byte {
	if i := r.offset + n; i < len(r.src) {
		return r.src[i]
	}
	return 0
}

func (r *simpleReader) skipSpaces() {
	for r.peek(0) == ' ' {
		r.offset++
	}
}

// lineEnds skips spaces and reports whether the line ends then.
func (r *simpleReader) lineEnds() bool {
	r.skipSpaces()
	return (r.offset == len(r.src) || r.src[r.offset] == '\n') && r.column() < maxLine
}

// nextLine goes from the end of a line to the first character of the next one
// that is not empty or a comment, and returns its column; -1: there is none.
func (r *simpleReader) nextLine() int {
	for r.offset < len(r.src) {
		r.offset++
		r.start = r.offset
		r.line++
		r.skipSpaces()
		if n := r.comment(); n > 0 {
			r.offset += n
		}
		if r.offset < len(r.src) && r.src[r.offset] != '\n' {
			return r.column()
		}
	}
	return -1
}

// comment returns the length of a comment; 0: there is none, or not in ASCII.
func (r *simpleReader) comment() int {
	if r.peek(0) != '#' {
		return 0
	}
	n := 0
	for isPrintable(r.peek(n)) {
		n++
	}
	if end := r.offset + n; end < len(r.src) && r.src[end] != '\n' {
		return 0
	}
	return n
}

func isPrintable(c byte) bool { return ' ' <= c && c <= '~' }

// isEntry reports whether an entry of a block sequence begins here.
func (r *simpleReader) isEntry() bool { return r.peek(0) == '-' && r.peek(1) == ' ' }

// skipDash goes to the value of an entry.
func (r *simpleReader) skipDash() {
	r.offset++
	r.skipSpaces()
}

// block reads a value of any kind, up to the end of its last line. Nil: it is
// not simple.
func (r *simpleReader) block() *yaml.Node {
	if r.isEntry() {
		return r.blockSequence()
	}
	first := r.mark
	n := r.flow(false)
	switch {
	case n == nil:
		return nil
	case r.peek(0) == ':' && n.Kind == yaml.ScalarNode:
		return r.blockMapping(first, n)
	case !r.lineEnds():
		return nil
	}
	return n
}

func (r *simpleReader) blockSequence() *yaml.Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n, column := r.node(yaml.SequenceNode, "!!seq", r.mark), r.column()
	for {
		r.skipDash()
		entry := r.block()
		if entry == nil {
			return nil
		}
		n.Content = append(n.Content, entry)
		end := r.mark
		if next := r.nextLine(); next > column {
			return nil
		} else if next < column || !r.isEntry() {
			r.mark = end
			r.depth--
			return n
		}
	}
}

// blockMapping reads a mapping from its first colon on.
func (r *simpleReader) blockMapping(first mark, key *yaml.Node) *yaml.Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n, column := r.node(yaml.MappingNode, "!!map", first), first.column()
	for {
		value := r.blockValue(column)
		if value == nil {
			return nil
		}
		n.Content = append(n.Content, key, value)
		end := r.mark
		if next := r.nextLine(); next > column {
			return nil
		} else if next < column {
			r.mark = end
			r.depth--
			return n
		}
		if key = r.flow(false); key == nil || key.Kind != yaml.ScalarNode {
			return nil
		}
	}
}

// blockValue reads the value of a key in a block mapping from the colon on: it
// is in the same line, or in deeper lines, or in entries as deep as the key.
func (r *simpleReader) blockValue(column int) *yaml.Node {
	if r.peek(0) != ':' || r.peek(1) != ' ' && r.peek(1) != '\n' {
		return nil
	}
	r.offset++
	if r.lineEnds() {
		if next := r.nextLine(); next > column || next == column && r.isEntry() {
			return r.block()
		}
		return nil
	}
	n := r.flow(false)
	if n == nil || !r.lineEnds() {
		return nil
	}
	return n
}

// flow reads a value within a line. Inside says whether it is part of a flow
// mapping or sequence.
func (r *simpleReader) flow(inside bool) *yaml.Node {
	switch c := r.peek(0); c {
	case '{':
		return r.flowMapping()
	case '[':
		return r.flowSequence()
	case '"', '\'':
		return r.quoted(c)
	}
	return r.plain(inside)
}

func (r *simpleReader) flowSequence() *yaml.Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n := r.node(yaml.SequenceNode, "!!seq", r.mark)
	n.Style = yaml.FlowStyle
	for end := r.open(']'); !end; {
		entry := r.flow(true)
		if entry == nil {
			return nil
		}
		n.Content = append(n.Content, entry)
		var ok bool
		if end, ok = r.comma(']'); !ok {
			return nil
		}
	}
	r.depth--
	return n
}

func (r *simpleReader) flowMapping() *yaml.Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n := r.node(yaml.MappingNode, "!!map", r.mark)
	n.Style = yaml.FlowStyle
	for end := r.open('}'); !end; {
		key := r.flow(true)
		if key == nil || key.Kind != yaml.ScalarNode || r.peek(0) != ':' || r.peek(1) != ' ' {
			return nil
		}
		r.offset++
		r.skipSpaces()
		value := r.flow(true)
		if value == nil {
			return nil
		}
		n.Content = append(n.Content, key, value)
		var ok bool
		if end, ok = r.comma('}'); !ok {
			return nil
		}
	}
	r.depth--
	return n
}

// open skips an opening bracket, and the closing one if nothing is between them.
func (r *simpleReader) open(closing byte) (end bool) {
	r.offset++
	r.skipSpaces()
	if r.peek(0) == closing {
		r.offset++
		return true
	}
	return false
}

// comma skips a comma or the closing bracket.
func (r *simpleReader) comma(closing byte) (end, ok bool) {
	r.skipSpaces()
	switch r.peek(0) {
	case closing:
		r.offset++
		return true, true
	case ',':
		r.offset++
		r.skipSpaces()
		return false, true
	}
	return false, false
}

// node returns a node, used again after a reset.
func (r *simpleReader) node(kind yaml.Kind, tag string, at mark) *yaml.Node {
	if r.used == len(r.nodes) {
		r.nodes = append(r.nodes, new(yaml.Node))
	}
	n := r.nodes[r.used]
	r.used++
	*n = yaml.Node{Kind: kind, Tag: tag, Content: n.Content[:0], Line: at.line, Column: at.column() + 1}
	return n
}

package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A tree is the nodes of a document. A long list of simple entries is an empty
// sequence in it, whose entries are read when they are needed: 100,000 entries
// take 200 MB as nodes.
type tree struct {
	root *yaml.Node              // nil: there is no value
	long map[*yaml.Node]longList // by their sequences

	values map[*yaml.Node]map[string]*yaml.Node // of large mappings that were looked into, by mapping and key
}

// readTree reads the one value of a YAML or JSON text. JSON is read as such,
// because YAML does not know surrogate pairs. Lists of at least longBytes bytes
// may be left in the text.
func readTree(file string, src []byte, longBytes int) (tree, []Problem) {
	if json.Valid(src) {
		return notNull(file, tree{root: readJSON(src)})
	}
	if t, ok := readLong(src, longBytes); ok {
		return t, nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return tree{}, []Problem{{File: file, Message: empty}}
	case err != nil:
		return tree{}, []Problem{syntaxProblem(file, src, err)}
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		return notNull(file, tree{root: doc.Content[0]})
	case err != nil:
		return tree{}, []Problem{syntaxProblem(file, src, err)}
	}
	return tree{}, []Problem{{
		File: file, Line: second.Line, Column: second.Column,
		Message: "a second document (---): want one in a file",
	}}
}

func notNull(file string, t tree) (tree, []Problem) {
	if n := t.root; n.ShortTag() == "!!null" {
		return tree{}, []Problem{{File: file, Line: n.Line, Column: n.Column, Message: empty}}
	}
	return t, nil
}

const empty = "is empty: want a mapping ({} for one without keys)"

// child returns the value in n that the last step of p leads to; nil: none.
func (t *tree) child(n *yaml.Node, p *Path) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if p.inList {
		if n.Kind == yaml.SequenceNode && 0 <= p.index && p.index < t.length(n) {
			if list, isLong := t.long[n]; isLong {
				return list.entry(new(simpleReader), p.index)
			}
			return n.Content[p.index]
		}
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	if values, ok := t.values[n]; ok {
		return values[p.key]
	}
	content := contentOf(n)
	if len(content) > largeMapping {
		return t.index(n, content)[p.key]
	}
	for i := 0; i+1 < len(content); i += 2 {
		if content[i].Value == p.key {
			return content[i+1]
		}
	}
	return nil
}

// largeMapping is how many keys and values a mapping has whose keys are not looked for one
// by one. An entry of a long list, whose node is another one each time, has no such mapping.
const largeMapping = maxEntry / 2

// index notes the values of a large mapping by their keys.
func (t *tree) index(n *yaml.Node, content []*yaml.Node) map[string]*yaml.Node {
	values := make(map[string]*yaml.Node, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		if key := content[i].Value; values[key] == nil {
			values[key] = content[i+1]
		}
	}
	if t.values == nil {
		t.values = make(map[*yaml.Node]map[string]*yaml.Node)
	}
	t.values[n] = values
	return values
}

// length returns the number of entries of a sequence.
func (t *tree) length(n *yaml.Node) int {
	if list, ok := t.long[n]; ok {
		return len(list.entries)
	}
	return len(n.Content)
}

// readJSON reads a valid JSON text into the nodes that YAML would make of it.
func readJSON(src []byte) *yaml.Node {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	return (&jsonReader{src: src, dec: dec, line: 1, column: 1}).value()
}

type jsonReader struct {
	src          []byte
	dec          *json.Decoder
	offset       int // of the next byte in src
	line, column int // of that byte
}

func (r *jsonReader) value() *yaml.Node {
	r.skip(bytes.IndexFunc(r.src[r.offset:], func(c rune) bool { return !strings.ContainsRune(" \t\r\n,:", c) }))
	n := &yaml.Node{Line: r.line, Column: r.column}
	token, _ := r.dec.Token()
	r.skip(int(r.dec.InputOffset()) - r.offset)
	switch t := token.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		if t == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		for r.dec.More() {
			n.Content = append(n.Content, r.value())
		}
		r.dec.Token()
		r.skip(int(r.dec.InputOffset()) - r.offset)
	case string:
		line, column := n.Line, n.Column
		n = textNode(t)
		n.Line, n.Column = line, column
	case json.Number:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!int", t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!bool", strconv.FormatBool(t)
	default:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!null", "null"
	}
	return n
}

// skip advances by n bytes.
func (r *jsonReader) skip(n int) {
	passed := r.src[r.offset : r.offset+n]
	r.offset += n
	if newline := bytes.LastIndexByte(passed, '\n'); newline >= 0 {
		r.line += bytes.Count(passed, []byte("\n"))
		r.column = 1
		passed = passed[newline+1:]
	}
	r.column += utf8.RuneCount(passed)
}

package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// readTree reads the one value of a YAML or JSON text. JSON is read as such:
// YAML knows all of it but pairs of surrogates.
func readTree(file string, src []byte) (*yaml.Node, Problems) {
	if json.Valid(src) {
		return notNull(file, readJSON(src))
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, Problems{{File: file, Message: empty}}
	case err != nil:
		return nil, Problems{syntaxProblem(file, err)}
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		return notNull(file, doc.Content[0])
	case err != nil:
		return nil, Problems{syntaxProblem(file, err)}
	}
	return nil, Problems{{
		File: file, Line: second.Line, Column: second.Column,
		Message: "a second document (---): want one in a file",
	}}
}

func notNull(file string, n *yaml.Node) (*yaml.Node, Problems) {
	if n.ShortTag() == "!!null" {
		return nil, Problems{{File: file, Line: n.Line, Column: n.Column, Message: empty}}
	}
	return n, nil
}

const empty = "is empty: want a mapping ({} for one without keys)"

// syntaxProblem is an error of yaml.v3 with its place. The patterns are made
// here, as whoever imports the package would wait for them.
func syntaxProblem(file string, err error) Problem {
	syntaxError := regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// The parser of yaml.v3 counts lines from 0, its scanner from 1; these are
	// the parser's words.
	parserError := regexp.MustCompile(`^did not find expected (<|node content|key|'-' indicator|',' or)`)
	// Errors of the first line come without its number, like those that never have one.
	placeless := regexp.MustCompile(`^unknown anchor|^input error|UTF|Unicode|surrogate|control characters`)
	text := err.Error()
	m := syntaxError.FindStringSubmatch(text)
	if m == nil {
		return Problem{File: file, Message: "bad YAML: " + text}
	}
	message := strings.TrimPrefix(text, m[0])
	line, _ := strconv.Atoi(m[1])
	if line == 0 && !placeless.MatchString(message) || parserError.MatchString(message) {
		line++
	}
	return Problem{File: file, Line: line, Message: "bad YAML: " + message}
}

// readJSON turns a valid JSON text into the tree that YAML would make of it.
func readJSON(src []byte) *yaml.Node {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	return (&jsonReader{src: src, dec: dec, line: 1, column: 1}).value()
}

type jsonReader struct {
	src          []byte
	dec          *json.Decoder
	offset       int // line and column are those of src[offset]
	line, column int
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

// skip moves n bytes on.
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

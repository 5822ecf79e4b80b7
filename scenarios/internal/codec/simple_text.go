package codec

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

func (r *simpleReader) quoted(quote byte) *yaml.Node {
	n := r.node(yaml.ScalarNode, "!!str", r.mark)
	n.Style = yaml.SingleQuotedStyle
	if quote == '"' {
		n.Style = yaml.DoubleQuotedStyle
	}
	r.offset++
	length := 0
	for c := r.peek(0); c != quote; c = r.peek(length) {
		if !isPrintable(c) || c == '\\' {
			return nil
		}
		length++
	}
	n.Value = r.text(length)
	r.offset++
	if quote == '\'' && r.peek(0) == quote {
		return nil
	}
	return n
}

// plain reads a text without quotes.
func (r *simpleReader) plain(inside bool) *yaml.Node {
	if c := r.peek(0); plainBytes[c]&startsPlain == 0 {
		return nil
	}
	length, spaces := 1, 0
	for {
		c := r.peek(length + spaces)
		switch {
		case c == ' ':
			spaces++
			continue
		case plainBytes[c]&inPlain != 0, c == ',' && !inside:
		case c == ':' && plainBytes[r.peek(length+spaces+1)]&startsPlain != 0:
		default:
			n := r.node(yaml.ScalarNode, "", r.mark)
			n.Value = r.text(length)
			if !r.checking {
				n.Tag = obviousTag(n.Value)
			}
			return n
		}
		length, spaces = length+spaces+1, 0
	}
}

const (
	startsPlain = 1 << iota
	inPlain
)

// plainBytes says where bytes may stand in a text without quotes.
var plainBytes = func() (table [256]byte) {
	for c := range table {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '/':
			table[c] = startsPlain | inPlain
		case bytes.IndexByte([]byte("-.+()@=~%"), byte(c)) >= 0:
			table[c] = inPlain
		}
	}
	return table
}()

// text takes the next bytes as a text.
func (r *simpleReader) text(length int) string {
	src := r.src[r.offset : r.offset+length]
	r.offset += length
	if r.checking {
		return ""
	}
	if length > maxText {
		return string(src)
	}
	if text, known := r.texts[string(src)]; known {
		return text
	}
	text := string(src)
	if r.texts == nil {
		r.texts = make(map[string]string)
	}
	if len(r.texts) < maxTexts {
		r.texts[text] = text
	}
	return text
}

// obviousTag is the tag of a plain text if it is easily seen. The node of a text
// with no tag finds it out itself, as yaml.v3 does, when it is asked.
func obviousTag(s string) string {
	switch c := s[0]; {
	case '0' <= c && c <= '9':
		switch {
		case strings.Count(s, "-") > 2 && !strings.Contains(s, ":"): // more than in a number or a date, such as a UUID
			return "!!str"
		case len(s) < 18 && (c != '0' || len(s) == 1) && strings.Trim(s, "0123456789") == "":
			return "!!int"
		}
	case !strings.Contains("nNtTfF", s[:1]): // of null, true and false
		return "!!str"
	}
	return ""
}

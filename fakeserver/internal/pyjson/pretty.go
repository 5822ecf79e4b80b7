package pyjson

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	prettyWidth = 72   // the width of a line, in characters
	prettyLimit = 4096 // a value whose Repr is longer, in bytes, is not laid out
)

// Pretty returns a value as Python's pprint lays it out: keys sorted, and broken
// into several lines if it does not fit on one. A very long value, which would
// take long to lay out, stays on one line.
func Pretty(v any) string {
	v = sortKeys(v)
	if text := Repr(v); len(text) > prettyLimit {
		return text
	}
	var p printer
	p.print(v, 0, 0, true)
	return p.String()
}

// sortKeys returns a copy of a value whose objects have their keys sorted.
func sortKeys(v any) any {
	switch v := v.(type) {
	case Object:
		v = slices.Clone(v)
		for i := range v {
			v[i].Value = sortKeys(v[i].Value)
		}
		slices.SortFunc(v, func(a, b Field) int { return cmp.Compare(a.Key, b.Key) })
		return v
	case []any:
		v = slices.Clone(v)
		for i := range v {
			v[i] = sortKeys(v[i])
		}
		return v
	}
	return v
}

type printer struct{ strings.Builder }

// print lays out a value that begins at column indent and whose last line is
// followed by closing brackets, commas and the like: closing characters in all.
// top is set for the outermost value.
func (p *printer) print(v any, indent, closing int, top bool) {
	if text := Repr(v); width(text) <= prettyWidth-indent-closing {
		p.WriteString(text)
		return
	}
	switch v := v.(type) {
	case Object:
		p.WriteByte('{')
		for i, f := range v {
			key := Repr(f.Key) + ": "
			p.WriteString(key)
			p.item(f.Value, indent+1, width(key), i == len(v)-1, closing)
		}
		p.WriteByte('}')
	case []any:
		p.WriteByte('[')
		for i, item := range v {
			p.item(item, indent+1, 0, i == len(v)-1, closing)
		}
		p.WriteByte(']')
	case string:
		p.text(v, indent, closing, top)
	default:
		p.WriteString(Repr(v))
	}
}

// item lays out one item of an object or a list. In an object it follows its
// key, which is key characters wide.
func (p *printer) item(v any, indent, key int, last bool, closing int) {
	if last {
		p.print(v, indent+key, closing+1, false)
		return
	}
	p.print(v, indent+key, 1, false)
	p.newline(indent, ",")
}

func (p *printer) newline(indent int, end string) {
	p.WriteString(end + "\n" + strings.Repeat(" ", indent))
}

// text breaks a long string between its words. The outermost value needs
// parentheses around the pieces.
func (p *printer) text(s string, indent, closing int, top bool) {
	if top {
		indent, closing = indent+1, closing+1
	}
	pieces := breakText(s, prettyWidth-indent, closing)
	if len(pieces) == 1 {
		p.WriteString(Repr(s))
		return
	}
	if top {
		p.WriteByte('(')
	}
	for i, piece := range pieces {
		if i > 0 {
			p.newline(indent, "")
		}
		p.WriteString(Repr(piece))
	}
	if top {
		p.WriteByte(')')
	}
}

// breakText breaks a string into pieces that fit into room characters; the last
// piece is followed by closing characters more. A word that is too long becomes
// a piece of its own.
func breakText(s string, room, closing int) (pieces []string) {
	lines := slices.Collect(strings.Lines(s))
	for i, line := range lines {
		last := i == len(lines)-1
		space := room
		if last {
			space -= closing
		}
		if width(Repr(line)) <= space {
			pieces = append(pieces, line)
			continue
		}
		piece := ""
		words := splitWords(line)
		for j, word := range words {
			space := room
			if last && j == len(words)-1 {
				space -= closing
			}
			if width(Repr(piece+word)) <= space {
				piece += word
				continue
			}
			if piece != "" {
				pieces = append(pieces, piece)
			}
			piece = word
		}
		pieces = append(pieces, piece)
	}
	return pieces
}

// splitWords splits a line into words, each with the white space that follows it.
func splitWords(line string) (words []string) {
	for line != "" {
		end := strings.IndexFunc(line, unicode.IsSpace)
		if end < 0 {
			return append(words, line)
		}
		next := strings.IndexFunc(line[end:], func(r rune) bool { return !unicode.IsSpace(r) })
		if next < 0 {
			return append(words, line)
		}
		words = append(words, line[:end+next])
		line = line[end+next:]
	}
	return words
}

func width(s string) int { return utf8.RuneCountInString(s) }

package glance

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How wide Python lays out a value, and how long a one is worth it.
const (
	prettyWidth = 72
	prettyLimit = 4096
)

// pretty is a value laid out as Python's pprint does it: keys sorted, on
// several lines where one is too narrow. A very long value stays on one.
func pretty(v any) string {
	v = sortKeys(v)
	if text := repr(v); len(text) > prettyLimit {
		return text
	}
	var p printer
	p.print(v, 0, 0, true)
	return p.String()
}

func sortKeys(v any) any {
	switch v := v.(type) {
	case object:
		v = slices.Clone(v)
		for i := range v {
			v[i].value = sortKeys(v[i].value)
		}
		slices.SortFunc(v, func(a, b field) int { return cmp.Compare(a.key, b.key) })
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

// print lays out a value that begins in the column indent and is followed on
// its last line by so many closing signs.
func (p *printer) print(v any, indent, closing int, top bool) {
	if text := repr(v); width(text) <= prettyWidth-indent-closing {
		p.WriteString(text)
		return
	}
	switch v := v.(type) {
	case object:
		p.WriteByte('{')
		for i, f := range v {
			key := repr(f.key) + ": "
			p.WriteString(key)
			p.item(f.value, indent+1, width(key), i == len(v)-1, closing)
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
		p.WriteString(repr(v))
	}
}

// item is one value of an object or a list, behind a key of some width.
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

// text breaks a long text between its words. At the top it needs parentheses.
func (p *printer) text(s string, indent, closing int, top bool) {
	if top {
		indent, closing = indent+1, closing+1
	}
	pieces := breakText(s, prettyWidth-indent, closing)
	if len(pieces) == 1 {
		p.WriteString(repr(s))
		return
	}
	if top {
		p.WriteByte('(')
	}
	for i, piece := range pieces {
		if i > 0 {
			p.newline(indent, "")
		}
		p.WriteString(repr(piece))
	}
	if top {
		p.WriteByte(')')
	}
}

// breakText breaks a text into pieces that fit a line, the last of them with
// what follows it. A word that is too long is a piece of its own.
func breakText(s string, room, closing int) (pieces []string) {
	lines := slices.Collect(strings.Lines(s))
	for i, line := range lines {
		last := i == len(lines)-1
		space := room
		if last {
			space -= closing
		}
		if width(repr(line)) <= space {
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
			if width(repr(piece+word)) <= space {
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

// splitWords splits a line into words, each with the space behind it.
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

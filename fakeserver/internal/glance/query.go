package glance

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A query is what stands behind the ? of a URL, in its order. Glance keeps it
// as a multidict: of a repeated parameter, some readers take the first and
// leave the rest behind, some take the last.
type query []parameter

type parameter struct{ key, value string }

// parseQuery reads a query as WebOb does. It reports false for one whose
// characters are not UTF-8.
func parseQuery(raw string) (query, bool) {
	var q query
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		p := parameter{unescape(key), unescape(value)}
		if !utf8.ValidString(p.key) || !utf8.ValidString(p.value) {
			return nil, false
		}
		q = append(q, p)
	}
	return q, true
}

// unescape is s without its escapes, as WebOb reads them: of %4 it makes what %04
// stands for, and what is no escape stays as it is.
func unescape(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	head, rest, found := strings.Cut(s, "%")
	if !found {
		return s
	}
	b := []byte(head)
	for part := range strings.SplitSeq(rest, "%") {
		n := min(2, len(part))
		c, err := strconv.ParseUint(strings.TrimSpace(part[:n]), 16, 8)
		if err != nil {
			b, n = append(b, '%'), 0
		} else {
			b = append(b, byte(c))
		}
		b = append(b, part[n:]...)
	}
	return string(b)
}

func (q query) find(key string) int {
	return slices.IndexFunc(q, func(p parameter) bool { return p.key == key })
}

// last is the value of a parameter where its last mention counts.
func (q query) last(key string) (value string, ok bool) {
	for _, p := range slices.Backward(q) {
		if p.key == key {
			return p.value, true
		}
	}
	return "", false
}

// pop takes a parameter's first mention out of the query.
func (q *query) pop(key string) (value string, ok bool) {
	i := q.find(key)
	if i < 0 {
		return "", false
	}
	value = (*q)[i].value
	*q = slices.Delete(*q, i, i+1)
	return value, true
}

// popAll takes all mentions of a parameter out of the query.
func (q *query) popAll(key string) (values []string) {
	for {
		value, ok := q.pop(key)
		if !ok {
			return values
		}
		values = append(values, value)
	}
}

// dict is the query with each key once: where it first stood, with its last value.
func (q query) dict() query {
	var d query
	for _, p := range q {
		if i := d.find(p.key); i >= 0 {
			d[i].value = p.value
		} else {
			d = append(d, p)
		}
	}
	return d
}

// link is the address of a list with this query.
func (q query) link(path string) string {
	link, sep := path, "?"
	for _, p := range q {
		link += sep + url.QueryEscape(p.key) + "=" + url.QueryEscape(p.value)
		sep = "&"
	}
	return link
}

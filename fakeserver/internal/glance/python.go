package glance

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
)

// Glance quotes values in its messages as its own language writes them. The
// functions of this file do so too, of what decode returns.

// repr is a value as Python writes it.
func repr(v any) string { return string(appendRepr(nil, v)) }

// str is repr, but a text without its quotes.
func str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return repr(v)
}

func appendRepr(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "None"...)
	case bool:
		if v {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case json.Number:
		return append(b, reprNumber(string(v))...)
	case string:
		return pyjson.AppendText(b, v)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendRepr(b, item)
		}
		return append(b, ']')
	case object:
		b = append(b, '{')
		for i, f := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(pyjson.AppendText(b, f.key), ": "...)
			b = appendRepr(b, f.value)
		}
		return append(b, '}')
	}
	panic("glance: no JSON value")
}

func reprNumber(n string) string {
	if !strings.ContainsAny(n, ".eE") {
		if n == "-0" {
			return "0"
		}
		return n
	}
	f, _ := strconv.ParseFloat(n, 64) // too large a number becomes infinite, as in Python
	switch a := math.Abs(f); {
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	n = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(n, ".") {
		n += ".0"
	}
	return n
}

// titled is a text with each word's first letter in upper case.
func titled(s string) string {
	within := false
	return strings.Map(func(r rune) rune {
		first := !within
		within = unicode.IsLetter(r)
		if first {
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

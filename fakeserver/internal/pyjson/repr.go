package pyjson

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Repr returns a value as Python's repr writes it. An int is written too.
func Repr(v any) string { return string(appendRepr(nil, v)) }

// Str returns a value as Python's str writes it: a string without quotes,
// everything else as Repr does.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
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
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendRepr(b, item)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, f := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendString(b, f.Key), ": "...)
			b = appendRepr(b, f.Value)
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("pyjson: %T is not the type of a value", v))
}

// reprNumber returns a number, which is given as JSON, as Python writes it.
func reprNumber(n string) string {
	if !strings.ContainsAny(n, ".eE") {
		if n == "-0" {
			return "0"
		}
		return n
	}
	f, _ := strconv.ParseFloat(n, 64) // a number that is too large becomes infinite, as in Python
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

// appendString appends a string in quotes, single ones where possible.
func appendString(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b = append(b, quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			b = appendEscape(b, r)
		}
	}
	return append(b, quote)
}

func appendEscape(b []byte, r rune) []byte {
	prefix, digits := `\U`, 8
	switch {
	case r <= 0xff:
		prefix, digits = `\x`, 2
	case r <= 0xffff:
		prefix, digits = `\u`, 4
	}
	hex := strconv.FormatInt(int64(r), 16)
	b = append(b, prefix...)
	b = append(b, strings.Repeat("0", digits-len(hex))...)
	return append(b, hex...)
}

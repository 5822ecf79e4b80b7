// Package pyjson writes values as Python does: so do Glance and Keystone quote
// what they were sent.
package pyjson

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AppendText appends a text as Python writes it, in quotes: so do Glance
// and Keystone quote what they were sent.
func AppendText(b []byte, s string) []byte {
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

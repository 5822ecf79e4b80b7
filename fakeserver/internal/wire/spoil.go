package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// WithHeaders returns the reply with further headers, which replace its own. An
// empty value removes a header. {url} in a value stands for url.
func (r Reply) WithHeaders(headers map[string]string, url string) Reply {
	for key, value := range headers {
		value = strings.ReplaceAll(value, "{url}", url)
		key = http.CanonicalHeaderKey(key)
		switch {
		case key == "Content-Type":
			r.ContentType = value
		case value == "":
			r.Header.Del(key)
		default:
			r = r.Set(key, value)
		}
	}
	return r
}

// LacksHeaders returns why WithHeaders would leave the reply as it is, because it
// has none of the headers to be removed; empty: it would change it.
func (r Reply) LacksHeaders(headers map[string]string) string {
	names := slices.Sorted(maps.Keys(headers))
	for _, name := range names {
		switch key := http.CanonicalHeaderKey(name); {
		case headers[name] != "", key == "Content-Type" && r.ContentType != "", len(r.Header[key]) > 0:
			return ""
		}
	}
	return "headers: the answer has no header " + strings.Join(names, ", ")
}

// HasBody reports whether the reply has a body.
func (r *Reply) HasBody() bool { return r.Size() > 0 }

// AppendQuoted appends a string as JSON, without escapes for the characters of
// HTML.
func AppendQuoted(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\':
			return append(dst[:start], quoted(s)...)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// quoted is AppendQuoted for strings that need more escapes.
func quoted(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

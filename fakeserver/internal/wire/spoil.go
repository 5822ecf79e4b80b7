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
// empty value removes a header.
func (r Reply) WithHeaders(headers map[string]string) Reply {
	for key, value := range headers {
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

// WithFields returns the reply with other texts in those fields of its JSON object
// that it has. {value} in a text stands for the field's own value; an empty text
// removes the field. A body that is not a JSON object stays as it is.
func (r Reply) WithFields(fields map[string]string) Reply {
	var object map[string]json.RawMessage
	if len(fields) == 0 || r.ContentType != TypeJSON || json.Unmarshal(r.Body, &object) != nil {
		return r
	}
	for key, text := range fields {
		raw, ok := object[key]
		if !ok {
			continue
		}
		var own string
		if json.Unmarshal(raw, &own) != nil {
			own = string(raw)
		}
		object[key] = AppendQuoted(nil, strings.ReplaceAll(text, "{value}", own))
		if text == "" {
			delete(object, key)
		}
	}
	body, err := json.Marshal(object)
	if err != nil {
		panic(err) // it was JSON before
	}
	r.Body = body
	return r
}

// LacksFields returns why WithFields would leave the reply as it is; empty: it
// would change it.
func (r Reply) LacksFields(fields map[string]string) string {
	var object map[string]json.RawMessage
	if r.ContentType != TypeJSON || json.Unmarshal(r.Body, &object) != nil {
		return "fields: the answer is not a JSON object"
	}
	names := slices.Sorted(maps.Keys(fields))
	for _, name := range names {
		if _, ok := object[name]; ok {
			return ""
		}
	}
	return "fields: the answer has no field " + strings.Join(names, ", ")
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
func (r *Reply) HasBody() bool { return r.size() > 0 }

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

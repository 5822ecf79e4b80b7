package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WithHeaders returns the reply with further headers, which replace its own. A
// header is sent once for each line of its value; an empty value removes it. {url}
// in a value stands for url.
func (r Reply) WithHeaders(headers map[string]string, url string) Reply {
	if len(headers) == 0 {
		return r
	}
	r.Header = maps.Clone(r.Header)
	if r.Header == nil {
		r.Header = make(http.Header, len(headers))
	}
	for key, value := range headers {
		key = http.CanonicalHeaderKey(key)
		var lines []string // nil: it is not sent
		if value != "" {
			lines = strings.Split(strings.ReplaceAll(value, "{url}", url), "\n")
		}
		r.Header[key] = lines
	}
	return r
}

// InertHeaders returns why a client would not notice WithHeaders, because the reply
// has none of the headers to be removed, or because HTTP/2 cannot send the others;
// empty: it would notice.
func (r Reply) InertHeaders(headers map[string]string, http2 bool) string {
	var missing, unsendable []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		key, value := http.CanonicalHeaderKey(name), headers[name]
		switch {
		case value == "" && !r.sends(key):
			missing = append(missing, name)
		case value != "" && http2 && !sentByHTTP2(key, value):
			unsendable = append(unsendable, key)
		default:
			return ""
		}
	}
	if len(unsendable) > 0 {
		return "headers: HTTP/2 does not send this " + strings.Join(unsendable, ", ")
	}
	return "headers: the answer has no header " + strings.Join(missing, ", ")
}

// sentByHTTP2 reports whether HTTP/2 can send a header: it has no connection and no
// transfer encoding of a call, and every length is a number.
func sentByHTTP2(key, value string) bool {
	switch key {
	case "Connection", "Transfer-Encoding":
		return false
	case contentLength:
		_, err := strconv.ParseUint(value, 10, 63)
		return err == nil
	}
	return true
}

// sends reports whether the reply is sent with a header.
func (r *Reply) sends(key string) bool {
	if values, given := r.Header[key]; given {
		return len(values) > 0
	}
	switch key {
	case contentType:
		return r.ContentType != ""
	case requestIDHeader:
		return !r.NoRequestID
	case xRequestIDHeader:
		return r.XRequestID && !r.NoRequestID && r.sends(requestIDHeader)
	case contentLength:
		return r.Status != http.StatusNoContent || !r.NoLength
	}
	return key == date
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

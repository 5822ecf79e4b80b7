package wire

import (
	"strconv"
	"strings"
)

// Choose returns the offered media type that an Accept header prefers, the first
// of several that it prefers equally. Empty: it accepts none of them. A header that
// is missing, or is not a list of media ranges, accepts everything.
func Choose(accept string, offers ...string) string {
	if accept == "" {
		return offers[0]
	}
	ratings := make([]rating, len(offers))
	for element := range strings.SplitSeq(accept, ",") {
		if strings.TrimSpace(element) == "" {
			continue
		}
		media, params, _ := strings.Cut(element, ";")
		kind, subtype, ok := strings.Cut(strings.TrimSpace(media), "/")
		if !ok || !isToken(kind) || !isToken(subtype) {
			return offers[0]
		}
		q, plain, ok := quality(params)
		if !ok {
			return offers[0]
		}
		if !plain {
			continue // a range with parameters does not match, because no offer has parameters
		}
		for i, offer := range offers {
			ownKind, ownSubtype, _ := strings.Cut(offer, "/")
			ratings[i].rate(kind, subtype, ownKind, ownSubtype, q)
		}
	}
	best, q := "", 0.0
	for i, r := range ratings {
		if r.q > q {
			best, q = offers[i], r.q
		}
	}
	return best
}

// A rating is how much one media type is preferred, by the most specific range that
// matches it.
type rating struct {
	specific int
	q        float64
}

func (r *rating) rate(kind, subtype, ownKind, ownSubtype string, q float64) {
	specific := 0
	switch {
	case strings.EqualFold(kind, ownKind) && strings.EqualFold(subtype, ownSubtype):
		specific = 3
	case strings.EqualFold(kind, ownKind) && subtype == "*":
		specific = 2
	case kind == "*" && subtype == "*":
		specific = 1
	}
	if specific > r.specific {
		r.specific, r.q = specific, q
	}
}

// quality parses the parameters of a media range. plain is true if it has none
// besides q; ok is false if q is malformed.
func quality(params string) (q float64, plain, ok bool) {
	q, plain = 1, true
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		switch {
		case key == "":
		case strings.EqualFold(key, "q"):
			v, err := strconv.ParseFloat(value, 64)
			if err != nil || v < 0 || v > 1 {
				return 0, false, false
			}
			q = v
		default:
			plain = false
		}
	}
	return q, plain, true
}

func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

package scenarios

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// MatchGlob reports whether s matches a pattern, in which * stands for any number
// of characters. This is how the conditions of a [Match], and the checks of a
// server, compare.
func MatchGlob(pattern, s string) bool {
	first, rest, found := strings.Cut(pattern, "*")
	if !found {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, first)
	for ok {
		part, more, found := strings.Cut(rest, "*")
		if !found {
			return strings.HasSuffix(s, part)
		}
		_, s, ok = strings.Cut(s, part)
		rest = more
	}
	return false
}

// match refuses conditions that no call of the operation can meet.
func (c *checker) match(p *codec.Path, m *Match) {
	if m.Image != "" && none(m.Operation, Operation.TakesImage) {
		c.Problem(p.Field("image"), "never matches: %s is not about one image", joined(m.Operation))
	}
	if none(m.Operation, Operation.HasCaller) {
		const message = "never matches: %s is called without a token"
		if m.Project != "" {
			c.Problem(p.Field("project"), message, joined(m.Operation))
		}
		if m.User != "" {
			c.Problem(p.Field("user"), message, joined(m.Operation))
		}
		if m.Token != 0 {
			c.Problem(p.Field("token"), message, joined(m.Operation))
		}
	}
	c.headers(p.Field("headers"), m.Headers)
}

// none reports whether something is true of none of the operations. No operations
// means all of them; unknown ones are reported elsewhere.
func none(operations []Operation, is func(Operation) bool) bool {
	return len(operations) > 0 && !slices.ContainsFunc(operations, func(o Operation) bool {
		return is(o) || !slices.Contains(Operations(), o)
	})
}

func joined(operations []Operation) string {
	names := make([]string, len(operations))
	for i, o := range operations {
		names[i] = string(o)
	}
	return codec.Enumerate(names, "or")
}

// includes reports whether m certainly matches every call that other matches.
func (m *Match) includes(other *Match) bool {
	same := func(key string) string { return key }
	return includesOperations(m.Operation, other.Operation) &&
		includesPattern(m.Image, other.Image) && includesPattern(m.Project, other.Project) && includesPattern(m.User, other.User) &&
		(m.Token == 0 || m.Token == other.Token) &&
		includesTable(m.Headers, other.Headers, strings.ToLower) &&
		includesTable(m.Query, other.Query, same)
}

func includesOperations(all, some []Operation) bool {
	for _, op := range some {
		if !slices.Contains(all, op) && (len(all) > 0 || op.IsProbe()) {
			return false
		}
	}
	return len(all) == 0 || len(some) > 0
}

// includesPattern reports whether a matches every text that b matches. That is so
// if a matches b itself, whose * only a * can match.
func includesPattern(a, b string) bool { return a == "" || b != "" && MatchGlob(a, b) }

func includesTable(a, b map[string]string, name func(string) string) bool {
	if len(a) == 0 {
		return true
	}
	named := make(map[string]string, len(b))
	for key, pattern := range b {
		named[name(key)] = pattern
	}
	for key, pattern := range a {
		if narrower, given := named[name(key)]; !given || !MatchGlob(pattern, narrower) {
			return false
		}
	}
	return true
}

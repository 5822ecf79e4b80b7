package scenarios

import "strings"

// MatchGlob reports whether s is what the pattern says, in which * stands for any
// run of characters. This is how matches, and the checks of a server, compare.
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

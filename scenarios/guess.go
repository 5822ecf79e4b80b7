package scenarios

import (
	"fmt"
	"strings"
)

// choice says which of the known words was probably meant by a wrong one, or
// else which there are: it ends a message.
func choice(wrong string, known []string) string {
	if word := guess(wrong, known); word != "" {
		return fmt.Sprintf("(did you mean %q?)", word)
	}
	return "(want " + enumerate(known, "or") + ")"
}

// guess returns the known word nearest to a wrong one; none where all are far.
func guess(wrong string, known []string) string {
	best, least := "", len(wrong)/3+2
	for _, word := range known {
		if d := distance(fold(wrong), fold(word)); d < least {
			best, least = word, d
		}
	}
	return best
}

// fold takes away what people get wrong first: case, and the kind of dash.
func fold(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "-", "_"))
}

// distance counts the letters to insert, delete, replace, or swap with a
// neighbour to turn a into b.
func distance(a, b string) int {
	if max(len(a), len(b)) > 64 {
		return 64
	}
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			differ := 1
			if a[i] == b[j] {
				differ = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+differ)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// enumerate is "a, b or c".
func enumerate(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

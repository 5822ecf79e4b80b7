package codec

import (
	"fmt"
	"strings"
)

// Choice ends a message about a wrong word: with the known one that was probably
// meant, or else with all of them.
func Choice(wrong string, known []string) string {
	return choice(Guess(wrong, known), known)
}

func choice(meant string, known []string) string {
	if meant != "" {
		return fmt.Sprintf("(did you mean %q?)", meant)
	}
	return "(want " + Enumerate(known, "or") + ")"
}

// Guess returns the known word that a wrong one was probably meant to be; empty:
// none is similar enough.
func Guess(wrong string, known []string) string {
	wrong = fold(wrong)
	best, least := "", len(wrong)/3+2
	for _, word := range known {
		if len(word)-len(wrong) >= least || len(wrong)-len(word) >= least {
			continue // the distance is at least the difference in length
		}
		if d := distance(wrong, fold(word)); d < least {
			best, least = word, d
		}
	}
	return best
}

// fold removes the commonest differences: case, and dashes for underscores.
func fold(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "-", "_"))
}

// maxWord is the length in bytes above which words are not compared.
const maxWord = 64

// distance is the number of letters to insert, delete, replace, or swap with a
// neighbour, to turn a into b.
func distance(a, b string) int {
	if max(len(a), len(b)) > maxWord {
		return maxWord
	}
	var rows [3][maxWord + 1]int // the last one, the one before it, and the next one
	last, before, next := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			differ := 1
			if a[i] == b[j] {
				differ = 0
			}
			next[j+1] = min(last[j+1]+1, next[j]+1, last[j]+differ)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// Enumerate is "a, b or c".
func Enumerate(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

package codec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Choice ends a message about a wrong word: with the known one that was probably
// meant, or else with all of them, or with the most similar ones if they are many.
func Choice(wrong string, known []string) string {
	return choice(wrong, Guess(wrong, known), known)
}

// maxListed is how many words a message lists. More would be a wall of text.
const maxListed = 12

func choice(wrong, meant string, known []string) string {
	switch {
	case meant != "":
		return fmt.Sprintf("(did you mean %q?)", meant)
	case len(known) > maxListed:
		return "(want one of " + List(wrong, known) + ")"
	}
	return "(want " + Enumerate(known, "or") + ")"
}

// List lists the known words, or says how many there are and which are the most
// similar to the wrong one.
func List(wrong string, known []string) string {
	if len(known) > maxListed {
		return fmt.Sprintf("%d, such as %s", len(known), Enumerate(nearest(wrong, known), "and"))
	}
	return Enumerate(known, "and")
}

// nearest returns the three words that are most similar to a wrong one.
func nearest(wrong string, known []string) []string {
	wrong = fold(wrong)
	words := slices.Clone(compared(known))
	far := make(map[string]int, len(words))
	for _, word := range words {
		far[word] = distance(wrong, fold(word))
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(far[a], far[b]) })
	return words[:min(len(words), 3)]
}

// Guess returns the known word that a wrong one was probably meant to be; empty:
// none is similar enough. It is the word with the fewest wrong letters, or else
// the one that has all the parts of the wrong one: delete and image-delete are
// both meant to be delete_image. At last it is one that was written too short: rst
// is meant to be reset.
func Guess(wrong string, known []string) string {
	wrong, known = fold(wrong), compared(known)
	best, least := "", len(wrong)/3+2
	if len(wrong) < 6 {
		least = 2 // of a short word, two wrong letters are half of it
	}
	for _, word := range known {
		if len(word)-len(wrong) >= least || len(wrong)-len(word) >= least {
			continue // the distance is at least the difference in length
		}
		if d := distance(wrong, fold(word)); d < least {
			best, least = word, d
		}
	}
	if byParts, others := guessParts(wrong, known); byParts != "" && (best == "" || others == 0 && least > 1) {
		return byParts
	}
	if best == "" {
		return guessShort(wrong, known)
	}
	return best
}

// compared are those of the known words that a wrong one is compared with. The words of
// the language are fewer, but a scenario may have any number of names.
func compared(known []string) []string {
	const most = 300
	return known[:min(len(known), most)]
}

// guessShort returns the first of the known words of which the wrong one is a
// short form: it begins like the word, and only lacks one or two letters.
func guessShort(wrong string, known []string) string {
	for _, word := range known {
		lacks := len(word) - len(wrong)
		if len(wrong) >= minPart && 0 < lacks && lacks <= 2 && wrong[0] == word[0] && distance(wrong, fold(word)) == lacks {
			return word
		}
	}
	return ""
}

// minPart is how many letters of a part have to be there. In a part of longPart
// letters, one may be wrong.
const (
	minPart  = 3
	longPart = 5
)

// guessParts returns the first of the known words that have all parts of the
// wrong one, or the beginnings of such parts, or nearly such parts, and the fewest other parts; empty:
// there is none.
func guessParts(wrong string, known []string) (best string, others int) {
	parts := strings.Split(wrong, "_")
	for _, word := range known {
		left := strings.Split(fold(word), "_")
		for _, part := range parts {
			i := slices.IndexFunc(left, func(p string) bool {
				return p == part || len(part) >= minPart && strings.HasPrefix(p, part) ||
					len(part) >= longPart && distance(p, part) == 1
			})
			if i < 0 {
				left = nil
				break
			}
			left = slices.Delete(left, i, i+1)
		}
		if left != nil && (best == "" || len(left) < others) {
			best, others = word, len(left)
		}
	}
	return best, others
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

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Requests compares requests with the wanted ones, which may have a * for any run
// of characters, and marks the difference as diff does: one request that is
// missing or too many does not mark all that follow. Empty: they are the same.
func Requests(got, want []string) string {
	lines := align(got, want)
	if !slices.ContainsFunc(lines, func(l diffLine) bool { return l.mark != same }) {
		return ""
	}
	var b strings.Builder
	b.WriteString(" (+ came but is not wanted, - is wanted but did not come)")
	for _, l := range around(lines) {
		fmt.Fprintf(&b, "\n%c %s", l.mark, l.text)
		if l.mark == missing && !hasStatus(l.text) {
			b.WriteString("   (it says no status: want METHOD PATH STATUS)")
		}
	}
	return b.String()
}

// Incomplete says that a journal no longer has all requests, so that nothing can
// be said of them. Empty: it has.
func Incomplete(arrived, dropped int) string {
	if dropped == 0 {
		return ""
	}
	return fmt.Sprintf("%d requests came, the journal kept %d: it is too small to compare (see WithJournal, WithJournalBytes and ClearRequests)", arrived, arrived-dropped)
}

// hasStatus reports whether a wanted line can have a status: it has three words,
// or a * at the end, which may stand for one.
func hasStatus(want string) bool {
	return len(strings.Fields(want)) >= 3 || strings.HasSuffix(want, "*")
}

// The marks of a line.
const (
	same    = ' '
	extra   = '+'
	missing = '-'
	left    = '…' // lines are left out
)

type diffLine struct {
	mark rune
	text string // the request; of a missing one what is wanted
}

// maxCells is how large a table may be that finds the longest common sequence. Above it
// what comes between the common beginning and end is all marked.
const maxCells = 4 << 20

// align finds the longest sequence that is in both lists.
func align(got, want []string) []diffLine {
	var lines, tail []diffLine
	matches := func(i, j int) bool { return scenarios.MatchGlob(want[j], got[i]) }
	for len(got) > 0 && len(want) > 0 && matches(0, 0) {
		lines = append(lines, diffLine{same, got[0]})
		got, want = got[1:], want[1:]
	}
	for len(got) > 0 && len(want) > 0 && matches(len(got)-1, len(want)-1) {
		tail = append(tail, diffLine{same, got[len(got)-1]})
		got, want = got[:len(got)-1], want[:len(want)-1]
	}
	common := func(int, int) int32 { return 0 }
	if width := len(want) + 1; (len(got)+1)*width <= maxCells {
		table := make([]int32, (len(got)+1)*width) // of the rest after each request and each wanted one
		for i := len(got) - 1; i >= 0; i-- {
			for j := len(want) - 1; j >= 0; j-- {
				if matches(i, j) {
					table[i*width+j] = table[(i+1)*width+j+1] + 1
				} else {
					table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
				}
			}
		}
		common = func(i, j int) int32 { return table[i*width+j] }
	}
	i, j := 0, 0
	for i < len(got) || j < len(want) {
		switch {
		case i < len(got) && j < len(want) && matches(i, j) && common(i, j) == common(i+1, j+1)+1:
			lines = append(lines, diffLine{same, got[i]})
			i, j = i+1, j+1
		case j == len(want) || i < len(got) && common(i+1, j) >= common(i, j+1):
			lines = append(lines, diffLine{extra, got[i]})
			i++
		default:
			lines = append(lines, diffLine{missing, want[j]})
			j++
		}
	}
	slices.Reverse(tail)
	return append(lines, tail...)
}

// How much of a difference is shown.
const (
	maxContext = 3   // lines before and after a difference
	maxLines   = 100 // in all
)

// around leaves out the lines that are far from any difference, and what is too
// much.
func around(lines []diffLine) []diffLine {
	near := make([]bool, len(lines))
	for i, l := range lines {
		if l.mark != same {
			for k := max(i-maxContext, 0); k <= min(i+maxContext, len(lines)-1); k++ {
				near[k] = true
			}
		}
	}
	var shown []diffLine
	skipped := 0
	skip := func() {
		if skipped > 0 {
			shown = append(shown, diffLine{left, fmt.Sprintf("%d more as wanted", skipped)})
			skipped = 0
		}
	}
	for i, l := range lines {
		switch {
		case !near[i]:
			skipped++
			continue
		case len(shown) >= maxLines:
			return append(shown, diffLine{left, fmt.Sprintf("and %d more lines", len(lines)-i)})
		}
		skip()
		shown = append(shown, l)
	}
	skip()
	return shown
}

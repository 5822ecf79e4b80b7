package report

import (
	"fmt"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Requests compares requests with the wanted ones, line by line: * stands for
// any run of characters. Empty: they are the same.
func Requests(got, want []string) string {
	same := len(got) == len(want)
	var b strings.Builder
	for i := range max(len(got), len(want)) {
		mark, g, w := " ", "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if !scenarios.MatchGlob(w, g) {
			same, mark = false, ">"
		}
		fmt.Fprintf(&b, "\n%s %d. got  %s\n%s    want %s", mark, i+1, g, mark, w)
	}
	if same {
		return ""
	}
	return b.String()
}

// FaultsSpent has a sentence for each fault with a count that was injected less
// often.
func FaultsSpent(faults []fault.Status) []string {
	var problems []string
	for _, f := range faults {
		if f.Injected >= f.Fault.Times {
			continue
		}
		place := ""
		if f.Fault.Place != "" {
			place = " (" + f.Fault.Place + ")"
		}
		problems = append(problems, fmt.Sprintf("fault %s%s was injected %d of %d times; %d calls matched it", f.Fault.Name, place, f.Injected, f.Fault.Times, f.Seen))
	}
	return problems
}

package report

import (
	"fmt"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
)

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

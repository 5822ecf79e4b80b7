package fault

import (
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Decision is what was decided on a call. The zero Decision strikes nothing and
// has nothing to explain. It is small, and may be kept.
type Decision struct {
	// Fault is what strikes; nil: nothing does. A limit strikes as a fault with
	// status 429, and a Retry-After header if it gives one. It is shared: nobody
	// may change it.
	Fault  *scenarios.Fault
	Strike int           // which of the fault's strikes this is, from 1; 0: none
	Delay  time.Duration // before the answer, as drawn; 0: none
	Wait   time.Duration // until the limit that struck lets a call pass; 0: no limit struck

	// What explains the misses. The rules that let the call pass are remembered
	// one by one, but for the spent ones, of which there may be many.
	list   *list
	call   uint64 // the decision's number; 0: no rule matched
	image  string // the image's name, if it was asked for: the image may be gone later
	turn   int    // of the caller's token; 0: it had none, or no rule asked
	struck *rule
	passed []pass
}

// A pass is a rule that let a matching call pass: a fault, and which of the
// calls it has seen this was, or a limit, and how many tokens it had left.
type pass struct {
	rule *rule
	n    int
}

// Label is the strike in a few words, for a header or a log: the fault, which
// strike of how many, and its place: "flaky-delete 1/2 my.yaml:7". Empty: no
// fault strikes.
func (v Decision) Label() string {
	if v.Fault == nil {
		return ""
	}
	label := v.Fault.Name + " " + strconv.Itoa(v.Strike)
	if v.Fault.Times > 0 {
		label += "/" + strconv.Itoa(v.Fault.Times)
	}
	if v.Fault.Place != "" {
		label += " " + v.Fault.Place
	}
	return label
}

package fault

import (
	"hash/fnv"
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A rule is a fault or a limit with its counts. Everything but the counts is
// fixed before the rule is put into a list.
type rule struct {
	fault scenarios.Fault // Name is the rule's; of a limit: its answer without the Retry-After
	match match
	order int    // rules of a lower order are tried first
	key   uint64 // makes the fault's random draws its own: from seed and name
	added bool   // at run time, not by the scenario

	// mayBeInert says that the fault changes nothing for the clients of some calls.
	mayBeInert bool

	// The counts are guarded by the injector's lock, and so is removed.
	limit          *limit // nil: the rule is a fault
	seen, injected int
	removed        bool

	// until is what the calls wait for that the fault holds; nil: it holds none, or until
	// it is removed. The rest is guarded by the lock of the holds.
	until    *match
	gate     *Gate // nil: it is no test that lets them go
	worked   worked
	lifted   bool   // they do not wait any more
	stuck    int    // calls that waited in vain
	deadlock string // why the latest of them did

	// exhausted is the number of the decision that made the last of Times
	// injections; 0: some are left. It is written with the lock held, and read
	// without it.
	exhausted atomic.Uint64

	// done is when the fault had been injected as often as the faults that come
	// after it wait for; nil: not yet. It is written and read like exhausted.
	done atomic.Pointer[time.Time]
}

func faultRule(seed uint64, name string, f scenarios.Fault) *rule {
	f = f.Clone()
	f.Name = name
	h := fnv.New64a()
	h.Write([]byte(name))
	r := &rule{
		fault: f,
		match: newMatch(f.Match, f.Window),
		key:   ids.Mix(ids.Mix(seed) ^ h.Sum64()),

		mayBeInert: f.Inject.MayBeInert(),
	}
	if h := f.Inject.Hold; h != nil && h.Until != nil {
		until := newMatch(*h.Until, scenarios.Window{})
		r.until = &until
	}
	return r
}

// String names the rule in messages: by its place if it has one, or by its kind.
func (r *rule) String() string {
	switch {
	case r.limit != nil:
		return "a limit"
	case r.fault.Place == "":
		return "another fault"
	}
	return "the fault at " + r.fault.Place
}

// unmet returns the condition that keeps the fault from being injected into the
// n-th call it has seen; noCondition: it is due. It depends on nothing else, so
// it can be asked again later, for an explanation. Times is not its concern.
func (r *rule) unmet(n int) condition {
	f := &r.fault
	switch {
	case n <= f.Skip:
		return skipCondition
	case f.Every > 1 && (n-f.Skip)%f.Every != 0:
		return everyCondition
	case f.Rate > 0 && f.Rate < 1 && r.chance(n) >= f.Rate:
		return rateCondition
	}
	return noCondition
}

// isExhausted reports whether the fault has been injected Times times.
func (r *rule) isExhausted() bool { return r.fault.Times > 0 && r.injected >= r.fault.Times }

// required is how often the fault has to be injected before the faults that come
// after it may be.
func (r *rule) required() int { return max(r.fault.Times, 1) }

// chance draws from [0,1), evenly, for the n-th call the fault has seen.
func (r *rule) chance(n int) float64 {
	return float64(ids.Mix(r.key+uint64(n))>>11) / (1 << 53)
}

// delay draws from Min to Max, evenly, for the n-th injection of the fault.
func (r *rule) delay(n int) time.Duration {
	d := r.fault.Inject.Delay
	if d.Max <= d.Min {
		return d.Min
	}
	// A fault with both a rate and a delay draws them from different sequences.
	part, _ := bits.Mul64(ids.Mix(ids.Mix(r.key)+uint64(n)), uint64(d.Max-d.Min)+1)
	return d.Min + time.Duration(part)
}

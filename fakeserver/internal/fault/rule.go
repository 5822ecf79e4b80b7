package fault

import (
	"hash/fnv"
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A rule is a fault or a limit with its counts. All but the counts is fixed
// before the rule comes into a list.
type rule struct {
	fault scenarios.Fault // its Name is the rule's; of a limit: the answer without its Retry-After
	match match
	order int    // rules of a lower order are tried first
	key   uint64 // of the fault's draws, from seed and name

	// Counts, guarded by the injector's lock.
	limit        *limit // nil: a fault
	seen, struck int

	// spent is the number of the decision that took the last of Times strikes;
	// 0: some are left. It is written with the lock held, and read without.
	spent atomic.Uint64

	// done is when the fault had struck as often as those that come after it
	// wait for; nil: it has not. It is written and read as spent is.
	done atomic.Pointer[time.Time]
}

func faultRule(seed uint64, name string, f scenarios.Fault) *rule {
	f = f.Clone()
	f.Name = name
	h := fnv.New64a()
	h.Write([]byte(name))
	return &rule{
		fault: f,
		match: newMatch(f.Match, f.Window),
		key:   mix(mix(seed) ^ h.Sum64()),
	}
}

// String is for messages: the rule at its place, or by its kind.
func (r *rule) String() string {
	switch {
	case r.limit != nil:
		return "a limit"
	case r.fault.Place == "":
		return "another fault"
	}
	return "the fault at " + r.fault.Place
}

// A hurdle is what keeps a fault that has strikes left from striking a call that
// matches it.
type hurdle int

const (
	noHurdle hurdle = iota
	skipped
	notEvery
	notDrawn
)

// hurdle is what keeps the fault from striking the n-th call it has seen. It
// depends on nothing else, so it need not be remembered to be told later.
func (r *rule) hurdle(n int) hurdle {
	f := &r.fault
	switch {
	case n <= f.Skip:
		return skipped
	case f.Every > 1 && (n-f.Skip)%f.Every != 0:
		return notEvery
	case f.Rate > 0 && f.Rate < 1 && r.chance(n) >= f.Rate:
		return notDrawn
	}
	return noHurdle
}

// chance is drawn evenly from [0,1) for the n-th call that the fault has seen.
func (r *rule) chance(n int) float64 {
	return float64(mix(r.key+uint64(n))>>11) / (1 << 53)
}

// delay is drawn evenly from Min to Max for the n-th strike.
func (r *rule) delay(n int) time.Duration {
	d := r.fault.Inject.Delay
	if d.Max <= d.Min {
		return d.Min
	}
	// Not the sequence of chance: a fault may have both a rate and a delay.
	part, _ := bits.Mul64(mix(mix(r.key)+uint64(n)), uint64(d.Max-d.Min)+1)
	return d.Min + time.Duration(part)
}

// mix is the step of splitmix64: it spreads x over all 64 bits.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

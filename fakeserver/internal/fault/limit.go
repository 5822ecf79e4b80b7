package fault

import (
	"fmt"
	"math"
	"math/bits"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A limit is a bucket of burst tokens that refills at calls tokens per span. It
// counts in whole numbers since it was last full, so that no fraction of a token
// is lost or gained over time.
type limit struct {
	calls, per, burst uint64 // per is in nanoseconds
	restart           bool   // a call that finds the bucket empty starts its refill anew
	retryAfter        scenarios.RetryAfter

	full time.Time // when it was last full
	used uint64    // tokens taken since

	given scenarios.Limit // as it was added
}

// A LimitStatus is a limit and its counts.
type LimitStatus struct {
	Name    string          `json:"name"`    // limits[0] and so on, in the order in which they were added
	Limit   scenarios.Limit `json:"limit"`   // as it was added
	Seen    int             `json:"seen"`    // calls that it counted
	Refused int             `json:"refused"` // those of them that it answered with 429
}

// AddLimit adds a limit, to be tried after the other limits, and returns its name.
// If the limit is invalid, AddLimit returns an error and changes nothing.
func (in *Injector) AddLimit(l scenarios.Limit) (name string, err error) {
	if err := l.Validate(); err != nil {
		return "", err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.room(); err != nil {
		return "", err
	}
	r := in.registerLimit(l)
	r.added = true

	// Older lists may share the array, but none of them extends to this element.
	next := *in.list
	next.limits = append(next.limits, r)
	in.replace(&next)
	return r.fault.Name, nil
}

// RemoveLimit removes the limit of that name, whether added or the scenario's, and
// reports whether there was one. Its name is not used again.
func (in *Injector) RemoveLimit(name string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	r := in.names[name]
	if r == nil || r.limit == nil {
		return false
	}
	delete(in.names, name)
	in.remember(r)
	next := *in.list
	next.limits = without(next.limits, r)
	in.replace(&next)
	return true
}

// ReplaceLimit puts a limit in the place of the one of that name, which it keeps. The
// error says what is wrong with it, or that there is no limit of that name.
func (in *Injector) ReplaceLimit(name string, l scenarios.Limit) error {
	if err := l.Validate(); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	old := in.names[name]
	if old == nil || old.limit == nil {
		return fmt.Errorf("no limit is called %q", name)
	}
	r := limitRule(name, l)
	r.order, r.added = old.order, true
	in.names[name] = r
	in.remember(old)
	next := *in.list
	next.limits = slices.Clone(next.limits)
	next.limits[slices.Index(next.limits, old)] = r
	in.replace(&next)
	return nil
}

// LimitStatuses returns the limits in the order in which they are tried. The
// caller may change what it gets.
func (in *Injector) LimitStatuses() []LimitStatus {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := make([]LimitStatus, len(in.list.limits))
	for i, r := range in.list.limits {
		all[i] = LimitStatus{Name: r.fault.Name, Limit: r.limit.given.Clone(), Seen: r.seen, Refused: r.injected}
	}
	return all
}

// registerLimit makes l a rule, whose name and order follow those of the limits
// before it.
func (in *Injector) registerLimit(l scenarios.Limit) *rule {
	r := limitRule(in.uniqueName("", "limits", in.limits), l)
	r.order = math.MinInt + in.limits
	in.names[r.fault.Name] = r
	in.limits++
	return r
}

func limitRule(name string, l scenarios.Limit) *rule {
	burst := l.Burst
	if burst <= 0 {
		burst = l.Rate.Calls
	}
	f := scenarios.Fault{
		Name:   name,
		Match:  l.Match,
		Inject: scenarios.Injection{Status: http.StatusTooManyRequests},
		Place:  l.Place,
	}
	return &rule{
		fault: f.Clone(),
		match: newMatch(l.Match, scenarios.Window{}),
		limit: &limit{
			calls:      uint64(max(l.Rate.Calls, 0)),
			per:        uint64(max(l.Rate.Per, 0)),
			burst:      uint64(burst),
			restart:    l.Restart,
			retryAfter: l.RetryAfter,
			given:      l.Clone(),
		},
	}
}

// take takes a token and returns how many are left; -1: there was none, and wait
// is the time until there is one.
func (l *limit) take(now time.Time) (left int, wait time.Duration) {
	elapsed := now.Sub(l.full)
	if elapsed < 0 { // calls may reach the bucket in another order than they arrived in
		elapsed = 0
	}
	back := mulDiv(uint64(elapsed), l.calls, l.per, 0)
	if back >= l.used {
		l.full, l.used, back, elapsed = now, 0, 0, 0
	}
	if taken := l.used - back; taken < l.burst {
		l.used++
		return int(l.burst - taken - 1), 0
	}
	if l.restart {
		l.full, l.used, elapsed = now, l.burst, 0 // empty from now on
	}
	next := mulDiv(l.used+1-l.burst, l.per, l.calls, l.calls-1)
	return -1, time.Duration(min(next, math.MaxInt64)) - elapsed
}

// mulDiv returns (a*b+round)/c, or the largest number if that overflows.
func mulDiv(a, b, c, round uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	lo, carry := bits.Add64(lo, round, 0)
	hi += carry
	if hi >= c {
		return math.MaxUint64
	}
	quotient, _ := bits.Div64(hi, lo, c)
	return quotient
}

// tooMany returns the limit's answer to a call that has to wait.
func (r *rule) tooMany(now time.Time, wait time.Duration) *scenarios.Fault {
	var after string
	switch r.limit.retryAfter {
	case scenarios.RetryAfterSeconds:
		seconds := wait / time.Second
		if wait%time.Second > 0 {
			seconds++
		}
		after = strconv.Itoa(int(seconds))
	case scenarios.RetryAfterDate:
		at := now.Add(wait).UTC()
		if whole := at.Truncate(time.Second); whole.Before(at) {
			at = whole.Add(time.Second)
		}
		after = at.Format(http.TimeFormat)
	default:
		return &r.fault
	}
	f := r.fault
	f.Inject.Headers = map[string]string{"Retry-After": after}
	return &f
}

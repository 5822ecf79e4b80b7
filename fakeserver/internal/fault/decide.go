package fault

import (
	"net/http"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Call is a request as the conditions of faults and limits see it.
type Call struct {
	Operation scenarios.Operation // empty: the path is of no operation
	Reads     bool                // the call changes nothing
	ImageID   string              // the image the call is about; empty: none

	// ImageName returns the name of the image with that id, empty if it has no
	// name or there is no such image. It is called at most once, and only where
	// a rule for the operation names an image. Nil: there is no name.
	ImageName func(id string) string

	Known              bool   // the caller is authenticated; if not, project and user are ignored
	ProjectID, Project string // id and name of the caller's project; empty: none
	UserID, User       string // id and name of the caller

	Header   http.Header // nil: none
	RawQuery string      // empty: none
	Now      time.Time   // the server's time
}

// A Decision is the outcome of Decide. The zero Decision has no fault and no
// misses. It is small, and may be kept.
type Decision struct {
	// Fault is the fault to inject; nil: none. A limit is a fault with status 429,
	// and with a Retry-After header if the limit gives one. It is shared and must
	// not be changed.
	Fault    *scenarios.Fault
	Injected int           // which injection of the fault this is, from 1; 0: none
	Delay    time.Duration // how long to wait before the answer, as drawn; 0: not at all
	Wait     time.Duration // until the limit lets a call pass again; 0: the fault is no limit

	PreventsWork bool // the fault is injected in place of the work; false: the work is done

	pending *pending // nil: the decision is complete

	// What Misses explains. The rules that let the call pass are remembered one
	// by one, except for the exhausted ones, because there may be many.
	list     *list
	call     uint64 // the decision's number; 0: no rule matched
	image    string // name of the image, if it was looked up: the image may be gone later
	token    int    // number of the caller's token; 0: there was none, or no rule needed it
	injected *rule
	passed   []pass
}

// A pass is a rule that matched a call and let it pass. For a fault n is the
// number of the call among those it has seen; for a limit it is how many calls
// were left, -1: none.
type pass struct {
	rule   *rule
	n      int
	reason string // why the fault did not see the call; empty: it did
}

// IsLimit reports whether what is injected is the answer of a limit.
func (d *Decision) IsLimit() bool { return d.injected != nil && d.injected.limit != nil }

// Bytes is about how much memory the decision keeps for itself.
func (d *Decision) Bytes() int { return 16 * cap(d.passed) }

// Label describes the injection in a header or a log: the fault, which of its
// injections it is, and its place, such as "flaky-delete 1/2 my.yaml:7". It is
// empty if no fault is injected.
func (d Decision) Label() string {
	if d.Fault == nil {
		return ""
	}
	var buf [64]byte
	label := strconv.AppendInt(append(append(buf[:0], d.Fault.Name...), ' '), int64(d.Injected), 10)
	if d.Fault.Times > 0 {
		label = strconv.AppendInt(append(label, '/'), int64(d.Fault.Times), 10)
	}
	if d.Fault.Place != "" {
		label = append(append(label, ' '), d.Fault.Place...)
	}
	return string(label)
}

// Decide decides which fault is injected into the call, and counts the call.
// Matching, counting and choosing are one step: a fault with times: 5 is injected
// exactly five times, however many calls are made at once. The decision may
// depend on how the call turns out: see Decision.IsPending. Then c must not change
// before Settle.
func (in *Injector) Decide(c *Call) (d Decision) {
	s := subject{Call: c}
	for {
		x := in.index.Load()
		if x == nil {
			x = in.reindex()
		}
		if in.decide(x, &s, &d) {
			return d
		}
	}
}

// decide is Decide with a given index. It reports false, having counted nothing,
// if the rules have changed since the index was built.
func (in *Injector) decide(x *index, s *subject, d *Decision) bool {
	var found candidates
	found.find(x, s)
	s.start = x.list.start
	if s.token == 0 { // whether a rule needs it or not: one that is added later may
		s.token = in.tokenNumber(s.Header.Get("X-Auth-Token"))
	}
	r := found.next(s)
	d.list, d.image, d.token = x.list, s.image, s.token
	if r == nil {
		return true // nothing to count, so no need for the lock
	}

	in.mu.Lock()
	defer in.mu.Unlock()
	if in.index.Load() != x {
		return false
	}
	in.calls++
	d.call = in.calls
	for ; r != nil; r = found.next(s) {
		if d.injected != nil && r.limit == nil {
			break // once a limit has answered, only limits count the call
		}
		if r.mayBeInert && r.dependsOnOutcome(s) {
			if !r.isExhausted() && r.postpone(in, d, s, found) {
				break
			}
			continue
		}
		r.seen++
		if r.limit != nil {
			r.applyLimit(d, s.Now)
		} else {
			r.applyFault(d, s)
		}
	}
	return true
}

// applyLimit lets the call pass, or answers it unless another limit does.
func (r *rule) applyLimit(d *Decision, now time.Time) {
	left, wait := r.limit.take(now)
	if left >= 0 || d.injected != nil {
		d.passed = append(d.passed, pass{rule: r, n: left})
		return
	}
	r.injected++
	d.injected, d.Injected, d.Wait = r, r.injected, wait
	d.Fault, d.PreventsWork = r.tooMany(now, wait), true
}

// applyFault injects the fault, or lets the call pass.
func (r *rule) applyFault(d *Decision, s *subject) {
	f := &r.fault
	if r.isExhausted() {
		return // Misses knows it from exhausted, at no cost to the decision
	}
	if r.unmet(r.seen) != noCondition {
		d.passed = append(d.passed, pass{rule: r, n: r.seen})
		return
	}
	r.injected++
	if r.injected == f.Times {
		r.exhausted.Store(d.call)
	}
	if r.injected == r.required() {
		at := s.Now
		r.done.Store(&at)
	}
	d.injected, d.Injected, d.Delay = r, r.injected, r.delay(r.injected)
	d.Fault, d.PreventsWork = f, r.prevents(s)
}

// tokenNumber numbers the tokens, valid or not, from 1 in the order of their
// first use: a token has the same number in every call. Without a token it
// returns 0.
func (in *Injector) tokenNumber(token string) int {
	if token == "" {
		return 0
	}
	if number, ok := in.tokens.Load(token); ok {
		return number.(int)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.used == maxTokens {
		return 0
	}
	number, known := in.tokens.LoadOrStore(token, in.used+1)
	if !known {
		in.used++
	}
	return number.(int)
}

// maxTokens is how many tokens are numbered, so that a client that makes them up
// takes no memory for ever. Later ones have no number.
const maxTokens = 100_000

// reindex builds the index of the current list, unless another call has.
func (in *Injector) reindex() *index {
	in.mu.Lock()
	defer in.mu.Unlock()
	x := in.index.Load()
	if x == nil {
		x = newIndex(in.list)
		in.index.Store(x)
	}
	return x
}

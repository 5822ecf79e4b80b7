package fault

import (
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Call is what a match looks at.
type Call struct {
	Operation scenarios.Operation // empty: none fits the path
	ImageID   string              // of the image the call is about; empty: about none

	// ImageName returns the name of the image with an id, empty for an image
	// without one. It is asked once at most, and only where a rule for the
	// operation names an image. Nil: there is no name.
	ImageName func(id string) string

	Known              bool   // the caller's token holds; false: nobody calls
	ProjectID, Project string // id and name of the caller's project; empty: none
	UserID, User       string // id and name of the caller

	Header   http.Header // nil: none
	RawQuery string      // empty: none
	Now      time.Time   // the server's time
}

// Decide says what strikes the call, and counts it.
func (in *Injector) Decide(c *Call) (v Decision) {
	s := subject{Call: c}
	for {
		x := in.index.Load()
		if x == nil {
			x = in.reindex()
		}
		if in.decide(x, &s, &v) {
			return v
		}
	}
}

// decide is Decide by an index. It reports false when the rules have changed
// before it counted anything.
func (in *Injector) decide(x *index, s *subject, v *Decision) bool {
	var found candidates
	found.find(x, s)
	s.begin = x.list.begin
	if x.turns && s.turn == 0 {
		s.turn = in.turn(s.Header.Get("X-Auth-Token"))
	}
	r := found.next(s)
	v.list, v.image, v.turn = x.list, s.image, s.turn
	if r == nil {
		return true // without the lock: nothing to count
	}

	in.mu.Lock()
	defer in.mu.Unlock()
	if in.index.Load() != x {
		return false
	}
	in.calls++
	v.call = in.calls
	for ; r != nil; r = found.next(s) {
		if v.struck != nil && r.limit == nil {
			break // only limits count what another rule strikes
		}
		r.seen++
		if r.limit != nil {
			r.throttle(v, s.Now)
		} else {
			r.strike(v, s.Now)
		}
	}
	return true
}

// throttle lets the call pass the limit, or answers it unless another limit has.
func (r *rule) throttle(v *Decision, now time.Time) {
	left, wait := r.limit.take(now)
	if left >= 0 || v.struck != nil {
		v.passed = append(v.passed, pass{r, left})
		return
	}
	r.struck++
	v.struck, v.Strike, v.Wait = r, r.struck, wait
	v.Fault = r.tooMany(now, wait)
}

// strike strikes the call, or lets it pass.
func (r *rule) strike(v *Decision, now time.Time) {
	f := &r.fault
	if f.Times > 0 && r.struck >= f.Times {
		return // for good: spent tells it, at no cost to the decision
	}
	if r.hurdle(r.seen) != noHurdle {
		v.passed = append(v.passed, pass{r, r.seen})
		return
	}
	r.struck++
	if r.struck == f.Times {
		r.spent.Store(v.call)
	}
	if r.struck == max(f.Times, 1) {
		at := now
		r.done.Store(&at)
	}
	v.struck, v.Strike, v.Delay = r, r.struck, r.delay(r.struck)
	v.Fault = f
}

// turn is which of the tokens that callers have shown this is, whether it holds
// or not, from 1: the same number each time it is shown. 0: none is.
func (in *Injector) turn(token string) int {
	if token == "" {
		return 0
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.turns == nil {
		in.turns = make(map[string]int)
	}
	if in.turns[token] == 0 {
		in.turns[token] = len(in.turns) + 1
	}
	return in.turns[token]
}

// reindex makes the index of the present list, unless another call has.
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

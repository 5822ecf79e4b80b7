package fault

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// holds are the calls of an injector that wait. Its lock is taken last.
type holds struct {
	mu    sync.Mutex
	calls []*Held // in the order in which they came
	over  bool    // nobody waits any more

	moments atomic.Int64
}

// Moment numbers the moments between which calls do their work, from 1; 0: no call waits
// for another one.
func (in *Injector) Moment() int64 {
	if x := in.index.Load(); x != nil && len(x.holding) == 0 {
		return 0
	}
	return in.holds.moments.Add(1)
}

// A Held is a call that a fault keeps waiting. Once its wait is over, Pass has to be
// called.
type Held struct {
	holds    *holds
	rule     *rule
	subject  subject // of the call, which does not change while it waits
	seq      int
	began    int64     // the moment before its work; 0: it has not begun
	name     string    // the request: DELETE /v2/images/…
	since    time.Time // in real time, as the deadline
	deadline time.Time
	timer    *time.Timer
	goOn     chan struct{} // closed once the call may go on
	free     bool          // it may
	before   *Held         // let go at the same time, but goes on first; nil: none
	after    *Held         // the reverse
	deadlock string        // why it was let go, if nothing came that it waited for; empty: that came
}

// HoldsBefore reports whether the injected fault holds the call at a point.
func (d *Decision) HoldsBefore(p scenarios.Point) bool {
	return d.Fault != nil && d.Fault.Inject.Hold != nil && cmp.Or(d.Fault.Inject.Hold.Before, scenarios.BeforeAnswer) == p
}

// Hold begins the wait of a call into which a fault with a hold was injected. Seq is
// its number among all calls, from 1, began the moment before its work, which is 0 if it
// waits before it, and name says in messages what it is.
func (in *Injector) Hold(d *Decision, c *Call, seq int, began int64, name string) *Held {
	now, within := time.Now(), cmp.Or(d.Fault.Inject.Hold.Within, scenarios.DefaultHold)
	h := &Held{
		holds: &in.holds, rule: d.injected, subject: d.subject(c), seq: seq, began: began, name: name,
		since: now, deadline: now.Add(within), timer: time.NewTimer(within), goOn: make(chan struct{}),
	}
	in.holds.mu.Lock()
	defer in.holds.mu.Unlock()
	i, _ := slices.BinarySearchFunc(in.holds.calls, seq, func(h *Held, seq int) int { return cmp.Compare(h.seq, seq) })
	in.holds.calls = slices.Insert(in.holds.calls, i, h)
	if in.holds.over || h.rule.lifted || d.HoldsBefore(scenarios.BeforeWork) && h.rule.worked.has(h) {
		h.goNext()
	}
	return h
}

// goNext lets the call go on, but after those of its rule that are about to. The
// caller holds the lock.
func (h *Held) goNext() {
	for _, other := range h.holds.calls {
		if other.rule == h.rule && other.before != nil && other.after == nil {
			other.after, h.before = h, other
			return
		}
	}
	h.letGo()
}

// subject is the call as it was decided. Nothing about it has to be looked up under a
// lock.
func (d *Decision) subject(c *Call) subject {
	s := subject{Call: c, token: d.token, image: d.image, named: d.image != "" || c.ImageID == ""}
	s.imageName()
	return s
}

// Wait returns once the call may go on, or with the context's error.
func (h *Held) Wait(ctx context.Context) error {
	defer h.timer.Stop()
	if g := h.rule.gate; g != nil {
		close(g.arrived)
	}
	for {
		select {
		case <-h.goOn:
			return nil
		case <-ctx.Done():
			h.holds.mu.Lock()
			defer h.holds.mu.Unlock()
			h.leave()
			return ctx.Err()
		case <-h.timer.C:
			h.expire(time.Now())
		}
	}
}

// Waited is for how long the call has waited by now, in real time.
func (h *Held) Waited() time.Duration { return time.Since(h.since) }

// Deadlock says who waited for whom, if the call was let go because nothing came that it
// waited for; empty: that came.
func (h *Held) Deadlock() string {
	h.holds.mu.Lock()
	defer h.holds.mu.Unlock()
	return h.deadlock
}

// Pass lets the next call go on, of those that were let go with this one: its answer is
// known, or there is none.
func (h *Held) Pass() {
	h.holds.mu.Lock()
	defer h.holds.mu.Unlock()
	if next := h.after; next != nil {
		h.after, next.before = nil, nil
		next.letGo()
	}
	if g := h.rule.gate; g != nil {
		g.deadlock = h.deadlock
		close(g.passed)
	}
}

// letGo ends the wait. The caller holds the lock.
func (h *Held) letGo() {
	h.leave()
	h.free = true
	close(h.goOn)
}

// leave takes the call out of those that wait. Who would have gone on after it does so
// after who goes on before it. The caller holds the lock.
func (h *Held) leave() {
	h.holds.calls = slices.DeleteFunc(h.holds.calls, func(other *Held) bool { return other == h })
	if h.before == nil {
		return
	}
	h.before.after = h.after
	if h.after != nil {
		h.after.before = h.before
	}
	h.before, h.after = nil, nil
}

// release lets waiting calls go on, one after the other: each once the one before has
// passed. They are in the order in which they came. The caller holds the lock.
func (hs *holds) release(calls []*Held) {
	var last *Held
	for _, h := range calls {
		switch {
		case h.before != nil:
			continue // it waits for its turn already
		case last != nil:
			last.after, h.before = h, last
		default:
			h.letGo()
		}
		for last = h; last.after != nil; last = last.after {
		}
	}
}

// Worked tells that a call has done its work, at a moment, or that there is none, with
// 0: calls that wait for it go on. A call that waits before its answer has waited for
// none that had done its work before its own began, however late that is told.
func (in *Injector) Worked(d *Decision, c *Call, seq int, ended int64) {
	x := in.index.Load()
	if x == nil {
		x = in.reindex()
	}
	if len(x.holding) == 0 {
		return
	}
	s := d.subject(c)
	in.holds.mu.Lock()
	defer in.holds.mu.Unlock()
	for _, r := range x.holding {
		if r.waitsFor(&s) {
			r.worked.add(s.ImageID, seq)
		}
	}
	var free []*Held
	for _, h := range in.holds.calls {
		if h.seq != seq && (ended == 0 || ended > h.began) && h.waitsFor(&s) {
			free = append(free, h)
		}
	}
	in.holds.release(free)
}

// lift lets the calls of a rule that is removed go on. The caller holds the injector's
// lock.
func (hs *holds) lift(r *rule) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if r.lifted {
		return
	}
	r.lifted = true
	if r.gate != nil {
		close(r.gate.over)
	}
	var free []*Held
	for _, h := range hs.calls {
		if h.rule == r {
			free = append(free, h)
		}
	}
	hs.release(free)
}

func (hs *holds) isOver() bool {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	return hs.over
}

// Retire lets all calls go on that wait: the scenario is over.
func (in *Injector) Retire() {
	in.mu.Lock()
	defer in.mu.Unlock()
	for r := range in.list.all() {
		in.holds.lift(r)
	}
	in.holds.mu.Lock()
	defer in.holds.mu.Unlock()
	in.holds.over = true
	in.holds.release(slices.Clone(in.holds.calls))
}

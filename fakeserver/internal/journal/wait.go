package journal

import (
	"context"
	"slices"
)

// A waiter waits for requests that its filter selects.
type waiter struct {
	filter Filter
	n      int           // requests to wait for
	left   int           // those of them that are still to come
	done   chan struct{} // closed once none is left
}

// Wait returns once the answers of n requests that the filter selects are known,
// or the journal's scenario is over, or with the context's error. A status is known
// only once the answer is sent. Requests that the journal has forgotten count only
// if the filter is zero.
func (j *Journal) Wait(ctx context.Context, n int, f Filter) error {
	w := j.newWaiter(n, f)
	if w == nil {
		return nil
	}
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		j.mu.Lock()
		defer j.mu.Unlock()
		j.waiters = slices.DeleteFunc(j.waiters, func(other *waiter) bool { return other == w })
		return ctx.Err()
	}
}

// newWaiter returns a waiter for what is missing of n requests; nil: nothing is.
func (j *Journal) newWaiter(n int, f Filter) *waiter {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &waiter{filter: f, n: n, left: n - j.count(&f), done: make(chan struct{})}
	if w.left <= 0 || j.retired {
		return nil
	}
	j.waiters = append(j.waiters, w)
	return w
}

// Count is how many requests that the filter selects have a known answer.
func (j *Journal) Count(f Filter) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.count(&f)
}

func (j *Journal) count(f *Filter) int {
	if f.isZero() {
		return j.decided
	}
	n := 0
	add := func(e *Entry) {
		if e.decided && e.matches(f) {
			n++
		}
	}
	for e := range j.answered.all() {
		add(e)
	}
	for _, e := range j.pending {
		add(e)
	}
	return n
}

// tellWaiters counts a request for those waiters whose filters select it, among
// those that are concerned.
func (j *Journal) tellWaiters(e *Entry, concerns func(*Filter) bool) {
	j.waiters = slices.DeleteFunc(j.waiters, func(w *waiter) bool {
		if !concerns(&w.filter) || !e.matches(&w.filter) {
			return false
		}
		if w.left--; w.left > 0 {
			return false
		}
		close(w.done)
		return true
	})
}

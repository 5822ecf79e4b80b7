// Package clock keeps a server's own time: real time plus what a test added.
package clock

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A Clock reads real time plus the sum of its advances. Its zero value reads
// real time.
type Clock struct {
	offset atomic.Int64 // nanoseconds

	mu    sync.Mutex    // held while offset changes
	moved chan struct{} // closed by the next Advance; nil while nobody sleeps
}

// Now is the clock's time, in UTC.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load())).UTC()
}

// Advance moves the clock by d and wakes those whose sleep it ended.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset.Add(int64(d))
	if c.moved != nil {
		close(c.moved)
		c.moved = nil
	}
}

// Sleep waits until the clock has moved on by d, or ctx is done: then it
// returns the context's error.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	until := c.Now().Add(d)
	for {
		left, moved := c.until(until)
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-moved:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (c *Clock) until(t time.Time) (left time.Duration, moved <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moved == nil {
		c.moved = make(chan struct{})
	}
	return t.Sub(c.Now()), c.moved
}

// Package clock gives a server a time of its own, which tests can advance.
package clock

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// A Clock reads real time plus everything it was advanced by. Its zero value
// reads real time. Its methods may be called concurrently.
type Clock struct {
	offset atomic.Int64 // nanoseconds

	mu       sync.Mutex    // held while offset changes
	advanced chan struct{} // closed by the next Advance; nil while nobody sleeps
}

// Now returns the clock's time in UTC.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load())).UTC()
}

// Moved reports whether the clock differs from real time.
func (c *Clock) Moved() bool { return c.offset.Load() != 0 }

// Advance moves the clock by d, back if d is negative, and wakes the sleepers
// whose time has come. It stays at 292 years from real time, where durations end.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	offset := c.offset.Load()
	c.offset.Store(offset + min(int64(d), math.MaxInt64-max(offset, 0)))
	if c.advanced != nil {
		close(c.advanced)
		c.advanced = nil
	}
}

// Sleep waits until the clock has moved on by d. If ctx is done first, Sleep
// returns the context's error.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	deadline := c.Now().Add(d)
	for {
		left, advanced := c.until(deadline)
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-advanced:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// until returns the time left until deadline, and a channel that is closed when
// the clock is advanced: then what is left has to be read anew.
func (c *Clock) until(deadline time.Time) (left time.Duration, advanced <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.advanced == nil {
		c.advanced = make(chan struct{})
	}
	return deadline.Sub(c.Now()), c.advanced
}

package sandbox

import (
	"context"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Hold begins the wait of a call into which a fault with a hold was injected. Seq is its
// number in the journal, began the moment before its work, which is 0 if it waits before
// it, and name says in messages what it is.
func (w *World) Hold(d *fault.Decision, c *fault.Call, seq int, began int64, name string) *fault.Held {
	return w.faults.Hold(d, c, seq, began, name)
}

// Moment numbers the moments between which calls do their work.
func (w *World) Moment() int64 { return w.faults.Moment() }

// Worked tells that a call has done its work, at a moment, or that there is none, with 0.
func (w *World) Worked(d *fault.Decision, c *fault.Call, seq int, ended int64) {
	w.faults.Worked(d, c, seq, ended)
}

// A Hold holds one call until it is released.
type Hold struct {
	sandbox *Sandbox
	gate    *fault.Gate
}

// Hold adds a fault that holds the next call that matches. OnDeadlock is told that it was
// let go because nobody released it in time; nil: nobody is told. The error says what is
// wrong with the fault.
func (b *Sandbox) Hold(f scenarios.Fault, onDeadlock func(text string)) (*Hold, error) {
	g, err := b.World().faults.AddGate(f, onDeadlock)
	if err != nil {
		return nil, err
	}
	return &Hold{b, g}, nil
}

// Arrived returns once a call is held, or has been. The error is the context's,
// ErrNoCall, or ErrOver.
func (h *Hold) Arrived(ctx context.Context) error { return h.sandbox.wait(ctx, h.gate.Arrived) }

// Answered returns once the answer of the held call is known. The error is one of those
// of Arrived, or says who waited for whom if the call was let go because nobody
// released it in time.
func (h *Hold) Answered(ctx context.Context) error { return h.sandbox.wait(ctx, h.gate.Passed) }

// Release lets the call go on. It may be called repeatedly.
func (h *Hold) Release() { h.gate.Open() }

// ErrNoCall is the error of waiting for a call that cannot be held any more.
var ErrNoCall = fault.ErrNoCall

// wait waits no longer than the sandbox is there.
func (b *Sandbox) wait(ctx context.Context, wait func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(b.closing, cancel)()
	err := wait(ctx)
	if err != nil && b.closing.Err() != nil {
		return ErrOver
	}
	return err
}

package fakeserver

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Hold keeps one call waiting until it is released. Its methods may be called by many
// goroutines. Make one with [Server.Hold].
type Hold struct{ hold *sandbox.Hold }

// A HoldOption says how a call is held.
type HoldOption func(*scenarios.Hold)

// HoldBefore sets where the call waits. Without it, or if p is empty, it waits before its
// answer: its work is done by then.
func HoldBefore(p scenarios.Point) HoldOption { return func(h *scenarios.Hold) { h.Before = p } }

// HoldWithin sets how long the call may wait, in real time. Without it, or with 0, that
// is [scenarios.DefaultHold].
func HoldWithin(d time.Duration) HoldOption { return func(h *scenarios.Hold) { h.Within = d } }

// Hold keeps the next call that matches waiting until it is released, so that a test can
// make other calls meanwhile: always in the same order. It is a fault like those that
// Inject adds: it is tried before them, and it holds one call only.
//
// A call that nobody releases within its time is let go, and the test of [Run] fails
// with who waits for whom; without a test, the log has it, and [Hold.Answered] returns
// it. Close ends held calls without an answer; Reset and Play let them go on in the
// scenario that they came to.
//
// Hold panics if the match or an option is wrong, with the reason.
func (b *box) Hold(match scenarios.Match, opts ...HoldOption) *Hold {
	in := new(scenarios.Hold)
	for _, opt := range opts {
		opt(in)
	}
	f := scenarios.Fault{Match: match, Times: 1, Inject: scenarios.Injection{Hold: in}}
	if _, file, line, ok := runtime.Caller(1); ok {
		f.Place = fmt.Sprintf("%s:%d", filepath.Base(file), line)
	}
	h, err := b.sandbox.Hold(f, b.fail)
	if err != nil {
		panic("fakeserver: Hold: " + err.Error())
	}
	return &Hold{h}
}

// Arrived returns once a call is held, or has been. It returns the context's error, or
// one that says that the hold was released before, or that its scenario or server has
// ended.
func (h *Hold) Arrived(ctx context.Context) error { return h.hold.Arrived(ctx) }

// Release lets the call go on. Without one, no call is held any more. It may be called
// repeatedly.
func (h *Hold) Release() { h.hold.Release() }

// Answered returns once the answer of the held call is known: its work is done, and the
// journal has it, but perhaps not its client. It returns an error as Arrived does, or
// one that says who waited for whom, if the call was let go because nobody released it
// in time.
func (h *Hold) Answered(ctx context.Context) error { return h.hold.Answered(ctx) }

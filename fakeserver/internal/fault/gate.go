package fault

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Gate is a hold that a test opens itself: it holds one call.
type Gate struct {
	injector   *Injector
	fault      scenarios.Fault
	onDeadlock func(text string) // told that nobody opened the gate; nil: nobody is

	arrived chan struct{} // closed once the call waits
	passed  chan struct{} // closed once its answer is known
	over    chan struct{} // closed once the fault is removed, or its scenario is over

	deadlock string // set before passed is closed
}

// ErrNoCall is the error of waiting for a call that cannot be held any more.
var ErrNoCall = errors.New("no call was held before the hold was released, or its scenario ended")

// AddGate adds a fault that holds one call, the next that matches, until Open. The
// error says what is wrong with the fault.
func (in *Injector) AddGate(f scenarios.Fault, onDeadlock func(text string)) (*Gate, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	g := &Gate{
		injector: in, onDeadlock: onDeadlock,
		arrived: make(chan struct{}), passed: make(chan struct{}), over: make(chan struct{}),
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	name, err := in.add(f)
	if err != nil {
		return nil, err
	}
	r := in.names[name]
	r.gate, g.fault = g, r.fault
	if in.holds.isOver() {
		in.holds.lift(r)
	}
	return g, nil
}

// Arrived returns once a call waits, or has waited. Otherwise it returns ErrNoCall, or
// the context's error.
func (g *Gate) Arrived(ctx context.Context) error {
	select {
	case <-g.arrived:
		return nil
	default:
	}
	select {
	case <-g.arrived:
		return nil
	case <-g.over:
	case <-ctx.Done():
		return fmt.Errorf("no call came that matches %s: %w", g.fault.Match, ctx.Err())
	}
	select {
	case <-g.arrived: // before it was over
		return nil
	default:
		return ErrNoCall
	}
}

// Passed returns once the answer of the call is known. Otherwise it returns ErrNoCall,
// the context's error, or who waited for whom if nobody opened the gate in time.
func (g *Gate) Passed(ctx context.Context) error {
	if err := g.Arrived(ctx); err != nil {
		return err
	}
	select {
	case <-g.passed:
	case <-ctx.Done():
		return fmt.Errorf("the call that was held has no answer yet: %w", ctx.Err())
	}
	if g.deadlock != "" {
		return errors.New(g.deadlock)
	}
	return nil
}

// Open lets the call go on. It may be called repeatedly.
func (g *Gate) Open() { g.injector.Remove(g.fault.Name) }

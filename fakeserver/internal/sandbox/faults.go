package sandbox

import (
	"iter"
	"slices"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// ErrTaken is the error of a fault whose name is taken.
var ErrTaken = fault.ErrTaken

// Inject adds a fault, which is tried before those that are there, and returns
// the name it goes by. Remove takes it out again, and may be called repeatedly.
// The error says what is wrong with the fault, or that its name is taken.
func (b *Sandbox) Inject(f scenarios.Fault) (name string, remove func(), err error) {
	faults := b.World().faults
	if name, err = faults.Add(f); err != nil {
		return "", nil, err
	}
	return name, sync.OnceFunc(func() { faults.Remove(name) }), nil
}

// Replace adds a fault in place of the one with its name, if there is one: the new
// one is tried first, and counts from 0. The error says what is wrong with it.
func (b *Sandbox) Replace(f scenarios.Fault) (remove func(), err error) {
	faults := b.World().faults
	if err = faults.Replace(f); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { faults.Remove(f.Name) }), nil
}

// RemoveFault removes the fault with a name, and reports whether there was one.
func (b *Sandbox) RemoveFault(name string) bool { return b.World().faults.Remove(name) }

// Faults are all faults, in the order in which they are tried.
func (b *Sandbox) Faults() []fault.Status { return b.World().faults.Statuses() }

// FaultHistory is what faults and limits have done since the scenario began,
// also those that were removed.
func (b *Sandbox) FaultHistory() []fault.Past { return b.World().faults.History() }

// Misses are why faults and limits were not injected into the requests that the
// journal holds, request after request.
func (b *Sandbox) Misses() iter.Seq[fault.Miss] {
	return func(yield func(fault.Miss) bool) {
		for r := range b.View(journal.Filter{}).Records() {
			for m := range r.Misses() {
				if !yield(m) {
					return
				}
			}
		}
	}
}

// Limit adds a limit, which is tried after those that are there, and returns the
// name it goes by. Remove takes it out again, and may be called repeatedly. The
// error says what is wrong with the limit.
func (b *Sandbox) Limit(l scenarios.Limit) (name string, remove func(), err error) {
	faults := b.World().faults
	if name, err = faults.AddLimit(l); err != nil {
		return "", nil, err
	}
	return name, sync.OnceFunc(func() { faults.RemoveLimit(name) }), nil
}

// HasLimit reports whether there is a limit with a name.
func (b *Sandbox) HasLimit(name string) bool {
	return slices.ContainsFunc(b.Limits(), func(l fault.LimitStatus) bool { return l.Name == name })
}

// ReplaceLimit puts a limit in the place of the one with a name; it counts anew. The
// error says what is wrong with it, or that there is no limit of the name.
func (b *Sandbox) ReplaceLimit(name string, l scenarios.Limit) error {
	return b.World().faults.ReplaceLimit(name, l)
}

// RemoveLimit removes the limit with a name, and reports whether there was one.
func (b *Sandbox) RemoveLimit(name string) bool { return b.World().faults.RemoveLimit(name) }

// Limits are all limits, in the order in which they are tried.
func (b *Sandbox) Limits() []fault.LimitStatus { return b.World().faults.LimitStatuses() }

package fakeserver

import "github.com/fakeglance/fakeglance/scenarios"

// Inject adds a fault, which is tried before those that are there. Remove takes
// it out again, and may be called repeatedly. The error says what is wrong with
// the fault, or that its name is taken.
func (b *box) Inject(f scenarios.Fault) (remove func(), err error) {
	_, remove, err = b.sandbox.Inject(f)
	return remove, err
}

// Replace adds a fault as Inject does, in place of the one with its name, if there is
// one: it is tried before all others, and counts from 0. The error says what is
// wrong with it, or that it has no name.
func (b *box) Replace(f scenarios.Fault) (remove func(), err error) { return b.sandbox.Replace(f) }

// Fail makes the next calls of an operation answer with a status: as many as
// times says, or with 0 all of them. It ends with the test, or earlier if remove
// is called. An unknown operation or status fails the test.
func (b *box) Fail(t TB, op scenarios.Operation, status, times int) (remove func()) {
	t.Helper()
	return b.injectFor(t, "Fail", op, times, scenarios.Injection{Status: status})
}

// Drop makes the next calls of an operation end without an answer, in the way that
// kind says: as many as times says, or with 0 all of them. Nothing is done to the
// images. It ends like Fail.
func (b *box) Drop(t TB, op scenarios.Operation, kind scenarios.Drop, times int) (remove func()) {
	t.Helper()
	return b.injectFor(t, "Drop", op, times, scenarios.Injection{Drop: kind})
}

// injectFor injects a fault until the end of a test.
func (b *box) injectFor(t TB, method string, op scenarios.Operation, times int, in scenarios.Injection) (remove func()) {
	t.Helper()
	remove, err := b.Inject(scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{op}},
		Times:  times,
		Inject: in,
	})
	if err != nil {
		t.Fatalf("fakeserver: %s: %v", method, err)
		return func() {}
	}
	t.Cleanup(remove)
	return remove
}

// A FaultStatus is a fault and what it has done so far.
type FaultStatus struct {
	Fault    scenarios.Fault `json:"fault"`    // with the name it goes by
	Seen     int             `json:"seen"`     // calls that matched it, and that no earlier fault was injected into
	Injected int             `json:"injected"` // those of them that it was injected into
}

// Faults are all faults, in the order in which they are tried.
func (b *box) Faults() []FaultStatus {
	statuses := b.sandbox.Faults()
	faults := make([]FaultStatus, len(statuses))
	for i, st := range statuses {
		faults[i] = FaultStatus(st)
	}
	return faults
}

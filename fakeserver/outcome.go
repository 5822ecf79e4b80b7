package fakeserver

import (
	"fmt"
	"strings"
)

// Targets are the ids of the images that a client is asked to delete: those that
// the scenario's outcome names, in the order of the scenario's images, then those
// that do not exist. A scenario without an outcome has none.
func (b *box) Targets() []string {
	return b.sandbox.Targets()
}

// A NotDrivenError says that a client deleted what it was asked to delete, but met
// nothing of what the scenario injects: a wrong link to the next page, for
// example, harms no client that never lists. That neither speaks for the client
// nor against it.
type NotDrivenError struct {
	Scenario string // its name
	Reason   string // which faults and limits were not injected, a line for each
}

func (e *NotDrivenError) Error() string {
	return e.Scenario + ": not driven: the client met nothing of what the scenario injects:\n" + e.Reason
}

// Outcome is an error unless the deletion of the [Server.Targets] ended as the
// scenario's outcome says. Reported is what the client reported. Nil claims that
// all targets are gone: then no answer may show one any more, except with the
// status deleted. Each target must have received a DELETE request, other images
// must still exist, those that are kept must be as protected as they were, and no
// image may have received more DELETE requests than the outcome allows.
//
// The error is a [*NotDrivenError] if all of that is so, but none of the
// scenario's faults and limits was injected, or what was did no more than hold calls
// for which nothing came.
func (b *box) Outcome(reported error) error {
	j, err := b.sandbox.Judge(reported)
	switch {
	case err != nil:
		return err
	case len(j.Problems) > 0 && j.Expect != "":
		return fmt.Errorf("%s: %s\na good client: %s", j.Scenario, strings.Join(j.Problems, "\n"), j.Expect)
	case len(j.Problems) > 0:
		return fmt.Errorf("%s: %s", j.Scenario, strings.Join(j.Problems, "\n"))
	case j.NotDriven != "":
		return &NotDrivenError{j.Scenario, j.NotDriven}
	}
	return nil
}

// CheckOutcome reports what [Server.Outcome] returns. In a subtest of
// [EachScenario], an incident that was not driven is no error: the subtest is
// skipped, with the reason.
func (b *box) CheckOutcome(t TB, reported error) {
	t.Helper()
	err := b.Outcome(reported)
	if err == nil || b.notDriven != nil && b.notDriven.note(err) {
		return
	}
	t.Errorf("%v", err)
}

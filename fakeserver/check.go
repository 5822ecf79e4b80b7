package fakeserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// CheckDeleted reports an error unless there was an image with the id and it is
// deleted.
func (s *Server) CheckDeleted(t TB, id string) {
	t.Helper()
	if s.sandbox.Deleted(id) {
		return
	}
	if _, ok := s.Image(id); ok {
		t.Errorf("image %s is still there", id)
		return
	}
	t.Errorf("there never was an image %s", id)
}

// CheckRequests reports an error unless clients sent exactly the wanted requests,
// in the order of their answers: method, path with query, and status, as in
// "DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 503", "204 truncated" of
// an answer of which the client got half, or "dropped" of none. A * stands for
// any run of characters. It is an error as well if the journal has dropped
// requests. See [Server.OnlyOperations] for leaving out calls such as signing in.
func (s *Server) CheckRequests(t TB, want ...string) {
	t.Helper()
	s.everything().CheckRequests(t, want...)
}

// CheckFaultsSpent reports an error for each fault with a count that was injected
// less often, and says how often it was.
func (s *Server) CheckFaultsSpent(t TB) {
	t.Helper()
	for _, problem := range report.FaultsSpent(s.sandbox.Faults()) {
		t.Errorf("%s", problem)
	}
}

// Targets are the ids of the images that a client is asked to delete: those that
// the scenario's outcome names, in the order of the scenario's images, then those
// that do not exist. A scenario without an outcome has none.
func (s *Server) Targets() []string {
	return report.Targets(&s.sandbox.Scenario().Outcome, s.sandbox.History())
}

// CheckOutcome reports an error unless the deletion of the [Server.Targets] ended
// as the scenario's outcome says. Err is what the client reported. Nil claims
// that all targets are gone: then no answer may show one any more, except with
// the status deleted. Other images must still exist, those that are kept must be
// as protected as they were, and no image may have received more DELETE requests
// than the outcome allows. If no fault was injected the check logs that the
// client did not drive the incident: a wrong link to the next page, for example,
// harms no client that never lists.
func (s *Server) CheckOutcome(t TB, err error) {
	t.Helper()
	sc := s.sandbox.Scenario()
	if len(sc.Outcome.Gone)+len(sc.Outcome.Kept) == 0 {
		t.Errorf("scenario %s has no outcome to compare with", sc.Name)
		return
	}
	if faults := s.Faults(); len(faults) > 0 && !slices.ContainsFunc(faults, func(f FaultStatus) bool { return f.Injected > 0 }) {
		t.Logf("%s: no fault was injected: the client did not drive the incident", sc.Name)
	}
	var deleted []string
	for _, r := range s.sandbox.Requests(journal.Filter{Operation: string(scenarios.DeleteImage)}) {
		deleted = append(deleted, r.ImageID())
	}
	problems := report.Outcome(&sc.Outcome, s.sandbox.History(), deleted, err)
	const most = 5 // that are told: with many images there may be many
	if n := len(problems) - most; n > 0 {
		problems = append(problems[:most], fmt.Sprintf("… and %d more", n))
	}
	if len(problems) > 0 {
		t.Errorf("%s: %s\na good client: %s", sc.Name, strings.Join(problems, "\n"), sc.Expect)
	}
}

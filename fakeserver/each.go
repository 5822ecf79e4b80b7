package fakeserver

import (
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// EachScenario runs a test against the built-in incidents of the given topics, or
// against all of them if there are none. Each incident is a parallel subtest with
// the scenario's name, on a server of its own that stops with it.
//
// The test should delete the images in [Server.Targets], and have
// [Server.CheckOutcome] judge the result:
//
//	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
//		srv.CheckOutcome(t, mycloud.Delete(t.Context(), srv.URL, srv.Targets()))
//	})
//
// The subtests run only after the test that called EachScenario has returned, so
// what they share must be closed with t.Cleanup, not with defer.
func EachScenario(t *testing.T, test func(t *testing.T, srv *Server, sc *scenarios.Scenario), topics ...scenarios.Topic) {
	t.Helper()
	for _, topic := range topics {
		if len(scenarios.Incidents(topic)) == 0 {
			t.Fatalf("fakeserver.EachScenario: no incident has the topic %q; there are %q", topic, scenarios.Topics())
		}
	}
	for _, sc := range scenarios.Incidents(topics...) {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			test(t, Run(t, WithScenario(sc.Name)), sc)
		})
	}
}

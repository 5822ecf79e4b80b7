package fakeserver

import (
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// EachScenario runs a test against the built-in incidents: those of the topics,
// or all of them if none is named. Each is a parallel subtest called after the
// scenario, on a server of its own that stops with it.
//
// The test is to delete the images that [Server.Targets] names, and to let
// [Server.CheckOutcome] judge:
//
//	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
//		srv.CheckOutcome(t, mycloud.Delete(t.Context(), srv.URL, srv.Targets()))
//	})
//
// As no subtest ends before the test that called EachScenario returns, what
// they share must live until then: close it with t.Cleanup.
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

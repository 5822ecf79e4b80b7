package fakeserver

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/fakeglance/fakeglance/scenarios"
)

// EachScenario runs a test against the built-in incidents of the given topics, or
// against all of them if there are none. Each incident is a parallel subtest with
// the scenario's name, on a server of its own that stops with it. Options are for these
// servers; with [InMemory] each incident is played in a testing/synctest bubble of its
// own, so that no waiting takes time.
//
// The test should delete the images in [Server.Targets], and have
// [Server.CheckOutcome] judge the result:
//
//	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
//		srv.CheckOutcome(t, mycloud.Delete(t.Context(), srv.URL, srv.Targets()))
//	})
//
// An incident that the test did not drive, because nothing of it was injected,
// neither passes nor fails: its subtest is skipped. [Except] leaves incidents out
// by name. A subtest in which no request came fails. [Grade] finds out more.
//
// The subtests run only after the test that called EachScenario has returned, so
// what they share must be closed with t.Cleanup, not with defer.
func EachScenario(t *testing.T, test func(t *testing.T, srv *Server, sc *scenarios.Scenario), opts ...IncidentOption) {
	t.Helper()
	var topics []scenarios.Topic
	var server []Option
	for _, opt := range opts {
		topics = append(topics, opt.IncidentTopics()...)
		switch opt := opt.(type) {
		case Option:
			server = append(server, opt)
		case gradeOption:
			t.Fatal("fakeserver.EachScenario: an option is for Grade only: want topics, and options of servers")
		}
	}
	if err := checkTopics(topics); err != nil {
		t.Fatalf("fakeserver.EachScenario: %v", err)
	}
	inBubbles := newConfig(server).inMemory
	for _, sc := range scenarios.Incidents(topics...) {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			play := func(t *testing.T) {
				srv := Run(t, append(slices.Clone(server), WithScenario(sc.Name))...)
				srv.notDriven = new(notDriven)
				began := srv.sandbox.World()
				test(t, srv, sc)
				if w := srv.sandbox.World(); w == began && w.Requests() == 0 && !t.Failed() {
					t.Error("no request came: nothing was tested")
				}
				if err := srv.notDriven.get(); err != nil && !t.Failed() {
					t.Skip(err)
				}
			}
			if inBubbles {
				synctest.Test(t, play)
			} else {
				play(t)
			}
		})
	}
}

// Except is a test for [EachScenario] that skips the incidents with these names.
// An unknown name fails each subtest.
func Except(test func(t *testing.T, srv *Server, sc *scenarios.Scenario), names ...string) func(t *testing.T, srv *Server, sc *scenarios.Scenario) {
	return func(t *testing.T, srv *Server, sc *scenarios.Scenario) {
		t.Helper()
		for _, name := range names {
			if _, err := scenarios.Source(name); err != nil {
				t.Fatalf("fakeserver.Except: %v", err)
			}
		}
		if slices.Contains(names, sc.Name) {
			t.Skip("left out by fakeserver.Except")
		}
		test(t, srv, sc)
	}
}

// notDriven keeps that a check found an incident not driven.
type notDriven struct {
	mu  sync.Mutex
	err *NotDrivenError
}

// note keeps the error if it says so, and reports whether it does.
func (n *notDriven) note(err error) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return errors.As(err, &n.err)
}

func (n *notDriven) get() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.err == nil {
		return nil
	}
	return n.err
}

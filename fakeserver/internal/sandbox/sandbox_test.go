package sandbox

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Reset wakes those that wait for requests of the old scenario: from then on they
// wait for requests of the new one.
func TestResetWakesWaiters(t *testing.T) {
	t.Parallel()
	b, err := New(t.Context(), &scenarios.Scenario{}, Overrides{}, journal.Limits{Requests: 10})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	waited := make(chan error, 1)
	go func() { waited <- b.WaitRequests(ctx, 1, journal.Filter{}) }()
	for !waiting() && ctx.Err() == nil {
		runtime.Gosched()
	}
	b.Reset()
	e := &journal.Entry{Status: 200}
	e.Ask("GET", "/v2/images", nil)
	j := b.World().Journal()
	ticket := j.Arrive(e)
	e.Identify(&fault.Call{})
	e.Answer(nil, "")
	j.Answer(ticket, e)
	if err := <-waited; err != nil {
		t.Errorf("waiting across Reset ended with %v", err)
	}
}

// waiting reports whether a goroutine of this process is waiting for requests.
func waiting() bool {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for goroutine := range strings.SplitSeq(string(stacks), "\n\n") {
		first, _, _ := strings.Cut(goroutine, "\n")
		if strings.Contains(goroutine, "(*Journal).Wait(") && strings.Contains(first, "[select") {
			return true
		}
	}
	return false
}

package glance

import (
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A job is INIT for a tenth of its time, but not longer than ten seconds.
func TestJobIsInitializedFirst(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		takes, after time.Duration
		want         string
	}{
		{30 * time.Second, 0, "INIT"},
		{30 * time.Second, 3*time.Second - 1, "INIT"},
		{30 * time.Second, 3 * time.Second, "RUNNING"},
		{87600 * time.Hour, 10*time.Second - 1, "INIT"},
		{87600 * time.Hour, 10 * time.Second, "RUNNING"},
		{87600 * time.Hour, 8000 * time.Hour, "RUNNING"},
	} {
		a := &API{JobPlan: scenarios.Jobs{Takes: test.takes}}
		j := a.newJob(&wire.Call{Now: begin}, jobOfURL)
		got := j.show(begin.Add(test.after))
		if got.Status != test.want || got.BeginTime != "2026-01-31T12:00:00.000Z" || got.EndTime != "" {
			t.Errorf("a job of %s is after %s: %+v", test.takes, test.after, got)
		}
	}
}

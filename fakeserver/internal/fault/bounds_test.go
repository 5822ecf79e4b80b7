package fault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// There may be many faults and limits, but not any number.
func TestRulesAreBounded(t *testing.T) {
	t.Parallel()
	const most = 100_000
	faults := make([]scenarios.Fault, most-2)
	for i := range faults {
		faults[i].Inject.Status = 503
	}
	in := fault.New(1, time.Now(), faults, nil)
	name, err := in.Add(faults[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.AddLimit(scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		const want = "there are 100000 faults and limits, and there may be 100000: remove some"
		if _, err := in.Add(faults[0]); err == nil || err.Error() != want {
			t.Errorf("another fault: %v, want %s", err, want)
		}
		if _, err := in.AddLimit(scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("another limit: %v, want %s", err, want)
		}
	}
	if !in.Remove(name) {
		t.Fatal("the fault is gone")
	}
	if _, err := in.Add(faults[0]); err != nil {
		t.Errorf("after one was removed: %v", err)
	}
}

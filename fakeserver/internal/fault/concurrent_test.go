package fault_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// However many calls are made at once, a fault with times: 5 is injected five times.
func TestExactlyFive(t *testing.T) {
	t.Parallel()
	for range 20 {
		in := newInjector(
			scenarios.Fault{Name: "five", Times: 5},
			scenarios.Fault{Name: "every tenth", Match: scenarios.Match{Image: ubuntu}, Every: 10, Times: 50},
		)
		got := concurrently(50, 40, func() string { return in.Decide(deletion()).Label() })
		five, tenth := 0, 0
		for label, times := range got {
			switch {
			case strings.HasPrefix(label, "five"):
				five += times
			case strings.HasPrefix(label, "every tenth"):
				tenth += times
			}
			if label != "" && times != 1 {
				t.Errorf("%q occurred %d times", label, times)
			}
		}
		if five != 5 || tenth != 50 {
			t.Errorf("injected %d and %d times, want 5 and 50", five, tenth)
		}
		if got, want := counts(in), "five 2000/5, every tenth 1995/50"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// concurrently calls f the given number of times in each of n goroutines, and counts
// how often it returned each result.
func concurrently(n, times int, f func() string) map[string]int {
	var (
		mu    sync.Mutex
		found = make(map[string]int)
		ready = make(chan struct{})
		all   sync.WaitGroup
	)
	for range n {
		all.Add(1)
		go func() {
			defer all.Done()
			<-ready
			for range times {
				result := f()
				mu.Lock()
				found[result]++
				mu.Unlock()
			}
		}()
	}
	close(ready)
	all.Wait()
	return found
}

// Faults are added and removed while calls are made: each call gets the newest fault
// at that time, and none gets a fault that was removed.
func TestAddAndRemoveDuringCalls(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "always", Inject: answer503})
	var editors sync.WaitGroup
	for i := range 4 {
		editors.Add(1)
		go func() {
			defer editors.Done()
			for j := range 100 {
				name, err := in.Add(scenarios.Fault{Name: fmt.Sprintf("%d.%d", i, j), Times: 1, Inject: answer503})
				if err != nil {
					t.Error(err)
				}
				for range in.Decide(deletion()).Misses(deletion()) {
				}
				in.Statuses()
				if !in.Remove(name) {
					t.Errorf("there is no fault %s", name)
				}
			}
		}()
	}
	for label, times := range concurrently(4, 200, func() string { return in.Decide(deletion()).Label() }) {
		if label == "" || times > 1 {
			t.Errorf("%q occurred %d times", label, times)
		}
	}
	editors.Wait()
	if got := in.Statuses(); len(got) != 1 || got[0].Fault.Name != "always" {
		t.Errorf("faults left: %v", got)
	}
}

// Limits are added and removed while calls are made: a limit that lets ten calls
// pass refuses all others, from when it is added.
func TestAddAndRemoveLimitsWhileCalled(t *testing.T) {
	t.Parallel()
	in := newInjector()
	if _, err := in.AddLimit(scenarios.Limit{Rate: scenarios.Rate{Calls: 10, Per: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	var editors sync.WaitGroup
	for range 4 {
		editors.Add(1)
		go func() {
			defer editors.Done()
			for range 100 {
				name, err := in.AddLimit(scenarios.Limit{Rate: scenarios.Rate{Calls: 1_000_000, Per: time.Hour}})
				if err != nil {
					t.Error(err)
				}
				in.LimitStatuses()
				if !in.RemoveLimit(name) {
					t.Errorf("there is no limit %s", name)
				}
			}
		}()
	}
	passed := concurrently(4, 200, func() string { return fmt.Sprint(in.Decide(deletion()).Fault == nil) })["true"]
	editors.Wait()
	if got, want := limitStatuses(in), "limits[0] 790/800"; passed != 10 || got != want {
		t.Errorf("%d calls passed, want 10; the counts are %s, want %s", passed, got, want)
	}
}

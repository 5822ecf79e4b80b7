package fault_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// However many call at once, five strikes are five.
func TestExactlyFive(t *testing.T) {
	t.Parallel()
	for range 20 {
		in := newInjector(
			scenarios.Fault{Name: "five", Times: 5},
			scenarios.Fault{Name: "each tenth", Match: scenarios.Match{Image: ubuntu}, Every: 10, Times: 50},
		)
		got := together(50, 40, func() string { return in.Decide(deletion()).Label() })
		five, tenth := 0, 0
		for label, times := range got {
			switch {
			case strings.HasPrefix(label, "five"):
				five += times
			case strings.HasPrefix(label, "each tenth"):
				tenth += times
			}
			if label != "" && times != 1 {
				t.Errorf("%q struck %d times", label, times)
			}
		}
		if five != 5 || tenth != 50 {
			t.Errorf("struck %d and %d times, want 5 and 50", five, tenth)
		}
		if got, want := counts(in), "five 2000/5, each tenth 1995/50"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// together calls f so many times in each of n goroutines and counts its results.
func together(n, times int, f func() string) map[string]int {
	var (
		mu    sync.Mutex
		found = make(map[string]int)
		start = make(chan struct{})
		all   sync.WaitGroup
	)
	for range n {
		all.Add(1)
		go func() {
			defer all.Done()
			<-start
			for range times {
				result := f()
				mu.Lock()
				found[result]++
				mu.Unlock()
			}
		}()
	}
	close(start)
	all.Wait()
	return found
}

// Faults come and go while others call: each call is struck by the newest fault
// that was there, and a fault that is gone strikes nobody.
func TestChangesWhileCalled(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "always", Inject: answer503})
	var changers sync.WaitGroup
	for i := range 4 {
		changers.Add(1)
		go func() {
			defer changers.Done()
			for j := range 100 {
				name, err := in.Add(scenarios.Fault{Name: fmt.Sprintf("%d.%d", i, j), Times: 1, Inject: answer503})
				if err != nil {
					t.Error(err)
				}
				for range in.Decide(deletion()).Misses(deletion()) {
				}
				in.Statuses()
				if !in.Remove(name) {
					t.Errorf("%s is not there", name)
				}
			}
		}()
	}
	for label, times := range together(4, 200, func() string { return in.Decide(deletion()).Label() }) {
		if label == "" || times > 1 {
			t.Errorf("%q struck %d times", label, times)
		}
	}
	changers.Wait()
	if got := in.Statuses(); len(got) != 1 || got[0].Fault.Name != "always" {
		t.Errorf("left: %v", got)
	}
}

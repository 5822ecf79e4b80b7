package fault

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// What was removed has still been there, and so have the limits.
func TestHistory(t *testing.T) {
	t.Parallel()
	busy := scenarios.Injection{Status: 503}
	in := New(1, time.Unix(0, 0), []scenarios.Fault{{Name: "first", Inject: busy}, {Name: "second", Inject: busy}},
		[]scenarios.Limit{{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}}})
	if _, err := in.Add(scenarios.Fault{Name: "added", Times: 1, Inject: busy}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		in.Decide(&Call{Operation: scenarios.GetImages, Now: time.Unix(0, 0)})
	}
	for range 2 {
		name, err := in.AddLimit(scenarios.Limit{Rate: scenarios.Rate{Calls: 9, Per: time.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		if name == "limits[2]" {
			in.RemoveLimit(name)
		}
	}
	in.Remove("added")
	in.Remove("second")
	var got string
	for _, p := range in.History() {
		got += fmt.Sprintln(p.Fault.Name, p.Seen, p.Injected, p.Limit, p.Added, p.Removed)
	}
	const want = `limits[0] 3 2 true false false
limits[1] 0 0 true true false
first 0 0 false false false
limits[2] 0 0 true true true
added 1 1 false true true
second 0 0 false false true
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for i := range 2 * maxRemoved {
		name := fmt.Sprint("f", i)
		if _, err := in.Add(scenarios.Fault{Name: name, Inject: busy}); err != nil {
			t.Fatal(err)
		}
		in.Remove(name)
	}
	if n := len(in.History()); n != maxRemoved+3 {
		t.Errorf("it remembers %d rules, want %d removed ones and 3", n, maxRemoved)
	}
}

// Of the removed rules, those that were not injected as often as they should be are
// remembered longest.
func TestHistoryKeepsUnspentRules(t *testing.T) {
	t.Parallel()
	in := New(1, time.Unix(0, 0), nil, nil)
	for i := range 2 * maxRemoved {
		name := fmt.Sprint("f", i)
		if _, err := in.Add(scenarios.Fault{Name: name, Times: 1, Inject: scenarios.Injection{Status: 503}}); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			in.Decide(&Call{Operation: scenarios.GetImages, Now: time.Unix(0, 0)})
		}
		in.Remove(name)
	}
	if all := in.History(); len(all) != maxRemoved || all[0].Fault.Name != "f0" || all[0].Injected != 0 {
		t.Errorf("it remembers %d rules, first %+v, want the one that was never injected", len(all), all[0])
	}
}

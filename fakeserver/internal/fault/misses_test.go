package fault_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// explain describes the decision on a call: the injected fault, then a line for each
// other rule with the reason why it was not injected.
func explain(d fault.Decision, c *fault.Call) string {
	var s strings.Builder
	if d.Fault != nil {
		fmt.Fprintf(&s, "injected %s\n", d.Label())
	}
	for m := range d.Misses(c) {
		fmt.Fprintf(&s, "%s: %s\n", m.Fault, m.Reason)
	}
	return s.String()
}

func TestMisses(t *testing.T) {
	t.Parallel()
	in := fault.New(1, start, []scenarios.Fault{
		{Name: "reads", Match: operations(scenarios.GetImage)},
		{Name: "once", Times: 1},
		{Name: "later", Window: scenarios.Window{After: 8 * time.Second}},
		{Name: "third", Every: 3},
		{Name: "patient", Skip: 4},
		{Name: "rare", Rate: 1e-9},
		{Name: "rest", Match: scenarios.Match{User: "alice"}},
		{Name: "last", Place: "my.yaml:40"},
		{Name: "bob's", Match: scenarios.Match{User: "bob"}},
	}, []scenarios.Limit{
		{Rate: scenarios.Rate{Calls: 5, Per: time.Hour}},
	})
	want := []string{`injected once 1/1
reads: operation: delete_image, not get_image
later: window: opens in 8s
third: not tried: "once" was injected first
patient: not tried: "once" was injected first
rare: not tried: "once" was injected first
rest: not tried: "once" was injected first
last: not tried: "once" was injected first
bob's: user: u1 (alice), not bob
`, `injected rest 1
reads: operation: delete_image, not get_image
once: times: already injected 1 of 1
later: window: opens in 8s
third: every: call 1 of 3
patient: skip: call 1 of the first 4
rare: rate: not drawn, with a chance of 1e-09
last: not tried: "rest" was injected first
bob's: user: u1 (alice), not bob
`, `injected rest 2
reads: operation: delete_image, not get_image
once: times: already injected 1 of 1
later: window: opens in 8s
third: every: call 2 of 3
patient: skip: call 2 of the first 4
rare: rate: not drawn, with a chance of 1e-09
last: not tried: "rest" was injected first
bob's: user: u1 (alice), not bob
`, `injected third 1
reads: operation: delete_image, not get_image
once: times: already injected 1 of 1
later: window: opens in 8s
patient: not tried: "third" was injected first
rare: not tried: "third" was injected first
rest: not tried: "third" was injected first
last: not tried: "third" was injected first
bob's: user: u1 (alice), not bob
`}
	var decisions []fault.Decision
	for range want {
		decisions = append(decisions, in.Decide(deletion()))
	}

	// The explanations stay the same when the rules change later.
	for _, s := range in.Statuses() {
		in.Remove(s.Fault.Name)
	}
	if _, err := in.Add(scenarios.Fault{Name: "new", Inject: answer503}); err != nil {
		t.Fatal(err)
	}
	in.Decide(deletion())
	for i, d := range decisions {
		if got := explain(d, deletion()); got != want[i] {
			t.Errorf("call %d: got\n%swant\n%s", i+1, got, want[i])
		}
	}
	if got, want := explain(in.Decide(deletion()), deletion()), "injected limits[0] 1\nnew: not tried: \"limits[0]\" was injected first\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestMissesOfLimits(t *testing.T) {
	t.Parallel()
	in := fault.New(1, start, nil, []scenarios.Limit{
		{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}},
		{Rate: scenarios.Rate{Calls: 2, Per: time.Hour}, Place: "my.yaml:3"},
		{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}, Match: operations(scenarios.GetImages)},
	})
	for _, want := range []string{
		"", // both let it pass, which is nothing to tell
		"injected limits[0] 1\n",
		"injected limits[0] 2\nlimits[1]: rate: exceeded, but \"limits[0]\" answered first\n",
	} {
		if got := explain(in.Decide(deletion()), deletion()); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func TestMissesHavePlaces(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "reads", Match: operations(scenarios.GetImage), Place: "my.yaml:7"})
	got := slices.Collect(in.Decide(deletion()).Misses(deletion()))
	want := []fault.Miss{{Fault: "reads", Place: "my.yaml:7", Reason: "operation: delete_image, not get_image"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The explanation has the name that the image had when the call was decided.
func TestMissesRememberTheImageName(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "f", Match: scenarios.Match{Image: "debian-*"}})
	c := deletion()
	d := in.Decide(c)
	c.ImageName = func(string) string { panic("the image is gone") }
	if got, want := explain(d, c), "f: image: "+ubuntu+" (ubuntu-24.04), not debian-*\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLongTextsAreShortened(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "f", Match: header("X", "wanted")})
	c := deletion()
	c.Header = http.Header{"X": {strings.Repeat("x", 99) + "ü"}}
	if got, want := explain(in.Decide(c), c), "f: headers.X: "+strings.Repeat("x", 99)+"…, not wanted\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestZeroDecision(t *testing.T) {
	t.Parallel()
	if got := slices.Collect((fault.Decision{}).Misses(deletion())); got != nil {
		t.Errorf("got %v", got)
	}
}

// A journal keeps a decision for each request, so it must stay small however many
// faults there are.
func TestDecisionIsSmall(t *testing.T) { // not parallel, since it counts allocations
	if size := unsafe.Sizeof(fault.Decision{}); size > 128 {
		t.Errorf("%d bytes", size)
	}
	many := make([]scenarios.Fault, 1000)
	for i := range many {
		many[i].Times = 1
		if i%2 == 0 {
			many[i].Match = operations(scenarios.GetImage)
		}
	}
	in := newInjector(many...)
	injections(in, 500) // exhausts all faults that match
	c := deletion()
	if got := testing.AllocsPerRun(100, func() { in.Decide(c) }); got != 0 {
		t.Errorf("%v allocations for a call without a fault", got)
	}
}

package fault_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

const (
	ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	debian = "0d0b4dcd-2a1f-4c4c-9d7c-2ec1e0e1a9b7"
)

var start = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// answer503 is what most faults here inject; they are told apart by their names.
var answer503 = scenarios.Injection{Status: 503}

func deletion() *fault.Call {
	return &fault.Call{
		Operation: scenarios.DeleteImage,
		ImageID:   ubuntu,
		ImageName: func(string) string { return "ubuntu-24.04" },
		Known:     true,
		UserID:    "u1", User: "alice",
		ProjectID: "p1", Project: "demo",
		Now: start,
	}
}

func newInjector(faults ...scenarios.Fault) *fault.Injector {
	return fault.New(1, start, faults, nil)
}

// injections makes n deletions, and returns an x for each one that a fault is
// injected into, and a dot for each of the others.
func injections(in *fault.Injector, n int) string {
	var s strings.Builder
	for range n {
		if in.Decide(deletion()).Fault != nil {
			s.WriteByte('x')
		} else {
			s.WriteByte('.')
		}
	}
	return s.String()
}

func TestCounts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault scenarios.Fault
		want  string
	}{
		{"forever", scenarios.Fault{}, "xxxxxxxxxxxx"},
		{"twice", scenarios.Fault{Times: 2}, "xx.........."},
		{"all but the first three", scenarios.Fault{Skip: 3}, "...xxxxxxxxx"},
		{"the fourth and the fifth", scenarios.Fault{Skip: 3, Times: 2}, "...xx......."},
		{"every third", scenarios.Fault{Every: 3}, "..x..x..x..x"},
		{"every call", scenarios.Fault{Every: 1}, "xxxxxxxxxxxx"},
		{"every third after the first two", scenarios.Fault{Skip: 2, Every: 3}, "....x..x..x."},
		{"every third, twice", scenarios.Fault{Every: 3, Times: 2}, "..x..x......"},
		{"every third after the first two, twice", scenarios.Fault{Skip: 2, Every: 3, Times: 2}, "....x..x...."},
		{"a rate of 1 is certain", scenarios.Fault{Rate: 1}, "xxxxxxxxxxxx"},
		{"a rate of 0 is certain", scenarios.Fault{Rate: 0, Times: 2}, "xx.........."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := newInjector(tt.fault)
			if got := injections(in, len(tt.want)); got != tt.want {
				t.Errorf("injected %s, want %s", got, tt.want)
			}
			status := in.Statuses()[0]
			if want := strings.Count(tt.want, "x"); status.Seen != len(tt.want) || status.Injected != want {
				t.Errorf("seen %d, injected %d; want %d, %d", status.Seen, status.Injected, len(tt.want), want)
			}
		})
	}
}

// A call that a fault lets pass reaches the faults after it. A fault lets a call pass
// if it is exhausted, skips the call, or is outside its window.
func TestFirstFaultDueWins(t *testing.T) {
	t.Parallel()
	in := newInjector(
		scenarios.Fault{Name: "elsewhere", Match: scenarios.Match{Image: debian}},
		scenarios.Fault{Name: "closed", Window: scenarios.Window{After: time.Hour}},
		scenarios.Fault{Name: "once", Times: 1},
		scenarios.Fault{Name: "skipping", Match: scenarios.Match{Image: "ubuntu-24.04"}, Skip: 2},
		scenarios.Fault{Name: "twice", Match: scenarios.Match{Image: ubuntu}, Times: 2},
		scenarios.Fault{Name: "never reached", Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}}},
	)
	var got []string
	for range 5 {
		got = append(got, in.Decide(deletion()).Label())
	}
	want := []string{"once 1/1", "twice 1/2", "twice 2/2", "skipping 1", "skipping 2"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := counts(in), "elsewhere 0/0, closed 0/0, once 5/1, skipping 4/2, twice 2/2, never reached 0/0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// counts lists each fault with how many calls it has seen, and how often it was
// injected.
func counts(in *fault.Injector) string {
	var all []string
	for _, s := range in.Statuses() {
		all = append(all, fmt.Sprintf("%s %d/%d", s.Fault.Name, s.Seen, s.Injected))
	}
	return strings.Join(all, ", ")
}

func TestAddRemove(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "old", Inject: answer503})
	add := func(f scenarios.Fault) string {
		t.Helper()
		f.Inject = answer503
		name, err := in.Add(f)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	next := func() string { return in.Decide(deletion()).Fault.Name }

	if got := next(); got != "old" {
		t.Errorf("injected %s", got)
	}
	if first, second := add(scenarios.Fault{}), add(scenarios.Fault{}); first != "injected[0]" || second != "injected[1]" {
		t.Errorf("unnamed faults are called %s and %s", first, second)
	}
	add(scenarios.Fault{Name: "new", Times: 1})
	for _, want := range []string{"new", "injected[1]"} {
		if got := next(); got != want {
			t.Errorf("injected %s, want %s", got, want)
		}
	}
	if !in.Remove("injected[1]") || in.Remove("injected[1]") {
		t.Error("Remove must report true exactly once")
	}
	if got := next(); got != "injected[0]" {
		t.Errorf("injected %s", got)
	}
	if name := add(scenarios.Fault{}); name != "injected[3]" {
		t.Errorf("the name of a removed fault was used again: %s", name)
	}
	if got, want := counts(in), "injected[3] 0/0, new 3/1, injected[0] 1/1, old 1/1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, name := range []string{"injected[3]", "new", "injected[0]", "old"} {
		if !in.Remove(name) {
			t.Errorf("there is no fault %s", name)
		}
	}
	if d := in.Decide(deletion()); d.Fault != nil || len(in.Statuses()) != 0 {
		t.Errorf("injected %s although all faults were removed", d.Label())
	}
	if in.Remove("") || in.Remove("nobody") {
		t.Error("Remove reports a fault that does not exist")
	}
}

func TestAddRejects(t *testing.T) {
	t.Parallel()
	limits := []scenarios.Limit{{Rate: scenarios.Rate{Calls: 1, Per: time.Second}}}
	in := fault.New(1, start, []scenarios.Fault{
		{Name: "flaky", Place: "my.yaml:7"},
		{Name: "in Go"},
	}, limits)
	tests := []struct {
		name  string
		fault scenarios.Fault
		want  string
	}{
		{"a name that is taken", scenarios.Fault{Name: "flaky", Inject: answer503}, `fault "flaky": the name is taken by the fault at my.yaml:7`},
		{"a name without a place", scenarios.Fault{Name: "in Go", Inject: answer503}, `fault "in Go": the name is taken by another fault`},
		{"the name of a limit", scenarios.Fault{Name: "limits[0]", Inject: answer503}, `fault "limits[0]": the name is taken by a limit`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := in.Add(tt.fault); err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	t.Run("a fault that is not valid", func(t *testing.T) {
		t.Parallel()
		f := scenarios.Fault{Name: "late", Inject: scenarios.Injection{Status: 99}}
		if _, err := in.Add(f); err == nil {
			t.Error("the fault was added")
		}
	})
	t.Cleanup(func() {
		if got, want := counts(in), "flaky 0/0, in Go 0/0"; got != want {
			t.Errorf("a rejected fault changed something: %s", got)
		}
		if in.Remove("limits[0]") {
			t.Error("Remove removed a limit")
		}
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	limits := []scenarios.Limit{{Rate: scenarios.Rate{Calls: 1, Per: time.Second}}}
	in := fault.New(1, start, []scenarios.Fault{{}, {Name: "flaky"}, {Name: "flaky"}, {Name: "limits[0]"}, {}, {Name: "faults[0]"}}, limits)
	want := "faults[0][0] 0/0, flaky 0/0, flaky[2] 0/0, limits[0][3] 0/0, faults[4] 0/0, faults[0] 0/0"
	if got := counts(in); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]scenarios.Fault{
		"flaky 1/2 my.yaml:7": {Name: "flaky", Times: 2, Place: "my.yaml:7"},
		"flaky 1 my.yaml:7":   {Name: "flaky", Place: "my.yaml:7"},
		"flaky 1/2":           {Name: "flaky", Times: 2},
		"faults[0] 1":         {},
	} {
		if got := newInjector(f).Decide(deletion()).Label(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := (fault.Decision{}).Label(); got != "" {
		t.Errorf("the label without a fault is %q, want none", got)
	}
}

// The injector shares no memory with what it is given and what it returns.
func TestCopies(t *testing.T) {
	t.Parallel()
	full := func() scenarios.Fault {
		return scenarios.Fault{
			Name: "full",
			Match: scenarios.Match{
				Operation: []scenarios.Operation{scenarios.DeleteImage},
				Headers:   map[string]string{"Accept": "*"},
				Query:     map[string]string{"limit": "*"},
			},
			Inject: scenarios.Injection{
				Status:  503,
				Effect:  scenarios.EffectApplied,
				Headers: map[string]string{"Retry-After": "1"},
				Body:    map[string]any{"errors": []any{map[string]any{"code": 1}}},
				Linger:  &scenarios.Linger{Reads: 1, In: []scenarios.Operation{scenarios.GetImage}},
			},
		}
	}
	overwrite := func(f scenarios.Fault) {
		f.Match.Operation[0] = scenarios.GetImages
		f.Match.Headers["Accept"] = "overwritten"
		f.Match.Query["limit"] = "overwritten"
		f.Inject.Headers["Retry-After"] = "overwritten"
		f.Inject.Body.(map[string]any)["errors"].([]any)[0].(map[string]any)["code"] = "overwritten"
		f.Inject.Linger.Reads = 9
		f.Inject.Linger.In[0] = scenarios.GetImages
	}
	in := fault.New(1, start, nil, nil)
	given := full()
	if _, err := in.Add(given); err != nil {
		t.Fatal(err)
	}
	overwrite(given)
	overwrite(in.Statuses()[0].Fault)
	if got := in.Statuses()[0].Fault; !reflect.DeepEqual(got, full()) {
		t.Errorf("got %+v", got)
	}
}

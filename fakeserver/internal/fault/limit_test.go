package fault_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

func limited(limits ...scenarios.Limit) *fault.Injector {
	return fault.New(1, start, nil, limits)
}

// after returns a deletion at d after the start.
func after(d time.Duration) *fault.Call {
	c := deletion()
	c.Now = start.Add(d)
	return c
}

// Each step makes a number of calls at a time after the start. Some of them pass; the
// first that does not is told how long to wait.
func TestLimit(t *testing.T) {
	t.Parallel()
	type step struct {
		at    time.Duration
		calls int
		pass  int
		wait  time.Duration
	}
	tests := []struct {
		name  string
		limit scenarios.Limit
		steps []step
	}{
		{"a full bucket is the calls of the rate", scenarios.Limit{Rate: scenarios.Rate{Calls: 10, Per: time.Minute}}, []step{
			{0, 15, 10, 6 * time.Second},
			{5 * time.Second, 1, 0, time.Second},
			{6 * time.Second, 2, 1, 6 * time.Second},
			{17 * time.Second, 2, 1, time.Second},
			{30 * time.Second, 5, 3, 6 * time.Second},
			{time.Hour, 11, 10, 6 * time.Second},
		}},
		{"or its burst", scenarios.Limit{Rate: scenarios.Rate{Calls: 10, Per: time.Minute}, Burst: 2}, []step{
			{0, 3, 2, 6 * time.Second},
			{time.Hour, 3, 2, 6 * time.Second},
		}},
		{"a burst above the rate", scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}, Burst: 5}, []step{
			{0, 7, 5, time.Second},
			{3 * time.Second, 4, 3, time.Second},
		}},
		{"thirds of a second are not lost", scenarios.Limit{Rate: scenarios.Rate{Calls: 3, Per: time.Second}}, []step{
			{0, 4, 3, 333333334},
			{333333333, 1, 0, 1},
			{333333334, 2, 1, 333333333},
			{666666667, 2, 1, 333333333},
			{time.Second, 2, 1, 333333334},
		}},
		{"a call may be earlier than the one before it", scenarios.Limit{Rate: scenarios.Rate{Calls: 2, Per: time.Second}}, []step{
			{time.Second, 1, 1, 0},
			{999 * time.Millisecond, 1, 1, 0},
			{time.Second, 1, 0, 500 * time.Millisecond},
		}},
		{"years pass", scenarios.Limit{Rate: scenarios.Rate{Calls: 1_000_000, Per: time.Nanosecond}, Burst: 1}, []step{
			{0, 2, 1, 1},
			{250 * 365 * 24 * time.Hour, 2, 1, 1},
		}},
		{"without a rate there is no limit", scenarios.Limit{}, []step{{0, 100, 100, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := limited(tt.limit)
			for _, s := range tt.steps {
				pass := 0
				var wait time.Duration
				for range s.calls {
					if d := in.Decide(after(s.at)); d.Fault == nil {
						pass++
					} else if wait == 0 {
						wait = d.Wait
					}
				}
				if pass != s.pass || wait != s.wait {
					t.Errorf("at %v: %d of %d pass, then wait %v; want %d, %v", s.at, pass, s.calls, wait, s.pass, s.wait)
				}
			}
		})
	}
}

// A call that waits as long as it was told passes, and not a nanosecond sooner. No
// more calls pass than the rate and the burst allow.
func TestLimitWaitIsExact(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		calls, per, burst := 1+dice.IntN(20), time.Duration(1+dice.Int64N(int64(time.Minute))), 1+dice.IntN(10)
		in := limited(scenarios.Limit{Rate: scenarios.Rate{Calls: calls, Per: per}, Burst: burst})
		now, passed := time.Duration(0), 0
		for range 500 {
			d := in.Decide(after(now))
			if d.Fault == nil {
				passed++
				continue
			}
			if in.Decide(after(now+d.Wait-1)).Fault == nil {
				t.Fatalf("%d/%v, burst %d: a call passed before %v were over", calls, per, burst, d.Wait)
			}
			now += d.Wait
			if d := in.Decide(after(now)); d.Fault != nil {
				t.Fatalf("%d/%v, burst %d: a call that waited as long as it was told has to wait another %v", calls, per, burst, d.Wait)
			}
			passed++
		}
		if want := burst + int(float64(now)*float64(calls)/float64(per)+1e-6); passed != want {
			t.Errorf("%d/%v, burst %d: %d passed in %v, want %d", calls, per, burst, passed, now, want)
		}
	}
}

func TestLimitIsExactWhenCalledConcurrently(t *testing.T) {
	t.Parallel()
	for range 20 {
		in := limited(scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}, Burst: 7})
		got := concurrently(50, 20, func() string { return in.Decide(deletion()).Label() })
		if got[""] != 7 || len(got) != 1+1000-7 {
			t.Fatalf("%d passed, want 7; %d different answers", got[""], len(got)-1)
		}
	}
}

func TestLimitAnswers429(t *testing.T) {
	t.Parallel()
	tests := []struct {
		form scenarios.RetryAfter
		per  time.Duration
		now  time.Duration
		want string
	}{
		{"", time.Minute, 0, ""},
		{scenarios.NoRetryAfter, time.Minute, 0, ""},
		{scenarios.RetryAfterSeconds, time.Minute, 0, "60"},
		{scenarios.RetryAfterSeconds, 59*time.Second + 1, 0, "60"},
		{scenarios.RetryAfterSeconds, time.Millisecond, 0, "1"},
		{scenarios.RetryAfterDate, time.Minute, 0, "Wed, 01 Jul 2026 12:01:00 GMT"},
		{scenarios.RetryAfterDate, time.Minute, 1, "Wed, 01 Jul 2026 12:01:01 GMT"},
		{scenarios.RetryAfterDate, time.Millisecond, 0, "Wed, 01 Jul 2026 12:00:01 GMT"},
	}
	for _, tt := range tests {
		in := limited(scenarios.Limit{
			Match:      operations(scenarios.DeleteImage),
			Rate:       scenarios.Rate{Calls: 1, Per: tt.per},
			RetryAfter: tt.form,
			Place:      "my.yaml:9",
		})
		c := after(tt.now)
		c.Now = c.Now.In(time.FixedZone("elsewhere", 3600))
		in.Decide(c)
		d := in.Decide(c)
		if d.Fault == nil || d.Fault.Inject.Status != 429 || d.Label() != "limits[0] 1 my.yaml:9" || d.Wait != tt.per {
			t.Fatalf("%v: %+v", tt, d)
		}
		got, found := d.Fault.Inject.Headers["Retry-After"]
		if got != tt.want || found != (tt.want != "") {
			t.Errorf("%q, %v: Retry-After: %q, want %q", tt.form, tt.per, got, tt.want)
		}
		if d.Fault.Match.Operation[0] != scenarios.DeleteImage {
			t.Errorf("the limit's match is missing: %+v", d.Fault.Match)
		}
	}
}

// Limits are tried before all faults, and also count the calls that other limits
// answer.
func TestLimitsComeFirst(t *testing.T) {
	t.Parallel()
	in := fault.New(1, start, []scenarios.Fault{{Name: "always"}}, []scenarios.Limit{
		{Rate: scenarios.Rate{Calls: 1, Per: time.Minute}, Match: operations(scenarios.GetImage)},
		{Rate: scenarios.Rate{Calls: 2, Per: time.Minute}},
		{Rate: scenarios.Rate{Calls: 3, Per: time.Minute}},
	})
	if _, err := in.Add(scenarios.Fault{Name: "new", Times: 1, Inject: answer503}); err != nil {
		t.Fatal(err)
	}
	labels := func(n int, d time.Duration) string {
		var got []string
		for range n {
			got = append(got, in.Decide(after(d)).Label())
		}
		return strings.Join(got, ", ")
	}
	if got, want := labels(4, 0), "new 1/1, always 1, limits[1] 1, limits[1] 2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// limits[1] has refilled by one call, and limits[2] by one and a half. Both have
	// counted all four calls, although limits[1] answered two of them.
	if got, want := labels(2, 30*time.Second), "always 2, limits[1] 3"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := counts(in), "new 3/1, always 2/2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// With restart, a call that comes too early starts the wait again.
func TestLimitRestarts(t *testing.T) {
	t.Parallel()
	in := limited(scenarios.Limit{Rate: scenarios.Rate{Calls: 2, Per: time.Minute}, Restart: true})
	for _, step := range []struct {
		at, wait time.Duration
	}{
		{0, 0}, {0, 0}, {0, 30 * time.Second},
		{29 * time.Second, 30 * time.Second},
		{58 * time.Second, 30 * time.Second},
		{88 * time.Second, 0},
		{89 * time.Second, 30 * time.Second},
		{10 * time.Minute, 0}, {10 * time.Minute, 0}, {10 * time.Minute, 30 * time.Second},
	} {
		if d := in.Decide(after(step.at)); d.Wait != step.wait || (d.Fault != nil) != (step.wait > 0) {
			t.Errorf("at %s: limited %t, wait %s, want %s", step.at, d.Fault != nil, d.Wait, step.wait)
		}
	}
}

// limitStatuses describes the limits as "name refused/seen".
func limitStatuses(in *fault.Injector) string {
	var all []string
	for _, s := range in.LimitStatuses() {
		all = append(all, fmt.Sprintf("%s %d/%d", s.Name, s.Refused, s.Seen))
	}
	return strings.Join(all, ", ")
}

func TestAddRemoveLimits(t *testing.T) {
	t.Parallel()
	once := scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}}
	in := limited(scenarios.Limit{Rate: scenarios.Rate{Calls: 3, Per: time.Hour}})
	in.Decide(deletion())
	for _, want := range []string{"limits[1]", "limits[2]"} {
		if name, err := in.AddLimit(once); err != nil || name != want {
			t.Fatalf("added %q, %v; want %q", name, err, want)
		}
	}
	for range 3 {
		in.Decide(deletion())
	}
	// The first that is exceeded answers, and all of them count the call.
	if got, want := limitStatuses(in), "limits[0] 1/4, limits[1] 1/3, limits[2] 0/3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if in.RemoveLimit("limits[3]") || in.Remove("limits[1]") {
		t.Error("removed a limit that does not exist, or one as a fault")
	}
	for _, name := range []string{"limits[0]", "limits[2]"} {
		if !in.RemoveLimit(name) || in.RemoveLimit(name) {
			t.Errorf("%s is not removed exactly once", name)
		}
	}
	if name, err := in.AddLimit(once); err != nil || name != "limits[3]" {
		t.Errorf("added %q, %v; the name of a removed limit is not used again", name, err)
	}
	if got, want := limitStatuses(in), "limits[1] 1/3, limits[3] 0/0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if name, err := in.AddLimit(scenarios.Limit{}); err == nil || limitStatuses(in) != "limits[1] 1/3, limits[3] 0/0" {
		t.Errorf("added a limit without a rate: %q", name)
	}
	if _, err := in.Add(scenarios.Fault{Name: "f", Inject: answer503}); err != nil || in.RemoveLimit("f") {
		t.Errorf("a fault is removed as a limit, or not added: %v", err)
	}
}

func TestLimitStatusesAreCopies(t *testing.T) {
	t.Parallel()
	in := limited(scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}, Match: operations(scenarios.DeleteImage)})
	in.LimitStatuses()[0].Limit.Match.Operation[0] = scenarios.GetImage
	if got := in.LimitStatuses()[0].Limit.Match.Operation[0]; got != scenarios.DeleteImage {
		t.Errorf("the limit matches %s now", got)
	}
}

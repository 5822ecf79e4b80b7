package fault_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

var (
	lingers = scenarios.Injection{Linger: &scenarios.Linger{Reads: 1}}
	slow    = scenarios.Injection{Delay: scenarios.Delay{Min: time.Second}}
	lost    = scenarios.Injection{Status: 504, Effect: scenarios.EffectApplied}
)

// called decides on a call, does its work unless a fault prevents it, and settles
// the decision. Fails says whether the work fails.
func called(in *fault.Injector, c *fault.Call, fails bool) fault.Decision {
	d := in.Decide(c)
	if !d.PreventsWork {
		d.Settle(outcome(c, fails))
	}
	return d
}

func outcome(c *fault.Call, fails bool) fault.Outcome {
	return fault.Outcome{
		Changed: !fails && !c.Reads,
		Inert: func(*scenarios.Injection) string {
			if fails {
				return "the work failed"
			}
			return ""
		},
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		faults []scenarios.Fault
		reads  bool
		fails  string // an x for each call whose work fails
		want   string // what is said of the last one
		counts string
	}{
		{
			name:   "a call in vain is not counted",
			faults: []scenarios.Fault{{Name: "lag", Times: 1, Inject: lingers}},
			fails:  "xx",
			want:   "lag: the work failed\n", counts: "lag 0/0",
		},
		{
			name:   "the first call that can",
			faults: []scenarios.Fault{{Name: "lag", Times: 1, Inject: lingers}},
			fails:  "xx.",
			want:   "injected lag 1/1\n", counts: "lag 1/1",
		},
		{
			name:   "exhausted",
			faults: []scenarios.Fault{{Name: "lag", Times: 1, Inject: lingers}},
			fails:  "...",
			want:   "lag: times: already injected 1 of 1\n", counts: "lag 1/1",
		},
		{
			name:   "skip and every count only calls that can",
			faults: []scenarios.Fault{{Name: "lag", Skip: 1, Every: 2, Inject: lingers}},
			fails:  "x.x.x.",
			want:   "injected lag 1\n", counts: "lag 3/1",
		},
		{
			name:   "the next fault gets a call in vain",
			faults: []scenarios.Fault{{Name: "lag", Inject: lingers}, {Name: "slow", Inject: slow}},
			fails:  "x",
			want:   "injected slow 1\nlag: the work failed\n", counts: "lag 0/0, slow 1/1",
		},
		{
			name:   "the next fault gets no other call",
			faults: []scenarios.Fault{{Name: "lag", Inject: lingers}, {Name: "slow", Inject: slow}},
			fails:  ".",
			want:   "injected lag 1\nslow: not tried: \"lag\" was injected first\n", counts: "lag 1/1, slow 0/0",
		},
		{
			name:   "an error in place of the true one, which changed nothing",
			faults: []scenarios.Fault{{Name: "lag", Inject: lingers}, {Name: "busy", Inject: answer503}},
			fails:  "x",
			want:   "injected busy 1\nlag: the work failed\n", counts: "lag 0/0, busy 1/1",
		},
		{
			name:   "what only reads is never too late",
			faults: []scenarios.Fault{{Name: "other", Skip: 9, Inject: lingers}, {Name: "slow", Skip: 9, Inject: slow}, {Name: "busy", Inject: answer503}},
			reads:  true,
			fails:  ".",
			want:   "injected busy 1\nother: effect: nothing is done, because \"busy\" is injected first\nslow: skip: call 1 of the first 9\n",
			counts: "other 0/0, slow 1/0, busy 1/1",
		},
		{
			name:   "a fault that is not due holds nothing up",
			faults: []scenarios.Fault{{Name: "lag", Skip: 1, Inject: lingers}, {Name: "busy", Times: 2, Inject: answer503}},
			fails:  "..",
			want:   "injected busy 2/2\nlag: effect: nothing is done, because \"busy\" is injected first\n", counts: "lag 0/0, busy 2/2",
		},
		{
			name:   "an exhausted one neither",
			faults: []scenarios.Fault{{Name: "lost", Times: 1, Inject: lost}, {Name: "busy", Inject: answer503}},
			fails:  "..",
			want:   "injected busy 1\nlost: times: already injected 1 of 1\n", counts: "lost 1/1, busy 1/1",
		},
		{
			name:   "after a fault that was settled",
			faults: []scenarios.Fault{{Name: "lag", Times: 1, Inject: lingers}, {Name: "busy", After: "lag", Inject: answer503}},
			fails:  "x.",
			want:   "injected lag 1/1\nbusy: after: lag had not been injected yet\n", counts: "lag 1/1, busy 0/0",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := newInjector(test.faults...)
			c := deletion()
			c.Reads = test.reads
			var d fault.Decision
			for _, outcome := range test.fails {
				d = called(in, c, outcome == 'x')
			}
			if got := explain(d, c); got != test.want {
				t.Errorf("the last call:\n%swant\n%s", got, test.want)
			}
			if got := counts(in); got != test.counts {
				t.Errorf("counted %s, want %s", got, test.counts)
			}
		})
	}
}

// A fault that prevents the work comes too late once the work has changed
// something. It does not count the call.
func TestTooLate(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "no next", Inject: scenarios.Injection{Fields: next("")}}, scenarios.Fault{Name: "busy", Inject: answer503})
	for _, test := range []struct {
		changed bool
		want    string
	}{
		{true, "no next: inert\nbusy: effect: too late, the work was done before this fault was tried\n"},
		{false, "injected busy 1\nno next: inert\n"},
	} {
		c := deletion()
		d := in.Decide(c)
		d.Settle(fault.Outcome{Changed: test.changed, Inert: func(*scenarios.Injection) string { return "inert" }})
		if got := explain(d, c); got != test.want || d.PreventsWork == test.changed {
			t.Errorf("changed: %t: prevents the work: %t\n%swant\n%s", test.changed, d.PreventsWork, got, test.want)
		}
	}
	if got := counts(in); got != "no next 0/0, busy 1/1" {
		t.Errorf("counted %s", got)
	}
}

// A fault that is removed while a call is answered is not injected into it.
func TestRemovedBeforeSettle(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "lag", Inject: lingers}, scenarios.Fault{Name: "slow", Inject: slow})
	c := deletion()
	d := in.Decide(c)
	if !d.IsPending() {
		t.Fatal("the decision does not depend on the outcome")
	}
	in.Remove("lag")
	d.Settle(outcome(c, false))
	want := "injected slow 1\nlag: removed: before the call was done\n"
	if got := explain(d, c); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	d.Settle(outcome(c, false)) // does nothing
	if got := counts(in); got != "slow 1/1" {
		t.Errorf("counted %s", got)
	}
}

// Only faults that may be inert make a decision wait for the outcome.
func TestIsPending(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		inject       scenarios.Injection
		write, reads bool // whether the decision on such a call is pending
	}{
		{inject: answer503},
		{inject: slow},
		{inject: scenarios.Injection{Drop: scenarios.Reset}},
		{inject: scenarios.Injection{Drop: scenarios.Truncate}},
		{inject: scenarios.Injection{Status: 404, Fields: next("x")}},
		{inject: scenarios.Injection{Headers: map[string]string{"ETag": "", "X-A": "b"}}},
		{inject: scenarios.Injection{Throttle: 1, Delay: slow.Delay}},
		{lost, true, true},
		{lingers, true, true},
		{scenarios.Injection{Drop: scenarios.Reset, Effect: scenarios.EffectApplied}, true, true},
		{scenarios.Injection{Fields: next("x")}, true, true},
		{scenarios.Injection{Fields: next("x"), Delay: slow.Delay}, true, true},
		{inject: scenarios.Injection{Fields: next("x"), Drop: scenarios.Truncate}, reads: true},
		{scenarios.Injection{Headers: map[string]string{"ETag": ""}}, true, true},
		{scenarios.Injection{Throttle: 1}, true, true},
	} {
		for _, reads := range []bool{false, true} {
			c := deletion()
			c.Reads = reads
			d := newInjector(scenarios.Fault{Inject: test.inject}).Decide(c)
			want := test.write
			if reads {
				want = test.reads
			}
			if d.IsPending() != want {
				t.Errorf("%v, reads: %t: pending %t, want %t", test.inject, reads, d.IsPending(), want)
			}
		}
	}
}

func next(value string) map[string]any { return map[string]any{"next": value} }

// However the outcomes mix, and whatever faults stand around it, a fault is
// injected as often as it says, and only where it is not inert.
func TestSettleConcurrently(t *testing.T) {
	t.Parallel()
	for range 100 {
		in := newInjector(
			scenarios.Fault{Name: "lag", Times: 5, Inject: lingers},
			scenarios.Fault{Name: "lost", Every: 3, Times: 2, Inject: lost},
			scenarios.Fault{Name: "rest", Inject: slow},
		)
		fails := make(chan bool, 50)
		for i := range cap(fails) {
			fails <- i%2 == 0
		}
		got := concurrently(50, 1, func() string {
			failed := <-fails
			d := called(in, deletion(), failed)
			return fmt.Sprintf("%s fails=%t", d.Fault.Name, failed)
		})
		want := map[string]int{"lag fails=false": 5, "lost fails=false": 2, "rest fails=false": 18, "rest fails=true": 25}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("injected %v, want %v", got, want)
		}
		if got := counts(in); !strings.HasPrefix(got, "lag 5/5, lost ") {
			t.Fatalf("counted %s", got)
		}
	}
}

package fault_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

func TestRateDependsOnSeedNameAndCall(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64, name string) string {
		return injections(fault.New(seed, start, []scenarios.Fault{{Name: name, Rate: 0.5}}, nil), 200)
	}
	if one, two := draw(7, "flaky"), draw(7, "flaky"); one != two {
		t.Error("the same seed and name gave different sequences")
	}
	if draw(0, "flaky") != draw(1, "flaky") {
		t.Error("seed 0 does not mean seed 1")
	}
	if draw(7, "flaky") == draw(8, "flaky") {
		t.Error("another seed gave the same sequence")
	}
	if draw(7, "flaky") == draw(7, "flakier") {
		t.Error("another name gave the same sequence")
	}
	if s := draw(7, "flaky"); !strings.Contains(s, "xx") || !strings.Contains(s, "..") || !strings.Contains(s, "x.x") {
		t.Errorf("the sequence is not random: %s", s)
	}
}

// A fault's draws do not depend on other faults and the calls they see.
func TestRateIsIndependent(t *testing.T) {
	t.Parallel()
	flaky := scenarios.Fault{Name: "flaky", Match: operations(scenarios.DeleteImage), Rate: 0.3}
	want := injections(newInjector(flaky), 100)
	in := newInjector(scenarios.Fault{Name: "other", Match: operations(scenarios.GetImage), Rate: 0.3}, flaky)
	var got strings.Builder
	for range 100 {
		get := deletion()
		get.Operation = scenarios.GetImage
		in.Decide(get)
		got.WriteString(injections(in, 1))
	}
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", &got, want)
	}
}

func TestRateOnAverage(t *testing.T) {
	t.Parallel()
	const calls = 10_000
	for _, rate := range []float64{0.001, 0.01, 0.1, 0.5, 0.9, 0.999} {
		got := strings.Count(injections(newInjector(scenarios.Fault{Rate: rate}), calls), "x")
		// Four standard deviations: a fair draw is outside once in 16,000 times.
		if far := 4 * math.Sqrt(calls*rate*(1-rate)); math.Abs(float64(got)-calls*rate) > far {
			t.Errorf("rate %v: injected %d of %d", rate, got, calls)
		}
	}
}

// The rate applies to the calls that skip and every let through, and times counts
// injections.
func TestRateWithCounts(t *testing.T) {
	t.Parallel()
	all := injections(newInjector(scenarios.Fault{Rate: 0.5}), 40)
	got := injections(newInjector(scenarios.Fault{Rate: 0.5, Skip: 4, Every: 2, Times: 3}), 40)
	want := []byte(strings.Repeat(".", 40))
	for n, left := 5, 3; n < 40 && left > 0; n += 2 {
		if all[n] == 'x' {
			want[n] = 'x'
			left--
		}
	}
	if got != string(want) {
		t.Errorf("got  %s\nwant %s\nof   %s", got, want, all)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64, name string, d scenarios.Delay, n int) (all []time.Duration) {
		in := fault.New(seed, start, []scenarios.Fault{{Name: name, Inject: scenarios.Injection{Delay: d}}}, nil)
		for range n {
			all = append(all, in.Decide(deletion()).Delay)
		}
		return all
	}
	span := scenarios.Delay{Min: time.Second, Max: 3 * time.Second}
	many := draw(1, "slow", span, 10_000)
	if !slices.Equal(many[:100], draw(1, "slow", span, 100)) {
		t.Error("the same seed and name gave different sequences")
	}
	if slices.Equal(many[:100], draw(2, "slow", span, 100)) {
		t.Error("another seed gave the same sequence")
	}
	if slices.Equal(many[:100], draw(1, "slower", span, 100)) {
		t.Error("another name gave the same sequence")
	}
	var sum time.Duration
	for _, d := range many {
		sum += d
	}
	if least, most, mean := slices.Min(many), slices.Max(many), sum/10_000; least < span.Min || most > span.Max ||
		least > span.Min+10*time.Millisecond || most < span.Max-10*time.Millisecond ||
		mean < 1950*time.Millisecond || mean > 2050*time.Millisecond {
		t.Errorf("from %v to %v, %v on average", least, most, mean)
	}

	if got := draw(1, "both", scenarios.Delay{Min: 1, Max: 2}, 100); !slices.Contains(got, 1) || !slices.Contains(got, 2) {
		t.Error("one of the ends is never drawn")
	}
	for _, fixed := range []scenarios.Delay{{}, {Min: time.Second}, {Min: time.Second, Max: time.Second}} {
		if got := draw(1, "fixed", fixed, 1)[0]; got != fixed.Min {
			t.Errorf("%+v: %v", fixed, got)
		}
	}
}

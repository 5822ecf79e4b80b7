package fault_test

import (
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

func TestAfter(t *testing.T) {
	t.Parallel()
	in := newInjector(
		scenarios.Fault{Name: "locked", After: "wrong", Window: scenarios.Window{After: time.Second, For: 5 * time.Minute}, Inject: answer503},
		scenarios.Fault{Name: "last", After: "locked", Inject: answer503},
		scenarios.Fault{Name: "wrong", Times: 2, Inject: answer503},
	)
	for _, step := range []struct {
		at   time.Duration
		want string
	}{
		{0, "injected wrong 1/2\nlocked: after: wrong had not been injected 2 times yet\nlast: after: locked had not been injected yet\n"},
		{time.Hour, "injected wrong 2/2\nlocked: after: wrong had not been injected 2 times yet\nlast: after: locked had not been injected yet\n"},
		{time.Hour + 300*time.Millisecond, "locked: window: opens in 700ms\nlast: after: locked had not been injected yet\nwrong: times: already injected 2 of 2\n"},
		{time.Hour + time.Second, "injected locked 1\nlast: after: locked had not been injected yet\nwrong: not tried: \"locked\" was injected first\n"},
		{2 * time.Hour, "injected last 1\nlocked: window: closed 54m59s ago\nwrong: not tried: \"last\" was injected first\n"},
	} {
		c := after(step.at)
		d := in.Decide(c)
		if got := explain(d, c); got != step.want {
			t.Errorf("at %s: got\n%swant\n%s", step.at, got, step.want)
		}
	}
}

func TestAddAfter(t *testing.T) {
	t.Parallel()
	in := newInjector(scenarios.Fault{Name: "first", Times: 1, Inject: answer503})
	if _, err := in.Add(scenarios.Fault{After: "frist", Inject: answer503}); err == nil || err.Error() != `after: there is no fault "frist"` {
		t.Errorf("got %v", err)
	}
	if _, err := in.Add(scenarios.Fault{Name: "second", After: "first", Inject: answer503}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"first 1/1", "second 1", "second 2"} {
		if got := in.Decide(deletion()).Label(); got != want {
			t.Errorf("injected %q, want %q", got, want)
		}
	}
}

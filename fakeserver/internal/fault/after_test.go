package fault_test

import (
	"net/http"
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
		{0, "struck by wrong 1/2\nlocked: after: wrong is not done\nlast: after: locked is not done\n"},
		{time.Hour, "struck by wrong 2/2\nlocked: after: wrong is not done\nlast: after: locked is not done\n"},
		{time.Hour + 300*time.Millisecond, "locked: window: opens in 700ms\nlast: after: locked is not done\nwrong: times: 2 of 2 spent\n"},
		{time.Hour + time.Second, "struck by locked 1\nlast: after: locked is not done\nwrong: not tried: \"locked\" struck first\n"},
		{2 * time.Hour, "struck by last 1\nlocked: window: closed 54m59s ago\nwrong: not tried: \"last\" struck first\n"},
	} {
		c := after(step.at)
		v := in.Decide(c)
		if got := tell(v, c); got != step.want {
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
			t.Errorf("struck by %q, want %q", got, want)
		}
	}
}

// Tokens are counted as they come up, whatever call shows them.
func TestToken(t *testing.T) {
	t.Parallel()
	in := newInjector(
		scenarios.Fault{Name: "first", Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}, Token: 1}, Inject: answer503},
		scenarios.Fault{Name: "third", Match: scenarios.Match{Token: 3}, Inject: answer503},
	)
	for i, step := range []struct {
		op          scenarios.Operation
		token, want string
	}{
		{scenarios.DeleteImage, "", "first: token: none, not the 1. shown\nthird: token: none, not the 3. shown\n"},
		{scenarios.GetImages, "a", "first: operation: get_images, not delete_image\nthird: token: the 1. shown, not the 3. shown\n"},
		{scenarios.DeleteImage, "b", "first: token: the 2. shown, not the 1. shown\nthird: token: the 2. shown, not the 3. shown\n"},
		{scenarios.DeleteImage, "a", "struck by first 1\nthird: token: the 1. shown, not the 3. shown\n"},
		{scenarios.GetImage, "c", "struck by third 1\nfirst: operation: get_image, not delete_image\n"},
	} {
		c := deletion()
		c.Operation, c.Header = step.op, http.Header{"X-Auth-Token": {step.token}}
		if got := tell(in.Decide(c), c); got != step.want {
			t.Errorf("call %d: got\n%swant\n%s", i+1, got, step.want)
		}
	}
}

// Of a limit that starts the wait anew, a call that came too early costs a whole
// one.
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
		if v := in.Decide(after(step.at)); v.Wait != step.wait || (v.Fault != nil) != (step.wait > 0) {
			t.Errorf("at %s: struck %t, wait %s, want %s", step.at, v.Fault != nil, v.Wait, step.wait)
		}
	}
}

package fakeserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// What a test says about limits is what a scenario says, at the start and while
// the server runs.
func TestLimits(t *testing.T) {
	t.Parallel()
	listing := scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}}
	first := scenarios.Limit{Match: listing, Rate: scenarios.Rate{Calls: 2, Per: time.Minute}}
	srv := fakeserver.Run(t, fakeserver.WithLimits(first))
	list := func(want int) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/v2/images", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", srv.Token())
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("the list is answered %d, want %d", resp.StatusCode, want)
		}
	}
	list(http.StatusOK)
	remove, err := srv.Limit(scenarios.Limit{Match: listing, Rate: scenarios.Rate{Calls: 1, Per: time.Hour}, RetryAfter: scenarios.RetryAfterSeconds})
	if err != nil {
		t.Fatal(err)
	}
	list(http.StatusOK)
	srv.Advance(time.Minute)
	list(http.StatusTooManyRequests) // the new one, which is an hour long
	limits := srv.Limits()
	if len(limits) != 2 || limits[0].Name != "limits[0]" || limits[0].Seen != 3 || limits[0].Refused != 0 ||
		limits[1].Name != "limits[1]" || limits[1].Seen != 2 || limits[1].Refused != 1 {
		t.Errorf("the limits are %+v", limits)
	}
	if got := limits[0].Limit.String(); got != first.String() {
		t.Errorf("the first limit is shown as %s, want %s", got, first)
	}
	remove()
	remove()
	list(http.StatusOK)
	list(http.StatusTooManyRequests) // the first one still holds
	if limits := srv.Limits(); len(limits) != 1 || limits[0].Refused != 1 {
		t.Errorf("the limits are %+v, want the first one alone", limits)
	}
	if _, err := srv.Limit(scenarios.Limit{}); err == nil {
		t.Error("a limit without a rate is added")
	}
}

// A DELETE that a limit refused is told as that.
func TestAttemptsRefusedByALimit(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages), fakeserver.WithLimits(scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Hour}}))
	send(t, srv, http.MethodDelete, "/v2/images/"+beta)
	send(t, srv, http.MethodDelete, "/v2/images/"+beta)
	if got := srv.Attempts(beta).Results; len(got) != 2 || got[0] != "403 protected" || got[1] != "429 by limit limits[0]" {
		t.Errorf("the attempts are %q", got)
	}
}

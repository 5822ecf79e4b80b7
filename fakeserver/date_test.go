package fakeserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// Date and a Retry-After date are by the same clock: a client that subtracts the
// one from the other waits as long as it is meant to, also after Advance.
func TestDateFollowsTheClock(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("limits: [{match: {operation: get_images}, rate: 1/30s, retry_after: date}]"))
	srv.Advance(10 * time.Minute)
	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		before := srv.Now().Truncate(time.Second)
		resp := send(t, srv, http.MethodGet, "/v2/images")
		date, err := http.ParseTime(resp.Header.Get("Date"))
		if err != nil || date.Before(before) || date.After(srv.Now()) {
			t.Errorf("the date is %v, %v; the server's clock shows %v", date, err, srv.Now())
		}
		if resp.StatusCode != want {
			t.Fatalf("the answer is %d, want %d", resp.StatusCode, want)
		}
		if want == http.StatusTooManyRequests {
			at, err := http.ParseTime(resp.Header.Get("Retry-After"))
			if wait := at.Sub(date); err != nil || wait < 20*time.Second || wait > 32*time.Second {
				t.Errorf("the client would wait %v (%v), want about 30s", wait, err)
			}
		}
	}
}

// send sends a request with a token and no body, and returns its answer, closed.
func send(t *testing.T, srv *fakeserver.Server, method, path string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(deadline(t), method, srv.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", srv.Token())
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

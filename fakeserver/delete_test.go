package fakeserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

const ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// Fifty clients delete one image while five calls fail: exactly five fail,
// exactly one deletes the image, and the others get 404, every time.
func TestDeleteExactCounts(t *testing.T) {
	t.Parallel()
	for round := range 100 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t,
				fakeserver.WithImages(scenarios.Image{ID: ubuntu}),
				fakeserver.WithFaults(scenarios.Fault{
					Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
					Times:  5,
					Inject: scenarios.Injection{Status: http.StatusInternalServerError},
				}))
			statuses := make(chan int, 50)
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					status, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
					if err != nil {
						t.Error(err)
					}
					statuses <- status
				})
			}
			wg.Wait()
			close(statuses)
			got := make(map[int]int)
			for status := range statuses {
				got[status]++
			}
			if got[500] != 5 || got[204] != 1 || got[404] != 44 {
				t.Errorf("answers by status: %v, want 5 times 500, once 204, 44 times 404", got)
			}
			srv.CheckDeleted(t, ubuntu)
			srv.CheckFaultsSpent(t)
			if n := len(srv.Requests()); n != 50 {
				t.Errorf("the journal has %d requests, want 50", n)
			}
		})
	}
}

func TestDeleteDoneButReplyLost(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t,
		fakeserver.WithImages(scenarios.Image{ID: ubuntu}),
		fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Drop: scenarios.Reset, Effect: scenarios.EffectApplied}, Times: 1}))
	_, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client got %v, want a reset connection", err)
	}
	srv.CheckDeleted(t, ubuntu)
	srv.CheckRequests(t, "DELETE /v2/images/"+ubuntu+" dropped")
}

func TestDeleteReportedButNotDone(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t,
		fakeserver.WithImages(scenarios.Image{ID: ubuntu}),
		fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Status: http.StatusNoContent, Effect: scenarios.EffectNone}}))
	status, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
	if status != http.StatusNoContent || err != nil {
		t.Errorf("the client got %d, %v, want 204", status, err)
	}
	if _, ok := srv.Image(ubuntu); !ok {
		t.Error("the image is gone")
	}
}

// Servers with the same seed fail the same calls; with another seed, other calls.
func TestRateIsAFunctionOfTheSeed(t *testing.T) {
	t.Parallel()
	sequence := func(seed uint64) string {
		srv := fakeserver.Run(t, fakeserver.WithYAML(fmt.Sprintf(`
seed: %d
faults:
  - {name: coin, rate: 0.5, inject: {status: 503}}
`, seed)))
		var statuses string
		for range 64 {
			status, _, err := request(t.Context(), srv, http.MethodGet, "/v2/images")
			if err != nil {
				t.Fatal(err)
			}
			statuses += fmt.Sprint(status, " ")
		}
		return statuses
	}
	one, same, other := sequence(7), sequence(7), sequence(8)
	if one != same {
		t.Errorf("the same seed gave different sequences:\n%s\n%s", one, same)
	}
	if one == other {
		t.Errorf("different seeds gave the same sequence:\n%s", one)
	}
}

// request sends a request with the server's token, over a new connection, so that
// the transport does not retry it if the connection breaks.
func request(ctx context.Context, srv *fakeserver.Server, method, path string) (status int, body string, err error) {
	return requestAs(ctx, srv, srv.Token(), method, path)
}

// requestAs is request with another token.
func requestAs(ctx context.Context, srv *fakeserver.Server, token, method, path string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, srv.URL+path, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("X-Auth-Token", token)
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

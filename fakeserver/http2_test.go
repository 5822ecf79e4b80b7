package fakeserver_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestDropsUnderHTTP2 drops one of two calls on a connection. The other one, and
// later ones, must not suffer.
func TestDropsUnderHTTP2(t *testing.T) {
	t.Parallel()
	const reset = "stream error: stream ID 3; INTERNAL_ERROR; received from peer"
	for _, test := range []struct {
		drop       scenarios.Drop
		op         scenarios.Operation
		status     int    // that the client sees; 0: none
		body       string // that it sees
		connection bool   // whether the connection ends
		request    string // as the journal has it
	}{
		{scenarios.Reset, scenarios.DeleteImage, 0, "", false, "DELETE /v2/images/" + ubuntu + " reset"},
		{scenarios.Close, scenarios.DeleteImage, 0, "", true, "DELETE /v2/images/" + ubuntu + " closed"},
		{scenarios.Truncate, scenarios.DeleteImage, 0, "", false, "DELETE /v2/images/" + ubuntu + " truncated"},
		{scenarios.Truncate, scenarios.DownloadImage, 200, "half", false, "GET /v2/images/" + ubuntu + "/file truncated"},
	} {
		t.Run(string(test.drop)+"-"+string(test.op), func(t *testing.T) {
			t.Parallel()
			h := newHTTP2(t,
				fakeserver.WithImages(scenarios.Image{ID: ubuntu, Data: scenarios.Data{Text: "halfhalf"}}),
				fakeserver.WithFaults(
					scenarios.Fault{
						Match: scenarios.Match{Operation: []scenarios.Operation{test.op}}, Times: 1,
						Inject: scenarios.Injection{Drop: test.drop},
					},
					scenarios.Fault{
						Match: scenarios.Match{Query: map[string]string{"name": "slow"}}, Times: 1,
						Inject: scenarios.Injection{Delay: scenarios.Delay{Min: time.Hour}},
					},
				))
			slow := make(chan error, 1)
			go func() {
				_, _, err := h.ask(http.MethodGet, "/v2/images?name=slow")
				slow <- err
			}()
			if err := h.fake.WaitRequests(h.ctx, 1); err != nil {
				t.Fatal(err)
			}

			method, path, _ := strings.Cut(test.request, " ")
			path, _, _ = strings.Cut(path, " ")
			status, body, err := h.ask(method, path)
			if err == nil || !strings.HasSuffix(err.Error(), reset) {
				t.Errorf("the client sees the error %v, want … %s", err, reset)
			}
			if status != test.status || body != test.body {
				t.Errorf("the client sees %d %q, want %d %q", status, body, test.status, test.body)
			}

			if test.connection {
				h.wait(func() bool { return h.opened.Load() > 1 }) // GOAWAY arrived
			} else {
				h.list()
			}
			h.fake.Advance(time.Hour)
			if err := <-slow; err != nil {
				t.Errorf("the other call on the connection ended with %v", err)
			}
			if test.connection {
				h.wait(func() bool { return h.closed.Load() == 1 })
			} else if n := h.opened.Load(); n != 1 {
				t.Errorf("%d connections were opened, want 1", n)
			}
			if got := h.dropped(); got != test.request {
				t.Errorf("the journal says %q, want %q", got, test.request)
			}
		})
	}
}

// TestHangUnderHTTP2 checks that a hanging call stays open, and that its client can
// give up without losing the connection.
func TestHangUnderHTTP2(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]scenarios.Injection{
		"hang":  {Drop: scenarios.Hang},
		"delay": {Delay: scenarios.Delay{Min: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHTTP2(t, fakeserver.WithFaults(scenarios.Fault{
				Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}}, Inject: inject,
			}))
			ctx, giveUp := context.WithCancel(h.ctx)
			gaveUp := make(chan error, 1)
			go func() {
				req, _ := http.NewRequestWithContext(ctx, http.MethodDelete, h.url+"/v2/images/"+ubuntu, nil)
				req.Header.Set("X-Auth-Token", "t")
				resp, err := h.client.Do(req)
				if err == nil {
					_ = resp.Body.Close()
				}
				gaveUp <- err
			}()
			if err := h.fake.WaitRequests(h.ctx, 1); err != nil {
				t.Fatal(err)
			}
			h.list() // meanwhile the connection works
			giveUp()
			if err := <-gaveUp; err == nil {
				t.Error("the hanging call was answered")
			}
			if name == "delay" {
				h.wait(func() bool { return strings.Contains(h.dropped(), "client left") })
			}
			for range 10 {
				h.list()
			}
			if n := h.opened.Load(); n != 1 {
				t.Errorf("%d connections were opened, want 1", n)
			}
		})
	}
}

// An http2 is a server of HTTP/2 and its client.
type http2 struct {
	t      *testing.T
	ctx    context.Context // ends before the test's patience does
	fake   *fakeserver.Server
	url    string
	client *http.Client

	opened, closed atomic.Int32 // connections
}

func newHTTP2(t *testing.T, opts ...fakeserver.Option) *http2 {
	t.Helper()
	fake, err := fakeserver.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	h := &http2{t: t, fake: fake}
	srv := httptest.NewUnstartedServer(fake)
	srv.EnableHTTP2 = true
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			h.opened.Add(1)
		case http.StateClosed:
			h.closed.Add(1)
		}
	}
	srv.StartTLS()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(func() {
		cancel()
		fake.Close()
		srv.Close()
	})
	h.ctx, h.url, h.client = ctx, srv.URL, srv.Client()
	return h
}

// ask makes a request, and returns what there is of its answer.
func (h *http2) ask(method, path string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(h.ctx, method, h.url+path, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("X-Auth-Token", "t")
	resp, err := h.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		h.t.Errorf("the answer is in %s", resp.Proto)
	}
	read, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(read), err
}

func (h *http2) list() {
	h.t.Helper()
	if status, _, err := h.ask(http.MethodGet, "/v2/images"); status != 200 || err != nil {
		h.t.Errorf("GET /v2/images: %d, %v", status, err)
	}
}

// wait lists the images until a condition is met.
func (h *http2) wait(condition func() bool) {
	h.t.Helper()
	for !condition() && h.ctx.Err() == nil {
		h.list()
	}
}

// dropped is the last request that was not answered as a whole, with its end.
func (h *http2) dropped() string {
	var found string
	for _, r := range h.fake.Requests() {
		if r.End != fakeserver.Answered && r.End != fakeserver.Pending {
			found = r.Method + " " + r.Path + " " + string(r.End)
		}
	}
	return found
}

package fakeserver_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// worlds are the ways in which clients are connected to a server.
var worlds = map[string]func(*testing.T, func(*testing.T, ...fakeserver.Option)){
	"socket": func(t *testing.T, test func(*testing.T, ...fakeserver.Option)) { test(t) },
	"TLS":    func(t *testing.T, test func(*testing.T, ...fakeserver.Option)) { test(t, fakeserver.WithTLS()) },
	"memory": func(t *testing.T, test func(*testing.T, ...fakeserver.Option)) {
		synctest.Test(t, func(t *testing.T) { test(t, fakeserver.InMemory()) })
	},
	"TLS in memory": func(t *testing.T, test func(*testing.T, ...fakeserver.Option)) {
		synctest.Test(t, func(t *testing.T) { test(t, fakeserver.InMemory(), fakeserver.WithTLS()) })
	},
}

// TestEnds checks that the end of a call looks the same in whatever way the client is
// connected.
func TestEnds(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name   string
		inject scenarios.Injection
		seen   func(error) bool // by the client
		end    fakeserver.End   // in the journal
	}{
		{"reset", scenarios.Injection{Drop: scenarios.Reset}, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }, fakeserver.Reset},
		{"close", scenarios.Injection{Drop: scenarios.Close}, func(err error) bool { return errors.Is(err, io.EOF) }, fakeserver.Closed},
		{"truncate", scenarios.Injection{Drop: scenarios.Truncate}, func(err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(fmt.Sprint(err), "malformed MIME header")
		}, fakeserver.Truncated},
		{"hang", scenarios.Injection{Drop: scenarios.Hang}, func(err error) bool { return errors.Is(err, context.Canceled) }, fakeserver.Hung},
		{"the client leaves", scenarios.Injection{Delay: scenarios.Delay{Min: time.Hour}}, func(err error) bool { return errors.Is(err, context.Canceled) }, fakeserver.ClientLeft},
		{"answered", scenarios.Injection{Delay: scenarios.Delay{Min: time.Millisecond}}, func(err error) bool { return err == nil }, fakeserver.Answered},
	} {
		for world, in := range worlds {
			for _, method := range []string{http.MethodGet, http.MethodPut} { // without a body, and with one
				t.Run(end.name+"/"+world+"/"+method, func(t *testing.T) {
					t.Parallel()
					in(t, func(t *testing.T, opts ...fakeserver.Option) {
						srv := fakeserver.Run(t, append(opts, quiet, fakeserver.WithFaults(scenarios.Fault{Inject: end.inject}))...)
						path := "/v2/images"
						var body io.Reader
						if method == http.MethodPut {
							path, body = "/v2/images/"+ubuntu+"/file", strings.NewReader(strings.Repeat("x", 100))
						}
						ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
						defer cancel()
						if end.end == fakeserver.Hung || end.end == fakeserver.ClientLeft { // it has to give up by itself
							go func() {
								defer cancel()
								_ = srv.WaitRequests(ctx, 1)
							}()
						}
						if err := readAll(ctx, srv, method, path, body); !end.seen(err) {
							t.Errorf("the client sees %v", err)
						}
						await(t, srv, "the end of the call", func(got []fakeserver.Request) bool { return len(got) > 0 && got[0].End == end.end })
					})
				})
			}
		}
	}
}

// readAll is a call whose answer is read to its end. Its connection is used once, and
// speaks HTTP/1.1.
func readAll(ctx context.Context, srv *fakeserver.Server, method, path string, body io.Reader) error {
	req, err := http.NewRequestWithContext(ctx, method, srv.URL+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("X-Auth-Token", srv.Token())
	req.Header.Set("Content-Type", "application/octet-stream")
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(srv.CertificatePEM())
	own := &http.Transport{DialContext: srv.Dial, DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}
	defer own.CloseIdleConnections()
	resp, err := (&http.Client{Transport: own}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// Inside a bubble, delays, windows, lifetimes of tokens and lingering follow the
// bubble's clock.
func TestTimeOfABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), quiet, fakeserver.WithYAML(`
auth: {strict: true, tokens: [{token: short, expires_after: 10m}]}
images: [{id: `+ubuntu+`, name: ubuntu}, {name: other}]
faults:
  - {name: slow, match: {operation: get_images}, times: 1, inject: {delay: 1h}}
  - {name: window, match: {operation: get_image}, window: {after: 2h, for: 1h}, inject: {status: 503}}
  - {name: linger, match: {operation: delete_image}, inject: {linger: {for: 30m}}}
limits: [{match: {operation: get_schema}, rate: 1/1h, burst: 1, retry_after: true}]
`))
		status := func(method, path, token string) int {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Auth-Token", token)
			resp, err := srv.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			return resp.StatusCode
		}
		start := time.Now()
		check := func(method, path, token string, want int, at time.Duration) {
			t.Helper()
			if got := status(method, path, token); got != want {
				t.Errorf("after %s %s is answered %d, want %d", time.Since(start), path, got, want)
			}
			if got := time.Since(start); got != at {
				t.Errorf("the time is %s after the start, want %s", got, at)
			}
			if got := srv.Now(); !got.Equal(time.Now()) {
				t.Errorf("the server's clock shows %s, the bubble's %s", got, time.Now())
			}
		}
		own := srv.Token()
		check(http.MethodGet, "/v2/images/"+ubuntu, "short", 200, 0)
		check(http.MethodGet, "/v2/images", own, 200, time.Hour) // it is slow
		check(http.MethodGet, "/v2/images/"+ubuntu, "short", 401, time.Hour)
		check(http.MethodGet, "/v2/schemas/image", own, 200, time.Hour)
		check(http.MethodGet, "/v2/schemas/image", own, 429, time.Hour)
		time.Sleep(time.Hour)
		check(http.MethodGet, "/v2/schemas/image", own, 200, 2*time.Hour)
		check(http.MethodGet, "/v2/images/"+ubuntu, own, 503, 2*time.Hour)
		time.Sleep(time.Hour)
		check(http.MethodDelete, "/v2/images/"+ubuntu, own, 204, 3*time.Hour)
		check(http.MethodGet, "/v2/images/"+ubuntu, own, 200, 3*time.Hour) // it lingers
		time.Sleep(30 * time.Minute)
		check(http.MethodGet, "/v2/images/"+ubuntu, own, 404, 3*time.Hour+30*time.Minute)
	})
}

// A server with a socket cannot be used inside a bubble, and says so instead of hanging.
func TestSocketInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, err := fakeserver.Start()
		if err == nil {
			srv.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "fakeserver.InMemory()") {
			t.Errorf("the error is %v", err)
		}
	})
	fakeserver.Run(t, quiet) // outside it can
}

// Clients with a transport of their own reach the server by Dial.
func TestDial(t *testing.T) {
	t.Parallel()
	for world, in := range worlds {
		t.Run(world, func(t *testing.T) {
			t.Parallel()
			in(t, func(t *testing.T, opts ...fakeserver.Option) {
				srv := fakeserver.Run(t, append(opts, quiet)...)
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/_fake/health", nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := srv.Transport().RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("it is answered %s", resp.Status)
				}
				srv.Close()
				if conn, err := srv.Dial(t.Context(), "tcp", "images.example:443"); err == nil {
					_ = conn.Close()
					t.Error("a server that is closed is reached")
				}
			})
		})
	}
	srv, err := fakeserver.New()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Dial(t.Context(), "tcp", "any"); err == nil || !strings.Contains(err.Error(), "does not listen") {
		t.Errorf("a server that does not listen: %v", err)
	}
}

// After Close nothing of the server is left in the bubble, although its clients keep
// their connections.
func TestCloseInMemory(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]scenarios.Injection{
		"answered": {Status: 503}, "truncated": {Status: 503, Drop: scenarios.Truncate}, "hanging": {Drop: scenarios.Hang}, "late": {Delay: scenarios.Delay{Min: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := fakeserver.Run(t, fakeserver.InMemory(), quiet, fakeserver.WithFaults(scenarios.Fault{Inject: inject}))
				conn, err := srv.Dial(t.Context(), "tcp", "any")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(conn, "GET /v2/images HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: t\r\n\r\n"); err != nil {
					t.Fatal(err)
				}
				synctest.Wait() // the client does nothing more
				srv.Close()
			})
		})
	}
}

// A server in memory is for clients in its own bubble.
func TestOtherBubble(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.InMemory(), quiet) // in none
	synctest.Test(t, func(t *testing.T) {
		conn, err := srv.Dial(t.Context(), "tcp", "any")
		if err == nil {
			_ = conn.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "start it where its clients run") {
			t.Errorf("the error is %v", err)
		}
	})
	conn, err := srv.Dial(t.Context(), "tcp", "any")
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

// A policy that tries again for 20 minutes is tested in milliseconds.
func TestTwentyMinutesOfRetries(t *testing.T) {
	t.Parallel()
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), quiet, fakeserver.WithScenario("one-image"))
		srv.Fail(t, scenarios.DeleteImage, 503, 20)
		start := time.Now()
		for {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, srv.URL+"/v2/images/"+ubuntu, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Auth-Token", srv.Token())
			resp, err := srv.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusServiceUnavailable {
				break
			}
			time.Sleep(time.Minute)
		}
		if took := time.Since(start); took != 20*time.Minute {
			t.Errorf("it took %s", took)
		}
		srv.CheckDeleted(t, ubuntu)
	})
	t.Logf("in real time: %s", time.Since(began))
}

// A client that does not go through the server is refused, and nothing hangs.
func TestStrangerInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), quiet)
		if _, _, err := request(t.Context(), srv, http.MethodGet, "/v2/images"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("it gets %v", err)
		}
	})
}

package fakeserver_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Clients that give up while their uploads are held back leave no connection behind,
// although no operation has read what they sent.
func TestGivingUpFreesTheConnection(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]scenarios.Injection{
		"hang":  {Drop: scenarios.Hang},
		"delay": {Delay: scenarios.Delay{Min: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const clients = 200
			srv, err := fakeserver.New(quiet, fakeserver.WithFaults(scenarios.Fault{
				Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.UploadImage}}, Inject: inject,
			}))
			if err != nil {
				t.Fatal(err)
			}
			web := httptest.NewUnstartedServer(srv)
			conns := &countedListener{Listener: web.Listener, closed: make(chan struct{}, 2*clients)}
			web.Listener = conns
			web.Start()
			t.Cleanup(func() { srv.Close(); web.Close() })

			ctx, giveUp := context.WithCancel(t.Context())
			var all sync.WaitGroup
			for range clients {
				all.Go(func() {
					req, err := http.NewRequestWithContext(ctx, http.MethodPut, web.URL+"/v2/images/"+ubuntu+"/file", strings.NewReader(strings.Repeat("x", 100_000)))
					if err != nil {
						t.Error(err)
						return
					}
					req.Header.Set("X-Auth-Token", "t")
					req.Header.Set("Content-Type", "application/octet-stream")
					if resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
						_ = resp.Body.Close()
						t.Error("a held upload was answered")
					}
				})
			}
			await(t, srv, "all uploads", func(got []fakeserver.Request) bool { return len(got) == clients })
			giveUp()
			all.Wait()
			late := time.After(10 * time.Second)
			for conns.open.Load() > 0 {
				select {
				case <-conns.closed:
				case <-late:
					t.Fatalf("%d connections are open", conns.open.Load())
				}
			}
		})
	}
}

// A countedListener counts the connections that are open, and tells when one is closed.
type countedListener struct {
	net.Listener
	open   atomic.Int64
	closed chan struct{}
}

func (l *countedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &countedConn{Conn: conn, listener: l}, nil
}

type countedConn struct {
	net.Conn
	listener *countedListener
	once     sync.Once
}

func (c *countedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.listener.open.Add(-1)
		c.listener.closed <- struct{}{}
	})
	return err
}

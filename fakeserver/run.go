package fakeserver

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
)

// TB is the part of testing.TB that Run and the checks need; Ginkgo's T has it too.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run starts a server on loopback, or with [InMemory] in memory, that stops with the test. An error in its
// options fails the test at once. Requests are logged with t.Logf, unless WithLog
// says otherwise.
func Run(t TB, opts ...Option) *Server {
	toTest := func(c *config) {
		c.log, c.changes = logToTest(t), logChangesToTest(t)
		c.warn = append(c.warn, func(err error) { t.Errorf("fakeserver: %v", err) })
		c.fail = func(text string) { t.Errorf("fakeserver: %s", text) }
	}
	s, err := Start(append([]Option{toTest}, opts...)...)
	if err != nil {
		t.Helper()
		t.Fatalf("fakeserver.Run: %v", err)
		return nil
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server on loopback that runs until Close: for TestMain, and
// wherever else there is no test to end it. The error says what is wrong with
// its options.
func Start(opts ...Option) (*Server, error) {
	s, err := New(opts...)
	if err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, err
	}
	return s, nil
}

// listen serves with plain TCP, or in memory. HTTP/2 is for sockets with TLS: to prepare
// that, Multipath TCP and keep-alive probes takes a tenth of a short test; and before Go
// 1.26, net/http shares channels between bubbles that serve HTTP/2.
func (s *Server) listen() error {
	listener, err := s.newListener()
	if err != nil {
		return err
	}
	s.http = &httptest.Server{Listener: listener, Config: &http.Server{Handler: s}}
	http2 := s.certificate != nil && s.memory == nil
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	if !http2 {
		s.http.Config.Protocols = http1
	}
	if s.certificate != nil {
		s.http.TLS, s.http.EnableHTTP2 = s.TLSConfig(), http2
		if !http2 {
			s.http.TLS.NextProtos = []string{"http/1.1"}
		}
		s.http.StartTLS()
	} else {
		s.http.Start()
	}
	s.URL = s.http.URL
	if s.memory != nil {
		scheme, _, _ := strings.Cut(s.URL, "://")
		s.URL = scheme + "://" + memoryHost
	}
	if transport, ok := s.http.Client().Transport.(*http.Transport); ok {
		transport.DialContext = s.Dial
		if !http2 {
			transport.Protocols = http1
		}
	}
	return nil
}

// memoryHost is the host in the URL of a server that is only in memory. Nobody can listen
// there, so a client that looks for it outside is refused at once: a name would be looked
// up, which a bubble does not survive.
const memoryHost = "127.0.0.1:0"

// newListener listens on loopback, or in memory.
func (s *Server) newListener() (net.Listener, error) {
	bubble := bubbleOf()
	if s.memory != nil {
		s.bubble = bubble
		return s.memory, nil
	}
	if bubble != "" {
		return nil, errors.New("the server would listen on a socket inside a testing/synctest bubble, where time stands still while anything waits for a socket: start it with fakeserver.InMemory()")
	}
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil { // a machine may have no IPv4
		listener, err = config.Listen(context.Background(), "tcp", "[::1]:0")
	}
	return listener, err
}

// bubbleOf names the bubble of testing/synctest in which the caller runs; empty: in none.
// Only the header of a goroutine's stack says so.
func bubbleOf() string {
	var stack [256]byte
	header, _, _ := strings.Cut(string(stack[:runtime.Stack(stack[:], false)]), "\n")
	_, name, _ := strings.Cut(header, "synctest bubble ")
	name, _, _ = strings.Cut(strings.TrimRight(name, ":"), "]")
	return name
}

// Dial connects to the server, whatever the address: it is a DialContext for clients
// with a transport of their own. The error is that the server does not listen itself,
// or no longer, or the context's.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	switch {
	case s.memory != nil && s.bubble != bubbleOf():
		return nil, errors.New("fakeserver: the server in memory was started in another testing/synctest bubble, or outside this one: start it where its clients run")
	case s.memory != nil:
		return s.memory.Dial(ctx)
	case s.http != nil:
		addr := s.http.Listener.Addr()
		return new(net.Dialer).DialContext(ctx, addr.Network(), addr.String())
	}
	return nil, errNotListening
}

// Transport is that of Client, for clients that put another one around it.
func (s *Server) Transport() http.RoundTripper {
	if t := s.Client().Transport; t != nil {
		return t
	}
	return http.DefaultTransport
}

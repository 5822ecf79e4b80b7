package fakeserver

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
)

// TB is the part of testing.TB that Run and the checks need; Ginkgo's T has it too.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run starts a server on loopback that stops with the test. An error in its
// options fails the test at once. Requests are logged with t.Logf, unless WithLog
// says otherwise.
func Run(t TB, opts ...Option) *Server {
	toTest := func(c *config) { c.log, c.changes = logToTest(t), logChangesToTest(t) }
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

// listen serves on loopback, with plain TCP and, without TLS, HTTP/1.1: to prepare
// Multipath TCP, keep-alive probes and HTTP/2 takes a tenth of a short test, which has
// no use for them.
func (s *Server) listen() error {
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil { // a machine may have no IPv4
		if listener, err = config.Listen(context.Background(), "tcp", "[::1]:0"); err != nil {
			return err
		}
	}
	if s.certificate != nil {
		s.http = &httptest.Server{Listener: listener, Config: &http.Server{Handler: s}, TLS: s.TLSConfig(), EnableHTTP2: true}
		s.http.StartTLS()
		s.URL = s.http.URL
		return nil
	}
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	s.http = &httptest.Server{Listener: listener, Config: &http.Server{Handler: s, Protocols: http1}}
	s.http.Start()
	if transport, ok := s.http.Client().Transport.(*http.Transport); ok {
		transport.Protocols = http1
	}
	s.URL = s.http.URL
	return nil
}

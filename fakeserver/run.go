package fakeserver

import (
	"net/http"
	"net/http/httptest"

	"github.com/fakeglance/fakeglance/fakeserver/internal/loopback"
)

// TB is the part of testing.TB that Run and the checks need; Ginkgo's T has it too.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run starts a server on loopback that stops with the test. What is wrong with
// its scenario fails the test at once. Requests are logged with t.Logf, unless
// WithLog says otherwise.
func Run(t TB, opts ...Option) *Server {
	toTest := func(c *config) { c.log = logToTest(t) }
	s, err := New(append([]Option{toTest}, opts...)...)
	if err != nil {
		t.Helper()
		t.Fatalf("fakeserver.Run: %v", err)
		return nil
	}
	if err := s.listen(); err != nil {
		t.Helper()
		t.Fatalf("fakeserver.Run: %v", err)
		return nil
	}
	t.Cleanup(s.Close)
	return s
}

// listen starts to answer on loopback, in HTTP/1.1: to be ready for HTTP/2 takes
// a good part of a short test.
func (s *Server) listen() error {
	listener, err := loopback.Listen()
	if err != nil {
		return err
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

package fakeserver

import (
	"log/slog"
	"net/http/httptest"
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

// Run starts a server on loopback that stops with the test. What is wrong with
// its scenario fails the test at once. Requests are logged with t.Logf, unless
// WithLog says otherwise.
func Run(t TB, opts ...Option) *Server {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	s, err := New(append([]Option{WithLog(logger)}, opts...)...)
	if err != nil {
		t.Fatalf("fakeserver.Run: %v", err)
		return nil
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	t.Cleanup(s.Close)
	return s
}

// testWriter writes a log into a test's.
type testWriter struct{ t TB }

func (w testWriter) Write(line []byte) (int, error) {
	w.t.Logf("%s", strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

// withoutTime leaves out what a test's log does not need.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return slog.Attr{}
	}
	return a
}

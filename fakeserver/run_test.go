package fakeserver_test

import (
	"net"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A server of Run stops with its test.
func TestRunStopsWithTheTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("its test", func(t *testing.T) { url = fakeserver.Run(t).URL })
	if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		conn.Close()
		t.Errorf("the server at %s still listens after its test", url)
	}
}

// A server of Start runs until Close, and says what is wrong at once.
func TestStart(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.Start(fakeserver.WithScenario("one-image"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Get(srv.URL + "/healthcheck")
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("/healthcheck: %v, %v", resp, err)
	}
	resp.Body.Close()
	srv.Close()
	if conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://")); err == nil {
		conn.Close()
		t.Error("the server still listens after Close")
	}
	if _, err := fakeserver.Start(fakeserver.WithScenario("one-imag")); err == nil || !strings.Contains(err.Error(), `did you mean "one-image"?`) {
		t.Errorf("Start of an unknown scenario returned %v", err)
	}
}

// A fault of Fail ends with the test that it was given.
func TestFailEndsWithTheTest(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	t.Run("a test", func(t *testing.T) {
		srv.Fail(t, "get_images", 503, 0)
		if n := len(srv.Faults()); n != 1 {
			t.Errorf("there are %d faults, want 1", n)
		}
	})
	if faults := srv.Faults(); len(faults) > 0 {
		t.Errorf("after the test there are still %v", faults)
	}
	rec := &failing{TB: t}
	srv.Fail(rec, "get_imges", 503, 0)
	if len(rec.fatal) != 1 || !strings.Contains(rec.fatal[0], `did you mean "get_images"?`) {
		t.Errorf("an unknown operation is told as %q", rec.fatal)
	}
}

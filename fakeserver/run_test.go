package fakeserver_test

import (
	"net"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A server that Run started stops when its test ends.
func TestRunStopsWithTheTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("its test", func(t *testing.T) { url = fakeserver.Run(t).URL })
	if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		conn.Close()
		t.Errorf("the server at %s is still listening after its test", url)
	}
}

// A server that Start started runs until Close. Start returns what is wrong with its
// options.
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
		t.Error("the server is still listening after Close")
	}
	if _, err := fakeserver.Start(fakeserver.WithScenario("one-imag")); err == nil || !strings.Contains(err.Error(), `did you mean "one-image"?`) {
		t.Errorf("Start of an unknown scenario returned %v", err)
	}
}

// A fault that Fail injects is removed when the test given to Fail ends.
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
	rec := &recorder{TB: t}
	srv.Fail(rec, "get_imges", 503, 0)
	if len(rec.fatal) != 1 || !strings.Contains(rec.fatal[0], `did you mean "get_images"?`) {
		t.Errorf("the messages for an unknown operation are %q", rec.fatal)
	}
}

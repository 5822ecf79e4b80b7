package fakeserver_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A server closes at once while an image is uploaded, whether its client sends data
// or has stopped to.
func TestCloseDuringUpload(t *testing.T) {
	// Not parallel: it measures time.
	const most = 50 * time.Millisecond
	for name, sends := range map[string]bool{"sending": true, "stopped": false} {
		least := time.Hour // of several: the machine may be busy with something else
		for range 5 {
			srv, err := fakeserver.Start(quiet, queued(1))
			if err != nil {
				t.Fatal(err)
			}
			for _, img := range srv.Images() {
				conn := dial(t, srv)
				if _, err := fmt.Fprintf(conn, "PUT /v2/images/%s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000000\r\n\r\nsome", img.ID); err != nil {
					t.Fatal(err)
				}
				if sends {
					go flood(conn)
				}
			}
			until(t, func() bool {
				for _, img := range srv.Images() {
					if img.Status != scenarios.Saving {
						return false
					}
				}
				return true
			})
			begin := time.Now()
			srv.Close()
			least = min(least, time.Since(begin))
		}
		t.Logf("%s: Close takes %s", name, least)
		if least > most {
			t.Errorf("%s: Close takes %s, want at most %s", name, least, most)
		}
	}
}

// flood sends data until the connection is closed.
func flood(conn net.Conn) {
	data := make([]byte, 64<<10)
	for {
		if _, err := conn.Write(data); err != nil {
			return
		}
	}
}

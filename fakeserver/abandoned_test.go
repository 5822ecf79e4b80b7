package fakeserver_test

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A client that gives up on a call that is held back is noticed, however much of
// its body it has sent, and whatever the call would end with.
func TestAbandonedUploads(t *testing.T) {
	t.Parallel()
	const clients = 200
	for name, inject := range map[string]string{
		"hang": "drop: hang", "delay": "delay: 1h", "late close": "delay: 1h, drop: close", "late reset": "delay: 1h, drop: reset",
		"late error": "delay: 1h, status: 503", "held": "hold: {before: work, within: 1h}", "held error": "hold: {within: 1h}, status: 503",
	} {
		for sends, upload := range map[string]struct{ head, body string }{
			"all":                      {"Content-Length: 4\r\n", "some"},
			"a part":                   {"Content-Length: 1000\r\n", "some"},
			"nothing":                  {"Content-Length: 1000\r\n", ""},
			"nothing, not yet allowed": {"Content-Length: 1000\r\nExpect: 100-continue\r\n", ""},
			"a part of chunks":         {"Transfer-Encoding: chunked\r\n", "4\r\nsome\r\n"},
			"a part, for too long":     {"Content-Length: 1000\r\nX-Patience: none\r\n", "some"},
		} {
			t.Run(name+"/"+sends, func(t *testing.T) {
				t.Parallel()
				opts := []fakeserver.Option{
					fakeserver.WithYAML("images: [{id: " + ubuntu + ", status: queued, disk_format: raw, container_format: bare}]\n" +
						"faults: [{match: {operation: upload_image}, inject: {" + inject + "}}]"),
					fakeserver.WithLog(nil),
				}
				if strings.Contains(upload.head, "Patience") {
					opts = append(opts, fakeserver.WithBodyTimeout(time.Millisecond))
				}
				srv := fakeserver.Run(t, opts...)
				var conns []io.Closer
				for range clients {
					conn := dial(t, srv)
					conns = append(conns, conn)
					if _, err := fmt.Fprintf(conn, "PUT /v2/images/%s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\n%s\r\n%s", ubuntu, upload.head, upload.body); err != nil {
						t.Fatal(err)
					}
				}
				held := sends == "all" || strings.Contains(upload.head, "Patience")
				await(t, srv, "the uploads", func(all []fakeserver.Request) bool {
					for _, r := range all {
						if held && r.Injected == "" {
							return false
						}
					}
					return len(all) == clients
				})
				begin := time.Now()
				for _, c := range conns {
					c.Close()
				}
				await(t, srv, "the end of the uploads", func(all []fakeserver.Request) bool {
					for _, r := range all {
						if r.End == fakeserver.Pending {
							return false
						}
					}
					return true
				})
				left := -1
				for ctx := deadline(t); left != 0 && ctx.Err() == nil; {
					left = sockets(t, srv)
				}
				if took := time.Since(begin); left != 0 || took > 2*time.Second {
					t.Errorf("after %s there are %d sockets, want 0 after 2s", took, left)
				}
			})
		}
	}
}

// sockets is how many sockets a server has for its clients.
func sockets(t *testing.T, srv *fakeserver.Server) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	var port int
	if _, err := fmt.Sscan(u.Port(), &port); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Skip(err)
	}
	n := 0
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) > 9 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) && f[3] != "0A" && f[3] != "06" && f[9] != "0" {
			n++ // neither listening nor in TIME_WAIT, and of a process
		}
	}
	return n
}

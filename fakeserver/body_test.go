package fakeserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// The body of an operation that does not stream it may have up to one mebibyte.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	for size, want := range map[int]int{1 << 20: http.StatusCreated, 1<<20 + 1: http.StatusRequestEntityTooLarge} {
		body := `{"name": "a"` + strings.Repeat(" ", size-len(`{"name": "a"}`)) + "}"
		rec := call(srv, http.MethodPost, "/v2/images", strings.NewReader(body))
		if rec.Code != want {
			t.Errorf("the answer to a body of %d bytes is %d, want %d", size, rec.Code, want)
		}
	}
}

// A client that sends its whole body before it reads must get the 413: the
// server reads the rest instead of breaking the connection.
func TestTooLargeBodyIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	conn := dial(t, srv)
	const size = 64 << 20 // more than all the buffers on the way together
	if _, err := fmt.Fprintf(conn, "POST /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Length: %d\r\n\r\n", size); err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(conn, zeros{}, size); err != nil {
		t.Fatalf("the connection broke after %d bytes: %v", n, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("the answer is %d, want 413", resp.StatusCode)
	}
}

// A truncated answer announces the length of its whole body and sends half of it.
func TestTruncateSendsHalf(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("images: [{id: "+ubuntu+"}]\nfaults: [{inject: {drop: truncate}}]"))
	conn := dial(t, srv)
	if _, err := fmt.Fprintf(conn, "GET /v2/images/%s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\n\r\n", ubuntu); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(text), "\r\n\r\n")
	_, after, _ := strings.Cut(head, "Content-Length: ")
	digits, _, _ := strings.Cut(after, "\r\n")
	announced, err := strconv.Atoi(digits)
	if err != nil || announced < 100 || len(body) != announced/2 {
		t.Errorf("%d bytes were announced (%v) and %d sent, want half of them", announced, err, len(body))
	}
}

// dial opens a new connection to a server, with a deadline.
func dial(t *testing.T, srv *fakeserver.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A client that sends its whole body before it reads gets every other early
// answer too: without a token, without such an image, and from a fault.
func TestEarlyAnswersReachTheClient(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("images: [{id: "+ubuntu+", status: queued}]\nfaults: [{match: {image: "+alpha+"}, inject: {status: 503}}]"))
	for _, test := range []struct {
		image, token string
		want         int
	}{
		{ubuntu, "", http.StatusUnauthorized},
		{never, "t", http.StatusNotFound},
		{alpha, "t", http.StatusServiceUnavailable},
	} {
		conn := dial(t, srv)
		const size = 32 << 20
		if _, err := fmt.Fprintf(conn, "PUT /v2/images/%s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", test.image, test.token, size); err != nil {
			t.Fatal(err)
		}
		if n, err := io.CopyN(conn, zeros{}, size); err != nil {
			t.Errorf("want %d: the connection broke after %d bytes: %v", test.want, n, err)
			continue
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("want %d: %v", test.want, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != test.want {
			t.Errorf("the answer is %d, want %d", resp.StatusCode, test.want)
		}
	}
}

// An announced body that does not come is visible as pending, and is given up
// after a while, whether the operation reads it itself or not. A client that is
// only slow is served.
func TestBodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	const image = "images: [{id: " + ubuntu + ", status: queued, disk_format: raw, container_format: bare}]"
	for name, head := range map[string]string{
		"a list":    "GET /v2/images HTTP/1.1\r\nHost: x\r\n",
		"an upload": "PUT /v2/images/" + ubuntu + "/file HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ask := func(srv *fakeserver.Server) net.Conn {
				conn := dial(t, srv)
				if _, err := io.WriteString(conn, head+"X-Auth-Token: t\r\nContent-Length: 1000\r\n\r\nsome"); err != nil {
					t.Fatal(err)
				}
				return conn
			}
			pending := fakeserver.Run(t, fakeserver.WithYAML(image))
			ask(pending)
			if got := await(t, pending, "the request", func(all []fakeserver.Request) bool { return len(all) == 1 })[0]; got.End != fakeserver.Pending {
				t.Errorf("while the body does not come, the journal has %+v", got)
			}

			k := &logRecorder{TB: t}
			srv := fakeserver.Run(k, fakeserver.WithYAML(image), fakeserver.WithBodyTimeout(50*time.Millisecond))
			resp, err := http.ReadResponse(bufio.NewReader(ask(srv)), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "nothing more of it came for 50ms, after 4 bytes") || !resp.Close {
				t.Errorf("the answer is %d %s, %v, close: %t", resp.StatusCode, text, err, resp.Close)
			}
			if got := srv.Requests()[0]; got.End != fakeserver.Answered || got.Status != http.StatusBadRequest || got.BodySize != 4 {
				t.Errorf("the journal has %+v", got)
			}
			if !strings.Contains(k.log, " 400") {
				t.Errorf("the log has no 400: %q", k.log)
			}
		})
	}
}

// The time-out is for the body: a late answer may take longer, and so may the
// next request on the connection.
func TestBodyTimeoutEndsWithTheBody(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithBodyTimeout(time.Nanosecond), fakeserver.WithYAML("faults: [{times: 1, inject: {delay: 50ms}}]"))
	for range 2 {
		req, err := http.NewRequestWithContext(deadline(t), http.MethodGet, srv.URL+"/v2/images", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", "t")
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("the answer is %d", resp.StatusCode)
		}
	}
}

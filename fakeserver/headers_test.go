package fakeserver_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A fault can give an answer headers that contradict it. A client sees what it
// would see of a broken proxy; want is what Go's client makes of it.
func TestHeadersThatContradictTheAnswer(t *testing.T) {
	t.Parallel()
	const size = "2048"
	for _, test := range []struct {
		name, headers string
		path          string // of the request; empty: the data of alpha
		sent          []string
		unsent        []string
		want          string // the error; empty: none
		read          int    // bytes of the body that the client reads
	}{
		{name: "too small", headers: "{Content-Length: 100}", sent: []string{"Content-Length: 100"}, read: 100},
		{name: "too large", headers: "{Content-Length: 3000}", sent: []string{"Content-Length: 3000"}, want: "unexpected EOF", read: 2048},
		{name: "none", headers: `{Content-Length: ""}`, sent: []string{"Connection: close"}, unsent: []string{"Content-Length", "Transfer-Encoding"}, read: 2048},
		{name: "not a number", headers: "{Content-Length: many}", sent: []string{"Content-Length: many"}, want: "bad Content-Length"},
		{name: "negative", headers: "{Content-Length: -1}", sent: []string{"Content-Length: -1"}, want: "bad Content-Length"},
		{name: "two lengths", headers: "{Content-Length: [2048, 100]}", sent: []string{"Content-Length: 2048", "Content-Length: 100"}, want: "multiple Content-Length"},
		{name: "the true length", headers: "{Content-Length: " + size + "}", sent: []string{"Content-Length: " + size}, unsent: []string{"Connection: close"}, read: 2048},
		{name: "chunked", headers: `{Transfer-Encoding: chunked, Content-Length: ""}`, sent: []string{"Transfer-Encoding: chunked"}, unsent: []string{"Content-Length"}, read: 2048},
		{name: "chunked with a length", headers: "{Transfer-Encoding: chunked}", sent: []string{"Transfer-Encoding: chunked", "Content-Length: " + size}, read: 2048},
		{name: "an unknown encoding", headers: "{Transfer-Encoding: gzip}", sent: []string{"Transfer-Encoding: gzip"}, want: "unsupported transfer encoding"},
		{name: "connection", headers: "{Connection: [keep-alive, X-Other]}", sent: []string{"Connection: keep-alive", "Connection: X-Other"}, unsent: []string{"Connection: close"}, read: 2048},
		{name: "close", headers: "{Connection: close}", sent: []string{"Connection: close"}, read: 2048},
		{name: "a length of a 204", headers: "{Content-Length: 7}", path: "DELETE /v2/images/" + alpha, sent: []string{"HTTP/1.1 204 No Content", "Content-Length: 7"}},
		{name: "no length of a 204", headers: `{Content-Length: ""}`, path: "DELETE /v2/images/" + alpha, unsent: []string{"Content-Length", "content-length"}},
		{name: "twice", headers: "{Set-Cookie: [a=1, b=2]}", sent: []string{"Set-Cookie: a=1", "Set-Cookie: b=2"}, read: 2048},
		{name: "own names", headers: `{X-Openstack-Request-Id: req-mine, Date: "yesterday", Content-Type: [a/b, c/d]}`, sent: []string{"X-Openstack-Request-Id: req-mine", "X-Request-Id: req-mine", "Date: yesterday", "Content-Type: a/b", "Content-Type: c/d"}, read: 2048},
		{name: "none of them", headers: `{X-Openstack-Request-Id: "", Date: "", Content-Type: ""}`, unsent: []string{"X-Openstack-Request-Id", "X-Request-Id", "Date", "Content-Type"}, read: 2048},
		{name: "one request id", headers: `{X-Request-Id: ""}`, unsent: []string{"X-Request-Id"}, read: 2048},
		{name: "none of them, raw", headers: `{X-Openstack-Request-Id: "", Date: "", Content-Type: "", Content-Length: 5}`, unsent: []string{"X-Openstack-Request-Id", "Date", "Content-Type"}, read: 5},
		{name: "HEAD", headers: "{Content-Length: 5000}", path: "HEAD /identity/v3", sent: []string{"Content-Length: 5000"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithYAML(`
images: [{id: `+alpha+`, data: {bytes: `+size+`}}]
faults: [{name: f, inject: {headers: `+test.headers+`}}]`))
			method, path, ok := strings.Cut(test.path, " ")
			if !ok {
				method, path = http.MethodGet, "/v2/images/"+alpha+"/file"
			}
			head, read, err := exchange(t, srv, method, path)
			if got := clientSays(err); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("the client says %q, want %q", got, test.want)
			}
			if read != test.read {
				t.Errorf("the client read %d bytes, want %d", read, test.read)
			}
			for _, line := range test.sent {
				if !strings.Contains(head, line+"\r\n") {
					t.Errorf("%q was not sent:\n%s", line, head)
				}
			}
			for _, name := range test.unsent {
				if strings.Contains(head, "\r\n"+name) {
					t.Errorf("%q was sent:\n%s", name, head)
				}
			}
			if r := srv.Requests()[0]; r.Injected == "" || strings.Contains(head, "req-mine") != (r.RequestID == "req-mine") {
				t.Errorf("the journal has injected %q, request id %q", r.Injected, r.RequestID)
			}
			for key, values := range srv.Requests()[0].AnswerHeader {
				for _, v := range values {
					if !strings.Contains(strings.ToLower(head), strings.ToLower(key+": "+v+"\r\n")) {
						t.Errorf("the journal has %s: %s, which was not sent:\n%s", key, v, head)
					}
				}
			}
		})
	}
}

// The vendors' dialects send the request id under two names, with errors too.
func TestXRequestID(t *testing.T) {
	t.Parallel()
	for dialect, both := range map[scenarios.Dialect]bool{scenarios.Native: true, scenarios.IMS: true, scenarios.Glance: false} {
		srv := fakeserver.Run(t, fakeserver.WithDialect(dialect), fakeserver.WithImages(scenarios.Image{ID: alpha}))
		for _, path := range []string{"/v2/images/" + alpha, "/v2/images/" + strings.Repeat("0", 8) + alpha[8:]} {
			head, _, err := exchange(t, srv, http.MethodGet, path)
			if err != nil {
				t.Fatal(err)
			}
			id := srv.Requests()[len(srv.Requests())-1].RequestID
			if got := strings.Contains(head, "\r\nX-Request-Id: "+id+"\r\n"); id == "" || got != both {
				t.Errorf("%s: X-Request-Id with the request id %q: %t, want %t:\n%s", dialect, id, got, both, head)
			}
		}
	}
}

// Who does not send the service's request id sends it under no other name either,
// though a fault may say that an id is sent under one.
func TestInjectedRequestIDHasOneName(t *testing.T) {
	t.Parallel()
	for _, hop := range []scenarios.Hop{scenarios.LB, scenarios.Gateway} {
		srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Status: 503, Hop: hop, Headers: map[string]string{"X-Openstack-Request-Id": "mine"}}}))
		head, _, err := exchange(t, srv, http.MethodGet, "/v2/images")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(head, "\r\nX-Openstack-Request-Id: mine\r\n") || strings.Contains(head, "X-Request-Id: mine") || srv.Requests()[0].RequestID != "mine" {
			t.Errorf("%s: the journal has %q, and sent was\n%s", hop, srv.Requests()[0].RequestID, head)
		}
	}
}

func clientSays(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// exchange sends a request. It returns the header of the answer as it was sent, how
// much of the body the client read, and the client's error.
func exchange(t *testing.T, srv *fakeserver.Server, method, path string) (head string, read int, err error) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, srv.URL+path, nil)
	r.Header.Set("X-Auth-Token", srv.Token())
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	var sent bytes.Buffer
	resp, err := http.ReadResponse(bufio.NewReader(io.TeeReader(conn, &sent)), r)
	if err == nil {
		var n int64
		n, err = io.Copy(io.Discard, resp.Body)
		read = int(n)
	}
	head, _, _ = strings.Cut(sent.String(), "\r\n\r\n")
	return head + "\r\n", read, err
}

// Half of a body in chunks is in chunks, too, without the last one.
func TestTruncatedChunks(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(`
images: [{id: `+alpha+`, data: {bytes: 2048}}]
faults: [{inject: {headers: {Transfer-Encoding: chunked, Content-Length: ""}, drop: truncate}}]`))
	head, read, err := exchange(t, srv, http.MethodGet, "/v2/images/"+alpha+"/file")
	if got := clientSays(err); got != "unexpected EOF" || read != 1024 || !strings.Contains(head, "\r\nTransfer-Encoding: chunked\r\n") {
		t.Errorf("the client says %q, and read %d bytes and\n%s", got, read, head)
	}
}

// Half of an answer to HEAD is half of its header.
func TestTruncatedHead(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("faults: [{inject: {headers: {X-Last: '"+strings.Repeat("x", 500)+"'}, drop: truncate}}]"))
	head, read, err := exchange(t, srv, http.MethodHead, "/identity/v3")
	if err == nil || read != 0 || !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") || strings.Contains(head, strings.Repeat("x", 500)) {
		t.Errorf("the client says %v, and read %d bytes and\n%s", err, read, head)
	}
}

// Served without a connection of its own, an answer has the headers all the same.
func TestHeadersWithoutConnection(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(fakeserver.WithYAML(`images: [{id: `+alpha+`}]`), fakeserver.WithFaults(scenarios.Fault{
		Inject: scenarios.Injection{Headers: map[string]string{"Content-Length": "5", "Set-Cookie": "a=1\nb=2"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	rec := serve(srv, http.MethodGet, "/v2/images/"+alpha)
	if got := rec.Header(); got.Get("Content-Length") != "5" || len(got["Set-Cookie"]) != 2 {
		t.Errorf("the headers are %v", got)
	}
}

// HTTP/2 cannot send all headers. A fault with nothing but these is not injected; one
// that HTTP/2 can send is, even if it contradicts the answer.
func TestHeadersUnderHTTP2(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		headers string
		miss    string // why it is not injected; empty: it is
		err     string // what the client says; empty: nothing
	}{
		{"{Content-Length: 100}", "", "more than declared Content-Length"},
		{"{Content-Length: 3000}", "", "unexpected EOF"},
		{`{Content-Length: ""}`, "", ""},
		{"{Connection: close, X-A: b}", "", ""},
		{`{Connection: close, X-Openstack-Request-Id: ""}`, "", ""},
		{`{Connection: close, X-None: ""}`, "headers: HTTP/2 does not send this Connection", ""},
		{"{Connection: close}", "headers: HTTP/2 does not send this Connection", ""},
		{"{transfer-encoding: chunked}", "headers: HTTP/2 does not send this Transfer-Encoding", ""},
		{"{Content-Length: many}", "headers: HTTP/2 does not send this Content-Length", ""},
	} {
		t.Run(test.headers, func(t *testing.T) {
			t.Parallel()
			h := newHTTP2(t, fakeserver.WithYAML("images: [{id: "+alpha+", data: {bytes: 2048}}]\nfaults: [{name: f, inject: {headers: "+test.headers+"}}]"))
			_, _, err := h.ask(http.MethodGet, "/v2/images/"+alpha+"/file")
			if got := clientSays(err); (got == "") != (test.err == "") || !strings.Contains(got, test.err) {
				t.Errorf("the client says %q, want %q", got, test.err)
			}
			miss := ""
			for m := range h.fake.Requests()[0].Misses() {
				miss = m.Reason
			}
			if injected := h.fake.Faults()[0].Injected; miss != test.miss || (injected == 0) != (miss != "") {
				t.Errorf("injected %d times, the miss is %q, want %q", injected, miss, test.miss)
			}
		})
	}
}

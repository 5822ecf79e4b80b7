package fakeserver_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gorilla/handlers"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// The control API answers only to the server's own names, and to no other site's
// page; everything else of the server answers to everybody.
func TestControlGuard(t *testing.T) {
	t.Parallel()
	const sandbox = "/s/a/_fake/clock"
	for _, test := range []struct {
		name         string
		opts         []fakeserver.Option
		method, path string
		host         string // empty: the address
		header       string // NAME: VALUE, with | between them
		want         int
	}{
		{name: "address", want: 200},
		{name: "localhost", host: "localhost:9292", want: 200},
		{name: "LOCALHOST.", host: "LOCALHOST.", want: 200},
		{name: "IPv6", host: "[::1]:9292", want: 200},
		{name: "other name", host: "evil.example", want: 403},
		{name: "name like an address", host: "127.0.0.1.evil.example:80", want: 403},
		{name: "name like localhost", host: "localhost.evil.example", want: 403},
		{name: "other name, in a sandbox", path: sandbox, host: "evil.example", want: 403},
		{name: "other name, unknown call", path: "/_fake/nothing", host: "evil.example", want: 403},
		{name: "other name, sandbox by header", host: "evil.example", header: "X-Fakeglance-Sandbox: a", want: 403},
		{name: "other name, no control call", path: "/v2/images", host: "evil.example", header: "X-Auth-Token: t", want: 200},
		{name: "forwarded by a page", host: "evil.example", header: "X-Forwarded-Host: localhost", want: 403},
		{name: "forwarded by a proxy", header: "X-Forwarded-Host: evil.example", want: 403},
		{name: "forwarded", opts: []fakeserver.Option{fakeserver.WithControlHosts("own.example")}, header: "X-Forwarded-Host: own.example", want: 200},
		{name: "control host", opts: []fakeserver.Option{fakeserver.WithControlHosts("a", "own.example")}, host: "OWN.example:80", want: 200},
		{name: "every host", opts: []fakeserver.Option{fakeserver.WithControlHosts("*")}, host: "evil.example", want: 200},
		{name: "public URL", opts: []fakeserver.Option{fakeserver.WithPublicURL("https://own.example/fake")}, host: "own.example", want: 200},

		{name: "page of another site", method: "POST", header: "Sec-Fetch-Site: cross-site", want: 403},
		{name: "page of the same site", method: "POST", header: "Sec-Fetch-Site: same-site", want: 403},
		{name: "page of an older browser", method: "POST", header: "Origin: http://evil.example", want: 403},
		{name: "deletion by a page", method: "DELETE", path: "/_fake/requests", header: "Origin: http://evil.example", want: 403},
		{name: "page of a sandbox's other site", method: "POST", path: sandbox, header: "Origin: null", want: 403},
		{name: "own page", method: "POST", header: "Sec-Fetch-Site: same-origin", want: 200},
		{name: "read by another page", header: "Sec-Fetch-Site: cross-site", want: 200}, // the browser does not show it to the page
		{name: "own page behind a proxy", opts: []fakeserver.Option{fakeserver.WithPublicURL("https://own.example/fake")}, method: "POST", header: "Origin: https://own.example", want: 200},

		{name: "no token", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, want: 401},
		{name: "no token, in a sandbox", path: sandbox, opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, want: 401},
		{name: "wrong token", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, header: "Authorization: Bearer secre", want: 401},
		{name: "token", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, header: "Authorization: Bearer secret", want: 200},
		{name: "token as a password", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, header: "Authorization: Basic dTpzZWNyZXQ=", want: 200},
		{name: "token of a page of another site", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, method: "POST", header: "Authorization: Basic dTpzZWNyZXQ=|Sec-Fetch-Site: cross-site", want: 403},
		{name: "no token, no control call", path: "/v2/images", opts: []fakeserver.Option{fakeserver.WithControlToken("secret")}, header: "X-Auth-Token: t", want: 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv, err := fakeserver.New(test.opts...)
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			if _, err := srv.Sandbox("a"); err != nil {
				t.Fatal(err)
			}
			web := httptest.NewServer(srv.Behind(handlers.ProxyHeaders))
			defer web.Close()
			path, method, body := "/_fake/clock", http.MethodGet, ""
			if test.path != "" {
				path = test.path
			}
			if test.method != "" {
				method, body = test.method, "{advance: 1s}"
			}
			req, err := http.NewRequestWithContext(deadline(t), method, web.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = test.host
			for line := range strings.SplitSeq(test.header, "|") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					req.Header.Set(name, value)
				}
			}
			resp, err := web.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != test.want {
				t.Errorf("the answer is %d, want %d: %s", resp.StatusCode, test.want, text)
			}
			if got := resp.Header.Get("WWW-Authenticate"); (got != "") != (test.want == 401) {
				t.Errorf("WWW-Authenticate: %q", got)
			}
		})
	}
}

// Over a Unix socket, which no browser can reach, every name is right.
func TestControlGuardOfAUnixSocket(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix socket")
	}
	srv, err := fakeserver.New()
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	web := &httptest.Server{Listener: listener, Config: &http.Server{Handler: srv}}
	web.Start()
	defer web.Close()
	conn, err := new(net.Dialer).DialContext(deadline(t), "unix", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /_fake/clock HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(conn); !strings.HasPrefix(string(text), "HTTP/1.1 200") {
		t.Errorf("the answer is %s (%v)", text, err)
	}
}

package fakeserver_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// stranger returns a client that trusts a server by its CertificatePEM.
func stranger(t *testing.T, srv *fakeserver.Server) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(srv.CertificatePEM()) {
		t.Fatalf("the certificate is %q", srv.CertificatePEM())
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// A server with WithTLS is reached by its own client over HTTP/2, by one that trusts
// its certificate under the names of the loopback, and by no other. Its URLs are those
// of HTTPS.
func TestTLS(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithTLS("images.example"), fakeserver.WithScenario("one-image"))
	if !strings.HasPrefix(srv.URL, "https://127.0.0.1:") {
		t.Errorf("the URL is %s", srv.URL)
	}
	get := func(client *http.Client, url string) (proto, body string) {
		t.Helper()
		resp, err := client.Get(url)
		if err != nil {
			t.Error(err)
			return "", ""
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		return resp.Proto, string(text)
	}
	if proto, body := get(srv.Client(), srv.URL+"/versions"); proto != "HTTP/2.0" || !strings.Contains(body, srv.URL+"/v2/") {
		t.Errorf("the server's client got %s %s", proto, body)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(srv.URL, "https://"))
	if proto, body := get(stranger(t, srv), "https://localhost:"+port+"/versions"); proto != "HTTP/1.1" || !strings.Contains(body, "https://localhost:") {
		t.Errorf("a client that knows the certificate got %s %s", proto, body)
	}
	named := stranger(t, srv)
	named.Transport.(*http.Transport).TLSClientConfig.ServerName = "images.example"
	get(named, srv.URL+"/versions")
	if resp, err := new(http.Client).Get(srv.URL); err == nil {
		resp.Body.Close()
		t.Error("a client that knows no certificate got an answer")
	}
	box, err := srv.Sandbox("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, body := get(box.Client(), box.URL+"/versions"); !strings.Contains(body, box.URL+"/v2/") {
		t.Errorf("in a sandbox: %s", body)
	}
	if pem := fakeserver.Run(t).CertificatePEM(); pem != nil {
		t.Errorf("a server without TLS has the certificate %s", pem)
	}
	if _, err := srv.Sandbox("b", fakeserver.WithTLS()); err == nil || !strings.Contains(err.Error(), "WithTLS is for the whole server") {
		t.Errorf("WithTLS of a sandbox: %v", err)
	}
}

// Whoever listens for a server uses its TLSConfig.
func TestTLSOfAnotherListener(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(fakeserver.WithTLS())
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	web := httptest.NewUnstartedServer(srv)
	web.TLS = srv.TLSConfig()
	web.EnableHTTP2 = true
	web.StartTLS()
	defer web.Close()
	srv.URL = web.URL
	client := srv.Client()
	defer client.CloseIdleConnections()
	resp, err := client.Get(srv.URL + "/healthcheck")
	if err != nil || resp.Proto != "HTTP/2.0" {
		t.Fatalf("%v, %v", resp, err)
	}
	resp.Body.Close()
}

// A fault that drops a connection below TLS has the same kinds of ends as without TLS.
func TestDropsUnderTLS(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		drop scenarios.Drop
		is   func(error) bool
	}{
		{scenarios.Reset, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		{scenarios.Close, func(err error) bool { return errors.Is(err, io.EOF) }},
		{scenarios.Truncate, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		t.Run(string(test.drop), func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithTLS(), fakeserver.WithFaults(scenarios.Fault{
				Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}},
				Inject: scenarios.Injection{Drop: test.drop},
			}))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/v2/images", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Auth-Token", "t")
			resp, err := stranger(t, srv).Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if !test.is(err) {
				t.Errorf("the client sees %v", err)
			}
		})
	}
}

// An answer that is sent by hand is complete below TLS, too.
func TestRawAnswerUnderTLS(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithTLS(), fakeserver.WithFaults(scenarios.Fault{
		Inject: scenarios.Injection{Status: 503, Headers: map[string]string{"Content-Length": ""}},
	}))
	resp, err := stranger(t, srv).Get(srv.URL + "/v2/images")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || len(text) == 0 {
		t.Errorf("the body is %q, %v", text, err)
	}
}

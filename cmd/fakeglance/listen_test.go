package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// socketPath returns a path for a socket, which must be short.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// fetch gets a URL, and returns its status and header.
func fetch(t *testing.T, client *http.Client, url string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

// A socket is listened on, also in place of one that a killed server has left behind,
// but not of one that is in use; and its file is gone when the program ends.
func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	_ = left.Close()
	urlFile := filepath.Join(t.TempDir(), "url")
	srv := start(t, 1, "--listen", "unix:"+path, "--url-file", urlFile, "one-image")
	if srv.url != "unix:"+path || read(t, urlFile) != srv.url+"\n" {
		t.Errorf("the URL is %s, and in the file %s", srv.url, read(t, urlFile))
	}
	if want := "curl -i --unix-socket " + path + " -X DELETE -H 'X-Auth-Token: t' http://localhost/v2/images/"; !strings.HasPrefix(srv.lines[0], want) {
		t.Errorf("the call to try is %s", srv.lines[0])
	}
	client := reach{name: srv.url}.client()
	if resp := fetch(t, client, "http://localhost/healthcheck"); resp.StatusCode != http.StatusOK {
		t.Errorf("/healthcheck: %s", resp.Status)
	}
	if code, stdout, stderr := invoke(t, map[string]string{"FAKEGLANCE_LISTEN": srv.url}, "health"); code != exitOK || !strings.HasSuffix(stdout, " is ready on "+srv.url+"\n") {
		t.Errorf("health: exit %d, %q, %q", code, stdout, stderr)
	}
	if code, _, stderr := invoke(t, nil, "--listen", "unix:"+path); code != exitFailed || !strings.Contains(stderr, "another process does") {
		t.Errorf("a second server on the socket: exit %d, %q", code, stderr)
	}
	srv.stop()
	if code := <-srv.code; code != exitOK {
		t.Errorf("exit %d", code)
	}
	for _, gone := range []string{path, urlFile} {
		if _, err := os.Lstat(gone); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", gone, err)
		}
	}
}

// With --tls-self-signed the program prints what clients have to trust, and serves
// HTTP/2 to those who do. The file is gone when the program ends.
func TestTLSSelfSigned(t *testing.T) {
	t.Parallel()
	own := filepath.Join(t.TempDir(), "trust.pem")
	for _, args := range [][]string{nil, {"--tls-cert", own}, {"--tls-cert", own}} {
		srv := start(t, 2, append(args, "--tls-self-signed", "one-image")...)
		path, ok := strings.CutPrefix(srv.lines[0], "fakeglance: clients have to trust ")
		if !ok || args != nil && path != own {
			t.Fatalf("the program prints %q", srv.lines)
		}
		if want := "curl -i --cacert " + path + " -X DELETE -H 'X-Auth-Token: t' " + srv.url + "/v2/images/"; !strings.HasPrefix(srv.lines[1], want) {
			t.Errorf("the call to try is %s", srv.lines[1])
		}
		if resp := fetch(t, trusting(t, path), srv.url+"/healthcheck"); resp.Proto != "HTTP/2.0" || resp.StatusCode != http.StatusOK {
			t.Errorf("/healthcheck: %s %s", resp.Proto, resp.Status)
		}
		if code, _, stderr := invoke(t, nil, "health", srv.url+"/"); code != exitOK {
			t.Errorf("health: exit %d, %q", code, stderr)
		}
		if args != nil && !strings.Contains(read(t, own), "BEGIN CERTIFICATE") {
			t.Errorf("the certificate is %q", read(t, own))
		}
		if args != nil && !sameSubject([]byte(read(t, own)), []byte(read(t, path))) {
			t.Error("the certificate is not known as one of ours")
		}
		srv.stop()
		<-srv.code
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", path, err)
		}
	}
}

// A certificate that an earlier server has left behind is replaced.
func TestTLSCertificateLeftBehind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "trust.pem")
	first := start(t, 2, "--tls-self-signed", "--tls-cert", path, "one-image")
	left := read(t, path)
	first.stop()
	<-first.code
	write(t, path, left)
	second := start(t, 2, "--tls-self-signed", "--tls-cert", path, "one-image")
	if resp := fetch(t, trusting(t, path), second.url+"/healthcheck"); resp.StatusCode != http.StatusOK {
		t.Errorf("/healthcheck: %s", resp.Status)
	}
}

// trusting returns a client that trusts the certificate in a file.
func trusting(t *testing.T, path string) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(read(t, path))) {
		t.Fatalf("%s is no certificate", path)
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// Who listens on all addresses is told so.
func TestListensEverywhere(t *testing.T) {
	t.Parallel()
	srv := start(t, 2, "--listen", ":0", "one-image")
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`).MatchString(srv.url) || !strings.Contains(srv.lines[0], "it listens on all addresses") {
		t.Errorf("the program prints %s, %q", srv.url, srv.lines)
	}
	if loopback := start(t, 1, "one-image"); strings.Contains(loopback.lines[0], "all addresses") {
		t.Errorf("on loopback the program prints %q", loopback.lines)
	}
}

// The URL file replaces that of a killed server and an empty file, and the program
// does not remove what somebody else has written in its place.
func TestURLFile(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "http://127.0.0.1:1\n", "https://[::1]:1\n", "unix:/run/fake.sock\n"} {
		path := filepath.Join(t.TempDir(), "url")
		write(t, path, before)
		srv := start(t, 1, "--url-file", path, "one-image")
		if got := read(t, path); got != srv.url+"\n" {
			t.Errorf("the file has %q, want the URL %s", got, srv.url)
		}
		write(t, path, "mine\n")
		srv.stop()
		<-srv.code
		if got := read(t, path); got != "mine\n" {
			t.Errorf("somebody else's file has %q now", got)
		}
	}
	for _, others := range []string{"mine\n", "https://images.example/v2\n", "http://127.0.0.1:9292\nmore\n", "http://127.0.0.1:9292", "http://images.example:9292\n"} {
		if isReach([]byte(others)) {
			t.Errorf("%q is taken for the text of a URL file", others)
		}
	}
}

// The URL file of a server that is running stays, also if the second one cannot listen.
func TestURLFileOfAnother(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--control-token", "t"}, {"--tls-self-signed"}} {
		path := filepath.Join(t.TempDir(), "url")
		srv := start(t, 1, append(flags, "--url-file", path, "one-image")...)
		address := srv.url[strings.LastIndex(srv.url, "/")+1:]
		for _, listen := range []string{"127.0.0.1:0", address} {
			code, _, stderr := invoke(t, nil, "--listen", listen, "--url-file", path)
			want := "fakeglance: cannot write the URL to " + path + ": the server that has written it is running on " + srv.url + "\n"
			if code != exitFailed || stderr != want {
				t.Errorf("exit %d, %q, want %q", code, stderr, want)
			}
		}
		if got := read(t, path); got != srv.url+"\n" {
			t.Errorf("the file has %q, want the URL %s", got, srv.url)
		}
	}
}

// A file that comes between the check and the writing is not replaced.
func TestOwnFileComesSecond(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "url")
	file, err := newOwnFile(path, "URL", isReach)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, "mine\n")
	if err := file.write("http://127.0.0.1:1\n"); err == nil {
		t.Error("the file was written")
	}
	file.remove()
	if got := read(t, path); got != "mine\n" {
		t.Errorf("the file has %q now", got)
	}
	if rest, err := filepath.Glob(path + ".*"); err != nil || len(rest) > 0 {
		t.Errorf("%v is left (%v)", rest, err)
	}
}

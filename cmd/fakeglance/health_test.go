package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Health says whether a server answers, where it is told to ask, or as the variables
// of the server say.
func TestHealth(t *testing.T) {
	t.Parallel()
	urlFile := filepath.Join(t.TempDir(), "url")
	srv := start(t, 1, "--sandboxes-only", "--url-file", urlFile, "one-image")
	send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "{name: a}", nil)
	for _, test := range []struct {
		env  map[string]string
		args []string
		code int
		out  string
	}{
		{nil, []string{srv.url}, exitOK, "is ready on " + srv.url},
		{nil, []string{srv.url + "/s/a"}, exitOK, "is ready on " + srv.url + "/s/a"},
		{map[string]string{"FAKEGLANCE_LISTEN": strings.TrimPrefix(srv.url, "http://")}, nil, exitOK, "is ready on " + srv.url},
		{map[string]string{"FAKEGLANCE_LISTEN": "0.0.0.0" + srv.url[strings.LastIndex(srv.url, ":"):]}, nil, exitOK, "is ready on " + srv.url},
		{map[string]string{"FAKEGLANCE_URL_FILE": urlFile, "FAKEGLANCE_LISTEN": ":1"}, nil, exitOK, "is ready on " + srv.url},
		{nil, []string{srv.url + "/s/b"}, exitFailed, "404 Not Found"},
		{nil, []string{srv.url + "/v2"}, exitFailed, "400 Bad Request"},
		{nil, []string{"--timeout", "1ms", "http://127.0.0.1:1"}, exitFailed, "127.0.0.1:1"},
		{map[string]string{"FAKEGLANCE_URL_FILE": urlFile + ".no"}, []string{"--timeout", "1ms"}, exitFailed, "no such file"},
	} {
		code, stdout, stderr := invoke(t, test.env, append([]string{"health"}, test.args...)...)
		if code != test.code || !strings.Contains(stdout+stderr, test.out) {
			t.Errorf("%v health %v: exit %d, %q, %q, want exit %d, %q", test.env, test.args, code, stdout, stderr, test.code, test.out)
		}
	}
	resp := send(t, http.MethodGet, srv.url+"/_fake/health", "", nil)
	if !strings.Contains(resp.body, `"scenario":"one-image","sandboxes":1}`) || !strings.Contains(resp.body, `"ready":true,"version":"`) {
		t.Errorf("the server's answer is %s", resp.body)
	}
}

// Health waits for a server that starts meanwhile.
func TestHealthWaits(t *testing.T) {
	t.Parallel()
	urlFile := filepath.Join(t.TempDir(), "url")
	type result struct {
		code           int
		stdout, stderr string
	}
	done := make(chan result, 1)
	go func() {
		code, stdout, stderr := invoke(t, map[string]string{"FAKEGLANCE_URL_FILE": urlFile}, "health", "--timeout", (20 * time.Second).String())
		done <- result{code, stdout, stderr}
	}()
	start(t, 1, "--url-file", urlFile, "one-image")
	if got := <-done; got.code != exitOK {
		t.Errorf("exit %d, %q, %q", got.code, got.stdout, got.stderr)
	}
}

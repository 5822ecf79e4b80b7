package fakeserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// health is what a server says about itself.
func health(srv *fakeserver.Server) (status int, body string) {
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/_fake/health", nil))
	return rec.Code, rec.Body.String()
}

// Reload plays another version of what the server started from, or tells what is wrong
// with it until it is mended. A fault for every call does not reach the answer.
func TestReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mine.yaml")
	change := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change("faults: [{inject: {status: 503}}]")
	srv := fakeserver.Run(t, fakeserver.WithScenario(path))
	change("imges: []")
	err := srv.Reload(path)
	if err == nil || !strings.Contains(err.Error(), `did you mean "images"?`) || len(srv.Faults()) != 1 {
		t.Errorf("a mistake: %v, and the faults are %v", err, srv.Faults())
	}
	if status, body := health(srv); status != http.StatusOK || !strings.Contains(body, `"ready":true`) || !strings.Contains(body, `"problem":"`+path+`:1:1: `) {
		t.Errorf("with a mistake: %d %s", status, body)
	}
	change("faults: []\nimages: [{name: a}]")
	if err := srv.Reload(path); err != nil || len(srv.Faults()) != 0 || len(srv.Images()) != 1 {
		t.Errorf("mended: %v, and the faults are %v", err, srv.Faults())
	}
	if status, body := health(srv); status != http.StatusOK || strings.Contains(body, "problem") || !strings.Contains(body, `"scenario":"mine"`) {
		t.Errorf("mended: %d %s", status, body)
	}
	if err := srv.Reload(path + ".no.yaml"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("no file: %v", err)
	}
	if got := srv.Requests(); len(got) > 0 {
		t.Errorf("the journal has %v", got)
	}
	srv.Close()
	if status, body := health(srv); status != http.StatusServiceUnavailable || !strings.Contains(body, `"ready":false`) {
		t.Errorf("after Close: %d %s", status, body)
	}
}

// A sandbox that is made while the server reloads has what the server started from
// last, as the others do; one that began with something else keeps that.
func TestReloadReachesNewSandboxes(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("empty"))
	other, err := srv.Sandbox("other", fakeserver.WithImages(scenarios.Image{Name: "a"}, scenarios.Image{Name: "b"}))
	if err != nil {
		t.Fatal(err)
	}
	const many = 200
	boxes := make([]*fakeserver.Sandbox, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			box, err := srv.Sandbox(fmt.Sprintf("s-%d", i))
			if err != nil {
				t.Error(err)
			}
			boxes[i] = box
		})
	}
	if err := srv.Reload("one-image"); err != nil {
		t.Error(err)
	}
	all.Wait()
	for i, b := range boxes {
		if n := len(b.Images()); n != 1 {
			t.Errorf("sandbox %d has %d images, want 1", i, n)
		}
	}
	if n := len(other.Images()); n != 2 {
		t.Errorf("the other sandbox has %d images, want 2", n)
	}
	if len(srv.Images()) != 1 {
		t.Errorf("the server has %d images, want 1", len(srv.Images()))
	}
}

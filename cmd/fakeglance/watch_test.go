package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A scenario is played again when its file changes, written in place or renamed, and
// in the sandboxes that use it. One with a mistake changes nothing; the log and the
// server's health say why.
func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "my.yaml")
	write(t, path, "images: [{name: first}]\n")
	tick, log := make(chan time.Time), new(lockedBuffer)
	srv := startWatching(t, tick, log, path, "empty")
	send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "{name: same}", nil)
	send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "{name: own, names: one-image}", nil)
	send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "{name: busy}", nil)
	send(t, http.MethodPut, srv.url+"/s/busy/_fake/scenario?name=one-image", "", nil)

	// Each tick is taken when the one before is dealt with.
	ticks := func(n int) {
		t.Helper()
		for range n {
			select {
			case tick <- time.Time{}:
			case <-time.After(10 * time.Second):
				t.Fatal("nobody watches")
			}
		}
	}
	images := func(sandbox string) string {
		t.Helper()
		var answer struct{ Images []struct{ Name string } }
		resp := send(t, http.MethodGet, srv.url+sandbox+"/_fake/images", "", nil)
		if err := json.Unmarshal([]byte(resp.body), &answer); err != nil {
			t.Fatalf("%v: %s", err, resp.body)
		}
		var names []string
		for _, img := range answer.Images {
			names = append(names, img.Name)
		}
		return strings.Join(names, " ")
	}
	problem := func() string {
		t.Helper()
		var answer struct{ Problem string }
		resp := send(t, http.MethodGet, srv.url+"/_fake/health", "", nil)
		if err := json.Unmarshal([]byte(resp.body), &answer); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%v: %s %s", err, resp.Status, resp.body)
		}
		return answer.Problem
	}
	expect := func(when, want string) {
		t.Helper()
		for _, sandbox := range []string{"", "/s/same"} {
			if got := images(sandbox); got != want {
				t.Errorf("%s: the images at %q are %q, want %q", when, sandbox, got, want)
			}
		}
		for _, sandbox := range []string{"/s/own", "/s/busy"} {
			if got := images(sandbox); got != "ubuntu-24.04" {
				t.Errorf("%s: the images at %q are %q", when, sandbox, got)
			}
		}
	}

	ticks(3)
	expect("unchanged", "first")

	write(t, path, "images: [{name: second}]\n")
	ticks(1)
	expect("still changing", "first")
	ticks(2)
	expect("written", "second")

	write(t, path+".new", "images: [{name: third.}]\n") // of the same size
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	ticks(3)
	expect("renamed", "third.")

	// A mistake.
	write(t, path, "images: [{nam: fourth}]\n")
	ticks(3)
	expect("a mistake", "third.")
	const mistake = `my.yaml:1:11: images[0]: unknown key "nam" (did you mean "name"?)`
	if got := problem(); !strings.Contains(got, mistake) {
		t.Errorf("the problem is %q", got)
	}
	if code, _, stderr := invoke(t, nil, "health", srv.url); code != exitOK || !strings.Contains(stderr, mistake) {
		t.Errorf("health: exit %d, %q", code, stderr)
	}
	if got := log.String(); !strings.Contains(got, `level=ERROR`) || !strings.Contains(got, strings.ReplaceAll(mistake, `"`, `\"`)) {
		t.Errorf("the log is %s", got)
	}

	// No file for a moment, then a good one.
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	ticks(1)
	write(t, path, "images: [{name: fifth}]\n")
	ticks(3)
	expect("mended", "fifth")
	if got := problem(); got != "" {
		t.Errorf("the problem is still %q", got)
	}
	if got := log.String(); strings.Contains(got, "no such file") {
		t.Errorf("the log has a file that was gone for a moment: %s", got)
	}

	// A sandbox that plays something else comes back to what it started from.
	send(t, http.MethodPost, srv.url+"/s/busy/_fake/reset", "", nil)
	if got := images("/s/busy"); got != "fifth" {
		t.Errorf("after its reset the images are %q", got)
	}
}

// A lockedBuffer is what a program prints, and can be read meanwhile.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// startWatching runs the program with --watch until the test ends.
func startWatching(t *testing.T, tick <-chan time.Time, log io.Writer, names ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	p := &program{stdout: w, stderr: log, tick: tick}
	code := make(chan int, 1)
	go func() {
		code <- p.exit(ctx, append([]string{"--listen", "127.0.0.1:0", "--watch"}, names...))
		_ = w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		<-code
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	go func() { _, _ = io.Copy(io.Discard, r) }()
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "fakeglance: listening on ")
	if !ok {
		t.Fatalf("the program printed %q (%v): %v", line, err, log)
	}
	return &server{url: url}
}

// The program looks at files at intervals by itself.
func TestWatchTicks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	select {
	case <-new(program).ticks(ctx):
	case <-time.After(10 * time.Second):
		t.Error("there is no tick")
	}
}

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// beProgram is an environment variable that makes the test binary the program.
const beProgram = "TEST_RUNS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(beProgram) != "" {
		main()
	}
	for _, some := range []map[string]func(string) int{clients, leavers} {
		if client := some[os.Getenv(beClient)]; client != nil {
			os.Exit(client(os.Args[len(os.Args)-1]))
		}
	}
	os.Exit(m.Run())
}

// A programProcess is the program as a process of its own.
type programProcess struct {
	*exec.Cmd
	url    string
	stdout *os.File // after the line with the URL
}

// startProgram runs the program on a free port until the test ends. The shell starts
// it, and has it as "$@". Without stderr its standard error is standard output.
func startProgram(t *testing.T, shell string, stderr *os.File, args ...string) *programProcess {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell and signals")
	}
	read, written := pipe(t)
	args = append([]string{"-c", shell, "sh", os.Args[0], "--listen", "127.0.0.1:0"}, args...)
	p := &programProcess{Cmd: exec.CommandContext(t.Context(), "sh", args...), stdout: read}
	p.Env = append(os.Environ(), beProgram+"=1")
	p.Stdout, p.Stderr = written, written
	if stderr != nil {
		p.Stderr = stderr
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	_ = written.Close()
	first, err := bufio.NewReaderSize(read, 16).ReadString('\n') // reads little more than the line
	url, ok := strings.CutPrefix(strings.TrimSpace(first), "fakeglance: listening on ")
	if !ok {
		t.Fatalf("the program printed %q (%v)", first, err)
	}
	p.url = url
	return p
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
	return r, w
}

// end ends the process by a signal, and checks how it ends.
func (p *programProcess) end(t *testing.T, sig os.Signal) {
	t.Helper()
	begin := time.Now()
	if err := p.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("after %s: %v, want exit 0", sig, err)
	}
	took := time.Since(begin)
	if took > 5*time.Second {
		t.Errorf("after %s it took %s to exit, more than 5s", sig, took)
	}
	t.Logf("exit %s after %s", took.Round(time.Millisecond), sig)
}

// Whatever becomes of what the program writes, it serves on.
func TestNobodyReadsTheLog(t *testing.T) {
	t.Parallel()
	const calls = 2000
	ask := func(t *testing.T, p *programProcess) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		client := &http.Client{Transport: new(http.Transport)}
		defer client.CloseIdleConnections()
		long := p.url + "/healthcheck?" + strings.Repeat("x", 4096) // which the log repeats
		for i := range calls {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, long, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Fatalf("call %d: %v", i+1, err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		p := startProgram(t, `exec "$@" 2>&-`, nil)
		ask(t, p)
		p.end(t, syscall.SIGTERM)
	})
	t.Run("reader gone", func(t *testing.T) {
		t.Parallel()
		p := startProgram(t, `exec "$@"`, nil)
		_ = p.stdout.Close()
		ask(t, p)
		p.end(t, syscall.SIGTERM)
	})
	t.Run("nobody reads", func(t *testing.T) {
		t.Parallel()
		r, w := pipe(t)
		p := startProgram(t, `exec "$@"`, w, "--log", "json")
		_ = w.Close()
		ask(t, p)
		text := make(chan string, 1)
		go func() {
			all, _ := io.ReadAll(r)
			text <- string(all)
		}()
		p.end(t, syscall.SIGTERM)
		var lines, dropped int
		for line := range strings.Lines(<-text) {
			if _, rest, ok := strings.Cut(line, `"msg":"lines of output were dropped: nobody read them","lines":`); ok {
				n := 0
				if _, err := fmt.Sscanf(rest, "%d}", &n); err != nil {
					t.Errorf("%v: %s", err, line)
				}
				dropped += n
			} else {
				lines++
			}
		}
		if dropped == 0 || lines+dropped != calls {
			t.Errorf("%d lines were written and %d dropped, want %d in all", lines, dropped, calls)
		}
		t.Logf("%d lines were written, %d dropped", lines, dropped)
	})
	t.Run("nobody reads until the end", func(t *testing.T) {
		t.Parallel()
		_, w := pipe(t)
		p := startProgram(t, `exec "$@"`, w)
		ask(t, p)
		p.end(t, syscall.SIGTERM)
	})
}

// A signal ends the program however busy it is.
func TestSignalsWhileBusy(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			if signal.Ignored(sig) {
				t.Skip("the test runs under nohup: its children ignore the signal")
			}
			dir := t.TempDir()
			urlFile, journal := filepath.Join(dir, "url"), filepath.Join(dir, "journal")
			p := startProgram(t, `exec "$@"`, nil, "--log", "off", "--url-file", urlFile, "--journal-file", journal, "one-image")
			const clients, uploads = 200, 50
			var all sync.WaitGroup
			var asked sync.WaitGroup // at least once
			asked.Add(clients)
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(func() { cancel(); all.Wait() })
			for range clients {
				all.Go(func() {
					client := &http.Client{Transport: new(http.Transport)}
					defer client.CloseIdleConnections()
					once := sync.OnceFunc(asked.Done)
					defer once()
					for ctx.Err() == nil && getStatus(ctx, client, p.url+"/v2/images") == http.StatusOK {
						once()
					}
				})
			}
			for range uploads {
				conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = conn.Close() })
				fmt.Fprintf(conn, "PUT /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90/file HTTP/1.1\r\nHost: a\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\nbegin")
			}
			asked.Wait()
			for pending := 0; pending < uploads; {
				pending = strings.Count(body(t, p.url+"/_fake/requests?operation=upload_image"), `"end":"pending"`)
			}
			p.end(t, sig)
			if _, err := os.Stat(urlFile); !os.IsNotExist(err) {
				t.Errorf("the URL file still exists: %v", err)
			}
			text, err := os.ReadFile(journal)
			if err != nil || !strings.HasSuffix(string(text), "}}\n") {
				t.Errorf("the journal file does not end with a whole line (%v)", err)
			}
			if n := strings.Count(string(text), `"operation":"upload_image"`); n != uploads {
				t.Errorf("the journal file has %d of %d uploads", n, uploads)
			}
		})
	}
}

// With nohup the end of a terminal does not end the program.
func TestNohup(t *testing.T) {
	t.Parallel()
	p := startProgram(t, `trap '' HUP; exec "$@"`, nil, "--log", "off")
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	get(t, p.url+"/healthcheck")
	p.end(t, syscall.SIGTERM)
}

// body returns the body of an answer.
func body(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// getStatus returns the status of a list of images; 0: there is none.
func getStatus(ctx context.Context, client *http.Client, url string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	req.Header.Set("X-Auth-Token", "t")
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// invoke runs the program until it exits, and returns its exit status and output.
func invoke(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(key string) string { return env[key] }, &out, &errs)
	return code, out.String(), errs.String()
}

// A server is the running program.
type server struct {
	url   string
	lines []string // printed after the line with the URL
	stop  context.CancelFunc
	code  <-chan int
}

// start runs the program on a free port until the test ends. It returns when the
// program has printed a number of lines after the one with its URL.
func start(t *testing.T, lines int, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"--listen", "127.0.0.1:0", "--log", "off"}, args...), func(string) string { return "" }, w, w)
		close(code)
		_ = w.Close()
	}()
	s := &server{stop: cancel, code: code}
	scan := bufio.NewScanner(r)
	for len(s.lines) < lines && scan.Scan() {
		if url, ok := strings.CutPrefix(scan.Text(), "fakeglance: listening on "); ok {
			s.url = url
			continue
		}
		s.lines = append(s.lines, scan.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	t.Cleanup(func() {
		cancel()
		<-s.code
	})
	if s.url == "" {
		t.Fatalf("the program did not print its URL: %q", s.lines)
	}
	return s
}

// Each curl line that the program prints ends with the status to expect. If they are
// run in order, each deletion has that status.
func TestCurlLinesAreTrue(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^curl -i -X DELETE -H 'X-Auth-Token: (\S+)' (\S+)  # .*: (\d{3}|no answer)(\W.*)?$`)
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(sc.Images) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, len(sc.Images), name)
			for _, line := range s.lines {
				m := form.FindStringSubmatch(line)
				if m == nil {
					t.Fatalf("the program prints %q", line)
				}
				if got := deleteImage(t, m[1], m[2]); got != m[3] {
					t.Errorf("the answer is %s, but the program prints %q", got, line)
				}
			}
		})
	}
}

// The last line that the program prints at the start leads to its page.
func TestPrintsThePage(t *testing.T) {
	t.Parallel()
	s := start(t, 2, "empty")
	page := s.url + "/_fake/"
	if want := "what happens is shown at " + page; s.lines[1] != want {
		t.Fatalf("the program prints %q, want %q", s.lines[1], want)
	}
	if body := send(t, http.MethodGet, page, "", nil).body; !strings.HasPrefix(body, "<!doctype html>") {
		t.Errorf("the page is %.100s", body)
	}
}

// deleteImage deletes an image, and returns the status or "no answer".
func deleteImage(t *testing.T, token, url string) string {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", token)
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return "no answer"
	}
	_ = resp.Body.Close()
	return fmt.Sprint(resp.StatusCode)
}

func TestServeStopsDespiteAHangingAnswer(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "hang.yaml")
	write(t, file, "images: [{name: a}]\nfaults: [{match: {operation: get_images}, inject: {drop: hang}}]\n")
	s := start(t, 1, file)
	hanging := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/v2/images", nil)
		if err == nil {
			_, err = http.DefaultTransport.RoundTrip(req)
		}
		hanging <- err
	}()
	get(t, s.url+"/_fake/requests?wait=1")
	stopped := time.Now()
	s.stop()
	if code := <-s.code; code != exitOK {
		t.Errorf("exit %d, want %d", code, exitOK)
	}
	if took := time.Since(stopped); took > 5*time.Second {
		t.Errorf("the program took %s to exit", took)
	}
	if err := <-hanging; err == nil {
		t.Error("the hanging call was answered")
	}
	s.code = closed()
}

func closed() <-chan int {
	c := make(chan int)
	close(c)
	return c
}

// TestSIGTERM runs the binary as a side-car does. It checks the first line of output,
// the URL file, and the exit after a signal.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM")
	}
	binary := filepath.Join(t.TempDir(), "fakeglance")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	urlFile := filepath.Join(t.TempDir(), "url")
	cmd := exec.CommandContext(t.Context(), binary, "--listen", "127.0.0.1:0", "--log", "off", "--url-file", urlFile, "one-image")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(stdout)
	if !scan.Scan() {
		t.Fatal("the program printed nothing")
	}
	url := strings.TrimPrefix(scan.Text(), "fakeglance: listening on ")
	if text, err := os.ReadFile(urlFile); err != nil || string(text) != url+"\n" {
		t.Errorf("the URL file contains %q (%v), want %q", text, err, url)
	}
	get(t, url+"/healthcheck")
	post(t, url+"/_fake/faults", `{inject: {drop: hang}}`)
	go func() {
		if resp, err := http.Get(url + "/v2/images"); err == nil {
			_ = resp.Body.Close()
		}
	}()
	get(t, url+"/_fake/requests?wait=2")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	stopped := time.Now()
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v, want exit 0", err)
	}
	if took := time.Since(stopped); took > 5*time.Second {
		t.Errorf("the program took %s to exit", took)
	}
	if _, err := os.Stat(urlFile); !os.IsNotExist(err) {
		t.Errorf("the URL file still exists: %v", err)
	}
}

func TestStartUpErrors(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	write(t, bad, "faults:\n  - match: {operation: delete_imag}\n    inject: {status: 500}\n")
	for _, test := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		want string
	}{
		{"a busy port", nil, []string{"--listen", busy.Addr().String()}, exitFailed, "address already in use"},
		{"no address", nil, []string{"--listen", "nowhere"}, exitUsage, "want HOST:PORT"},
		{"no such file", nil, []string{filepath.Join(dir, "nosuch.yaml")}, exitFailed, "nosuch.yaml: no such file"},
		{"a directory", nil, []string{dir + "/"}, exitFailed, "is a directory"},
		{"no such built-in", nil, []string{"one-imag"}, exitFailed, `did you mean "one-image"?`},
		{"a bad scenario", nil, []string{bad}, exitFailed, bad + `:2:24: faults[0].match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)`},
		{"a URL file in no directory", nil, []string{"--listen", "127.0.0.1:0", "--url-file", filepath.Join(dir, "no", "such")}, exitFailed, "no such file"},
		{"an unknown flag", nil, []string{"--lisen", "x"}, exitUsage, "unknown flag --lisen (did you mean --listen?)"},
		{"an unknown flag after a name", nil, []string{"demo", "-x"}, exitUsage, "unknown flag --x"},
		{"a bad dialect", nil, []string{"--dialect", "glace"}, exitUsage, `"glace" (did you mean "glance"?)`},
		{"a bad size", nil, []string{"--journal-body", "much"}, exitUsage, "such as 65536 or 64KiB"},
		{"a bad number", nil, []string{"--journal", "-1"}, exitUsage, "want a number of requests"},
		{"a bad time", nil, []string{"--body-timeout", "-1s"}, exitUsage, "want a duration, such as 30s"},
		{"a bad variable", map[string]string{"FAKEGLANCE_LOG": "loud"}, nil, exitUsage, `"loud" for FAKEGLANCE_LOG: want text, json or off`},
		{"a command with a typo", nil, []string{"validat", bad}, exitUsage, `unknown command "validat" (did you mean "validate"?)`},
		{"a command in the singular", nil, []string{"scenario"}, exitUsage, `(did you mean "scenarios"?)`},
		{"a flag without its value", nil, []string{"--url-file"}, exitUsage, "flag needs a value: --url-file"},
		{"nothing to validate", nil, []string{"validate"}, exitUsage, "FILE"},
		{"two scenarios to print", nil, []string{"scenarios", "demo", "empty"}, exitUsage, "one NAME"},
		{"an argument for schema", nil, []string{"schema", "demo"}, exitUsage, "unexpected argument"},
		{"an unknown scenario to print", nil, []string{"scenarios", "one-imag"}, exitFailed, `did you mean "one-image"?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := invoke(t, test.env, test.args...)
			if code != test.code || !strings.Contains(stderr, test.want) {
				t.Errorf("exit %d, %q, want exit %d, %q", code, stderr, test.code, test.want)
			}
			if stdout != "" {
				t.Errorf("standard output is %q, want none", stdout)
			}
		})
	}
}

func TestEnvironmentVariables(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"FAKEGLANCE_LISTEN": "127.0.0.1:1", "FAKEGLANCE_DIALECT": "ims", "FAKEGLANCE_STRICT_AUTH": "true", "FAKEGLANCE_LOG": "json",
		"FAKEGLANCE_URL_FILE": "url", "FAKEGLANCE_JOURNAL": "7", "FAKEGLANCE_JOURNAL_BODY": "1MiB", "FAKEGLANCE_JOURNAL_BYTES": "2MiB",
		"FAKEGLANCE_BODY_TIMEOUT": "5s", "FAKEGLANCE_PUBLIC_URL": "https://x", "FAKEGLANCE_SANDBOXES": "3", "FAKEGLANCE_SANDBOX_IDLE": "1m",
		"FAKEGLANCE_SANDBOXES_ONLY": "true", "FAKEGLANCE_JOURNAL_FILE": "journal.jsonl",
	}
	for _, s := range settings {
		if _, ok := env[s.variable()]; !ok {
			t.Errorf("%s is not tested", s.variable())
		}
	}
	p := &program{env: func(key string) string { return env[key] }}
	got, err := p.options([]string{"a", "--dialect", "glance", "b.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := got.log(io.Discard).(*slog.JSONHandler); !ok {
		t.Errorf("FAKEGLANCE_LOG=json gives a %T", got.log(io.Discard))
	}
	got.log = nil
	strict := true
	want := &options{
		listen: "127.0.0.1:1", dialect: scenarios.Glance, strict: &strict,
		urlFile: "url", journal: 7, journalBody: 1 << 20, journalBytes: 2 << 20, bodyTimeout: 5 * time.Second,
		publicURL: "https://x", sandboxes: 3, sandboxIdle: time.Minute, only: true, journalFile: "journal.jsonl", scenarios: []string{"a", "b.yaml"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSubcommands(t *testing.T) {
	t.Parallel()
	code, stdout, _ := invoke(t, nil, "scenarios")
	for _, name := range scenarios.Names() {
		if !strings.Contains(stdout, name+" ") {
			t.Errorf("`scenarios` does not list %s", name)
		}
	}
	if code != exitOK {
		t.Errorf("scenarios: exit %d", code)
	}
	if _, stdout, _ := invoke(t, nil, "scenarios", "one-image"); !strings.HasPrefix(stdout, "#") || !strings.Contains(stdout, "ubuntu-24.04") {
		t.Errorf("scenarios one-image prints %q", stdout)
	}
	if _, stdout, _ := invoke(t, nil, "scenarios", "--json"); !strings.Contains(stdout, `"name": "demo"`) {
		t.Errorf("scenarios --json prints %q", stdout)
	}
	if _, stdout, _ := invoke(t, nil, "schema"); !strings.Contains(stdout, `"$schema"`) {
		t.Errorf("schema prints %q", stdout)
	}
	if _, stdout, _ := invoke(t, nil, "version"); !strings.Contains(stdout, runtime.Version()) {
		t.Errorf("version prints %q", stdout)
	}
	if code, stdout, stderr := invoke(t, nil, "validate", "../../testdata/conformance/scenario.yaml"); code != exitOK || !strings.HasSuffix(stdout, ": ok\n") {
		t.Errorf("validate: exit %d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, stderr := invoke(t, nil, "validate", "flaky-then-ok"); code != exitOK || stdout != "flaky-then-ok: ok\n" {
		t.Errorf("validate of a built-in: exit %d, %q, %q", code, stdout, stderr)
	}
	if code, _, stderr := invoke(t, nil, "validate", "flakey"); code != exitFailed || !strings.Contains(stderr, `did you mean "flaky-then-ok"?`) {
		t.Errorf("validate of a misspelt built-in: exit %d, %q", code, stderr)
	}
	if code, _, stderr := invoke(t, nil, "validate", "../../testdata/scenarios/bad.yaml"); code != exitFailed || strings.Count(stderr, "bad.yaml:") < 20 {
		t.Errorf("validate of a bad file: exit %d, %q", code, stderr)
	}
}

func TestUsageNamesEveryFlag(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"-h", "--help", "help"} {
		code, stdout, _ := invoke(t, nil, arg)
		if code != exitOK {
			t.Errorf("%s: exit %d", arg, code)
		}
		for _, s := range settings {
			if !strings.Contains(stdout, "--"+s.name) || !strings.Contains(stdout, s.variable()) {
				t.Errorf("%s does not mention --%s", arg, s.name)
			}
		}
	}
}

// Behind a proxy, the URLs in documents have the address of the proxy.
func TestForwardedHost(t *testing.T) {
	t.Parallel()
	s := start(t, 1, "one-image")
	resp := send(t, http.MethodGet, s.url+"/versions", "", http.Header{
		"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"images.example.com"},
	})
	if !strings.Contains(resp.body, "https://images.example.com/v2/") {
		t.Errorf("the versions have another address: %s", resp.body)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) { do(t, http.MethodGet, url, "") }

func post(t *testing.T, url, body string) { do(t, http.MethodPost, url, body) }

func do(t *testing.T, method, url, body string) {
	t.Helper()
	if resp := send(t, method, url, body, nil); resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s: %s", method, url, resp.Status, resp.body)
	}
}

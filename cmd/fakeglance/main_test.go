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

// input is what the program reads from standard input.
const input = "images: [{name: a}]\nfaults: [{inject: {status: 42}}]\n"

// invoke runs the program until it exits, and returns its exit status and output.
func invoke(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // a mistake that is not found must not serve for ever
	defer cancel()
	code = run(ctx, args, environ(env), strings.NewReader(input), &out, &errs)
	return code, out.String(), errs.String()
}

// environ returns variables as a process has them.
func environ(env map[string]string) []string {
	var all []string
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	return all
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
		code <- run(ctx, append([]string{"--listen", "127.0.0.1:0", "--log", "off"}, args...), nil, strings.NewReader(""), w, w)
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
	large := filepath.Join(dir, "large.yaml")
	write(t, large, "")
	if err := os.Truncate(large, scenarios.MaxSize+1); err != nil {
		t.Fatal(err)
	}
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
		{"a URL file in no directory", nil, []string{"--listen", "127.0.0.1:0", "--url-file", filepath.Join(dir, "no", "such")}, exitFailed, "cannot write the URL to " + filepath.Join(dir, "no", "such") + ": no such file"},
		{"an unknown flag", nil, []string{"--lisen", "x"}, exitUsage, "unknown flag --lisen (did you mean --listen?)"},
		{"an unknown flag after a name", nil, []string{"demo", "-x"}, exitUsage, "unknown flag --x"},
		{"a bad dialect", nil, []string{"--dialect", "glace"}, exitUsage, `"glace" (did you mean "glance"?)`},
		{"a bad size", nil, []string{"--journal-body", "much"}, exitUsage, "such as 65536 or 64KiB"},
		{"a bad number", nil, []string{"--journal", "-1"}, exitUsage, "want a number of requests"},
		{"an empty token", nil, []string{"--control-token", ""}, exitUsage, `invalid value "" for --control-token: it is empty`},
		{"a bad time", nil, []string{"--body-timeout", "-1s"}, exitUsage, "want a duration, such as 30s"},
		{"a bad variable", map[string]string{"FAKEGLANCE_LOG": "loud"}, nil, exitUsage, `"loud" for FAKEGLANCE_LOG: want text, json or off`},
		{"an unknown variable", map[string]string{"FAKEGLANCE_LISTN": ":1"}, nil, exitUsage, "unknown environment variable FAKEGLANCE_LISTN (did you mean FAKEGLANCE_LISTEN?)"},
		{"a variable like none", map[string]string{"FAKEGLANCE_PORT": "9300"}, nil, exitUsage, "unknown environment variable FAKEGLANCE_PORT; see fakeglance help"},
		{"an unknown scenario in a variable", map[string]string{"FAKEGLANCE_SCENARIO": "one-image, one-imag"}, nil, exitFailed, `did you mean "one-image"?`},
		{"a key without its certificate", nil, []string{"--tls-key", "k.pem"}, exitUsage, "--tls-cert and --tls-key are given together"},
		{"a key for a certificate to be made", nil, []string{"--tls-self-signed", "--tls-key", "k.pem"}, exitUsage, "leave out --tls-key"},
		{"no such certificate", nil, []string{"--listen", "127.0.0.1:0", "--tls-cert", "c.pem", "--tls-key", "k.pem"}, exitFailed, "--tls-cert, --tls-key: open c.pem: no such file"},
		{"nothing to watch", nil, []string{"--watch", "one-image"}, exitUsage, "no file of a scenario to watch"},
		{"a socket in no directory", nil, []string{"--listen", "unix:" + filepath.Join(dir, "no", "such")}, exitFailed, "no such file"},
		{"a socket without a path", nil, []string{"--listen", "unix:"}, exitUsage, "want HOST:PORT"},
		{"a socket with a long path", nil, []string{"--listen", "unix:" + filepath.Join(dir, strings.Repeat("x", 120))}, exitFailed, "may have about 100 bytes"},
		{"a socket in the place of a file", nil, []string{"--listen", "unix:" + bad}, exitFailed, "it is there already, and no socket"},
		{"a URL file in the place of a file", nil, []string{"--listen", "127.0.0.1:0", "--url-file", bad}, exitFailed, "cannot write the URL to " + bad + ": the file has something else"},
		{"a URL file in the place of a directory", nil, []string{"--listen", "127.0.0.1:0", "--url-file", dir}, exitFailed, "not a regular file"},
		{"a certificate in the place of a file", nil, []string{"--listen", "127.0.0.1:0", "--tls-self-signed", "--tls-cert", bad}, exitFailed, "cannot write the certificate to " + bad},
		{"a scenario that is too large", nil, []string{large}, exitFailed, large + ": larger than 64 MiB"},
		{"two servers to ask", nil, []string{"health", "http://a", "http://b"}, exitUsage, "health takes one URL"},
		{"no URL to ask", nil, []string{"health", "localhost:1"}, exitUsage, "is no URL"},
		{"a server with any port to ask", map[string]string{"FAKEGLANCE_LISTEN": "127.0.0.1:0"}, []string{"health"}, exitUsage, "a port that is not known"},
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
		"FAKEGLANCE_SANDBOXES_ONLY": "true", "FAKEGLANCE_JOURNAL_FILE": "journal.jsonl", "FAKEGLANCE_COVERDIR": "cover",
		"FAKEGLANCE_WATCH": "true", "FAKEGLANCE_TLS_SELF_SIGNED": "false", "FAKEGLANCE_TLS_CERT": "c.pem", "FAKEGLANCE_TLS_KEY": "k.pem",
		"FAKEGLANCE_SCENARIO":     "unused",
		"FAKEGLANCE_CONTROL_HOST": "a, b.example", "FAKEGLANCE_CONTROL_TOKEN": "secret",
	}
	for _, s := range settings {
		if _, ok := env[s.variable()]; !ok {
			t.Errorf("%s is not tested", s.variable())
		}
	}
	p := &program{environ: environ(env)}
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
		publicURL: "https://x", sandboxes: 3, sandboxIdle: time.Minute, only: true, journalFile: "journal.jsonl", coverDir: "cover", watch: true, tlsCert: "c.pem", tlsKey: "k.pem", controlHosts: []string{"a", "b.example"}, controlToken: "secret", scenarios: []string{"a", "b.yaml"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Scenarios that a variable names are played where the command line names none.
// Variables for others are not complained about.
func TestScenarioVariable(t *testing.T) {
	t.Parallel()
	p := &program{environ: []string{
		"FAKEGLANCE_SCENARIO=one-image, b.yaml,", "HOME=/", "FAKEGLANCE=1",
		"FAKEGLANCE_URL=u", "FAKEGLANCE_TOKEN=t", "FAKEGLANCE_SANDBOX=s", "FAKEGLANCE_COVERDIR=c",
		// of Kubernetes, beside a service with the name fakeglance
		"FAKEGLANCE_SERVICE_HOST=10.0.0.1", "FAKEGLANCE_SERVICE_PORT=9292", "FAKEGLANCE_SERVICE_PORT_HTTP=9292",
		"FAKEGLANCE_PORT=tcp://10.0.0.1:9292", "FAKEGLANCE_PORT_9292_TCP=tcp://10.0.0.1:9292",
		"FAKEGLANCE_PORT_9292_TCP_PROTO=tcp", "FAKEGLANCE_PORT_9292_TCP_PORT=9292", "FAKEGLANCE_PORT_9292_TCP_ADDR=10.0.0.1",
	}}
	o, err := p.options(nil)
	if err != nil || !reflect.DeepEqual(o.scenarios, []string{"one-image", "b.yaml"}) {
		t.Errorf("the scenarios are %v, %v", o, err)
	}
	if o, err = new(program).options(nil); err != nil || !reflect.DeepEqual(o.scenarios, []string{"demo"}) {
		t.Errorf("without a variable the scenarios are %v, %v", o, err)
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
	if code, stdout, stderr := invoke(t, nil, "validate", "-", "demo"); code != exitFailed || stderr != "stdin:2:28: faults[0].inject.status: want 200 to 599, got 42\n" || stdout != "demo: ok\n" {
		t.Errorf("validate of standard input: exit %d, %q, %q", code, stdout, stderr)
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

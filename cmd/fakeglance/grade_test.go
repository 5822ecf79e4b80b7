package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// beClient is an environment variable that makes the test binary a client that deletes
// images in this way.
const beClient = "TEST_RUNS_CLIENT"

// clients are ways to delete an image, given its id, and to end.
var clients = map[string]func(id string) int{
	"careful": func(id string) int { // it tries again, and looks
		var status int
		for range 4 {
			if status = sendImage(http.MethodDelete, id); status < 300 || status == http.StatusNotFound {
				return 0
			}
			if status == http.StatusForbidden {
				break
			}
			advance(2 * time.Second)
		}
		fmt.Fprintln(os.Stderr, "the answer is", status)
		return 1
	},
	"naive": func(id string) int {
		if status := sendImage(http.MethodDelete, id); status != http.StatusNoContent {
			fmt.Fprintln(os.Stderr, "the answer is", status)
			return 1
		}
		return 0
	},
	"liar": func(id string) int {
		sendImage(http.MethodDelete, id)
		return 0
	},
	"silent": func(string) int { return 0 },
	"unprotects": func(id string) int {
		sendImage(http.MethodPatch, id)
		sendImage(http.MethodDelete, id)
		return 1
	},
	"endless": func(id string) int {
		if os.Getenv("FAKEGLANCE_SANDBOX") == "flaky-then-ok" {
			select {}
		}
		return min(sendImage(http.MethodDelete, id)/300, 1)
	},
	"detached": func(id string) int { // it leaves a process behind that goes on
		sendImage(http.MethodDelete, id)
		if os.Getenv("FAKEGLANCE_SANDBOX") == "success-is-200" {
			child := exec.Command(os.Args[0], "late")
			child.Env = append(os.Environ(), beClient+"=late")
			if err := child.Start(); err != nil {
				return 1
			}
		}
		return min(sendImage(http.MethodGet, id)/500, 1)
	},
	"late": func(id string) int {
		for {
			sendImage(http.MethodGet, os.Getenv("FAKEGLANCE_IMAGE_ID"))
		}
	},
	"driver": func(string) int {
		if os.Getenv("OS_CLOUD") != "" {
			return 1 // it would go there
		}
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			var asked struct{ Delete, URL, Token string }
			if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
				return 1
			}
			answer := `{"ok": true}`
			if status := ask(http.MethodDelete, asked.URL, asked.Token, asked.Delete); status != http.StatusNoContent {
				answer = fmt.Sprintf(`{"error": "the answer is %d"}`, status)
			}
			fmt.Println(answer)
		}
		return 0
	},
	"mumbling driver": func(string) int {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			fmt.Println("done")
		}
		return 0
	},
	"talkative driver": func(string) int {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			var asked struct{ Delete, URL, Token string }
			if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
				return 1
			}
			ask(http.MethodDelete, asked.URL, asked.Token, asked.Delete)
			fmt.Print(`{"ok": true}`, "\n", `{"error": "the answer is 403"}`, "\n")
		}
		return 0
	},
	"stammering driver": func(string) int {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			fmt.Println(`{"ok": true}}`)
		}
		return 0
	},
	"endless driver": func(string) int {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			fmt.Println(strings.Repeat("x", maxAnswer))
		}
		return 0
	},
}

func sendImage(method, id string) int {
	return ask(method, os.Getenv("FAKEGLANCE_URL"), os.Getenv("FAKEGLANCE_TOKEN"), id)
}

// ask sends a request for an image, and returns the status; 0: there is no answer. A
// PATCH removes its protection.
func ask(method, url, token, id string) int {
	var body io.Reader
	if method == http.MethodPatch {
		body = strings.NewReader(`[{"op": "replace", "path": "/protected", "value": false}]`)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url+"/v2/images/"+id, body)
	if err != nil {
		return 0
	}
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("Content-Type", "application/openstack-images-v2.1-json-patch")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// advance moves the clock of the sandbox on, instead of waiting.
func advance(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("FAKEGLANCE_URL")+"/_fake/clock", strings.NewReader(fmt.Sprintf(`{"advance": %q}`, d)))
	if err != nil {
		return
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
	}
}

// A graded is what a run of grade printed and wrote.
type graded struct {
	code           int
	stdout, stderr string
}

// grade runs the program with a client of the table.
func grade(t *testing.T, client string, flags ...string) graded {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	var stdout, stderr bytes.Buffer
	args := append(append([]string{"grade"}, flags...), "--", os.Args[0], "{image_id}")
	environ := append(os.Environ(), beClient+"="+client, "OS_AUTH_URL=http://127.0.0.1:1/elsewhere", "OS_CLOUD=elsewhere")
	code := run(ctx, args, environ, strings.NewReader(""), &stdout, &stderr)
	return graded{code, stdout.String(), stderr.String()}
}

// A client that does not work where all is well is not judged, and is told why.
func TestGradeRefuses(t *testing.T) {
	t.Parallel()
	for client, want := range map[string]string{
		"silent":            "control run clean deletion: the client says that the image is deleted, but no request came from it",
		"unprotects":        "control run clean deletion: the client says that it failed, though nothing went wrong",
		"mumbling driver":   `the driver answered "done": want {"ok": true} or {"error": "…"}`,
		"stammering driver": `the driver answered "{\"ok\": true}}": want {"ok": true} or {"error": "…"}`,
		// One answer would be taken for the next.
		"talkative driver": `the driver said "{\"error\": \"the answer is 403\"}" without being asked: want one line for each that it reads`,
		"endless driver":   "the answer of the driver cannot be read: want a line of at most 1048576 bytes",
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			var flags []string
			if strings.HasSuffix(client, "driver") {
				flags = []string{"--driver"}
			}
			got := grade(t, client, flags...)
			if got.code != exitUsage || !strings.Contains(got.stderr, want) || got.stdout != "" {
				t.Errorf("exit %d, it says %s%s", got.code, got.stderr, got.stdout)
			}
		})
	}
}

func TestGradeFlags(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                              "grade needs the COMMAND that deletes an image, after --",
		"--topic gatewy -- true":        `no incident has the topic "gatewy" (did you mean "gateway"?)`,
		"--incident flaky-then -- true": `no incident is called "flaky-then" (did you mean "flaky-then-ok"?)`,
		"--already-gone maybe -- true":  `invalid value "maybe" for --already-gone: want ok or error`,
		"--time-limit -1s -- true":      `invalid value "-1s" for --time-limit`,
		"--parallel 0 -- true":          `invalid value "0" for --parallel: want a number of incidents, at least 1`,
		"--incident throttle-as-400 --dialect glance -- true": `the incident "throttle-as-400" cannot be played: it is about the dialect ims, not glance`,
		"--driver --batch -- true":                            "--driver and --batch: want only one of them",
		"--dialect imz -- true":                               `invalid value "imz" for --dialect`,
		"--jsn x -- true":                                     "unknown flag --jsn (did you mean --json?)",
		"-- no-such-command-anywhere":                         "the command cannot be started",
		"--json /no/such/folder/card -- true":                 "/no/such/folder/card",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"grade"}, strings.Fields(args)...), os.Environ(), strings.NewReader(""), &stdout, &stderr)
			if code != exitUsage || !strings.Contains(stderr.String(), want) {
				t.Errorf("exit %d, it says %s", code, stderr.String())
			}
		})
	}
}

// A client gets the verdicts that it deserves, and the exit code says whether there is
// a hard one.
func TestGrade(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		client, flags string
		code          int
		want          string // of the card
	}{
		{"careful", "--incident flaky-then-ok", exitOK, "flaky-then-ok: passed"},
		{"careful", "--incident flaky-then-ok,forbidden --batch", exitOK, "forbidden: passed"},
		{"careful", "--incident already-gone --already-gone error", exitFailed, "false-success"},
		{"naive", "--incident flaky-then-ok", exitFailed, "gave-up"},
		{"naive", "--topic access --incident flaky-then-ok", exitFailed, "flaky-then-ok: failed gave-up"},
		{"naive", "--incident paging-next-missing", exitUsage, "paging-next-missing: not driven"},
		{"naive", "--topic access --parallel 3", exitFailed, "unprotect-race: failed gave-up"},
		{"liar", "--incident forbidden", exitFailed, "false-success"},
		{"endless", "--incident flaky-then-ok --time-limit 2s", exitFailed, "over-time"},
		{"detached", "--incident success-is-200", exitFailed, "left-running"},
		{"driver", "--driver --incident forbidden,flaky-then-ok --parallel 2", exitFailed, "gave-up"},
	} {
		t.Run(test.client+" "+test.flags, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "card.json")
			got := grade(t, test.client, append(strings.Fields(test.flags), "--json", file)...)
			if got.code != test.code {
				t.Errorf("exit %d, want %d: %s%s", got.code, test.code, got.stderr, got.stdout)
			}
			if card := readCard(t, file); !strings.Contains(card, test.want) {
				t.Errorf("the card has no %q:\n%s\n%s", test.want, card, got.stderr)
			}
		})
	}
}

// readCard is the card in short: name: result verdict verdict.
func readCard(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var card struct {
		Version   int
		Incidents []struct {
			Name, Result string
			Findings     []struct {
				Verdict string
				Hard    bool
			}
		}
		Sum map[string]int
	}
	if err := json.Unmarshal(text, &card); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if sum := card.Sum; card.Version != 1 || sum["incidents"] != len(card.Incidents) || sum["incidents"] != sum["passed"]+sum["failed"]+sum["not_driven"]+sum["not_applicable"] {
		t.Errorf("the sum is %v of %d incidents", sum, len(card.Incidents))
	}
	var b strings.Builder
	for _, row := range card.Incidents {
		if row.Result == "not applicable" {
			continue
		}
		fmt.Fprintf(&b, "%s: %s", row.Name, row.Result)
		for _, f := range row.Findings {
			if f.Hard {
				b.WriteString(" " + f.Verdict)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The reports are written where they are asked for, each in its form.
func TestGradeReports(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	got := grade(t, "naive", "--incident", "flaky-then-ok", "--json", path("json"), "--junit", path("xml"), "--html", path("html"))
	if got.code != exitFailed || !strings.Contains(got.stdout, "flaky-then-ok") || !strings.Contains(got.stdout, "fakeglance grade --incident flaky-then-ok -- ") {
		t.Errorf("exit %d, it prints %s", got.code, got.stdout)
	}
	if !strings.Contains(got.stderr, "1/1 flaky-then-ok: failed") {
		t.Errorf("its progress is %s", got.stderr)
	}
	text, err := os.ReadFile(path("xml"))
	if err != nil {
		t.Fatal(err)
	}
	var junit struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(text, &junit); err != nil || junit.Failures != 1 {
		t.Errorf("JUnit: %d failures, %v: %s", junit.Failures, err, text)
	}
	if page, err := os.ReadFile(path("html")); err != nil || !bytes.Contains(page, []byte("<svg")) || !bytes.Contains(page, []byte("flaky-then-ok")) {
		t.Errorf("HTML: %v: %.300s", err, page)
	}
}

func TestGradeWantsAFileForEachReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	got := grade(t, "naive", "--json", filepath.Join(dir, "card"), "--html", dir+"/./card")
	if got.code != exitUsage || !strings.Contains(got.stderr, "--json, --junit and --html: want a file for each, not "+dir+"/./card for two") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// Where a client cannot be judged, there is no card: an empty one is none that a CI
// system can read, and one of an earlier run is of another client.
func TestGradeLeavesNoEmptyCard(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	earlier := filepath.Join(dir, "earlier.json")
	if err := os.WriteFile(earlier, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := grade(t, "silent", "--json", earlier, "--junit", filepath.Join(dir, "card.xml")); got.code != exitUsage {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

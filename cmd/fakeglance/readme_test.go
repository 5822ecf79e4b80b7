package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

const readmePath = "../../README.md"

// blocks are the README's code blocks in a language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	src, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(src), -1) {
		all = append(all, m[1])
	}
	if len(all) == 0 {
		t.Fatalf("README.md has no block of %s", language)
	}
	return all
}

func TestReadmeShowsTheUsage(t *testing.T) {
	t.Parallel()
	for _, block := range blocks(t, "text") {
		if block == usageText() {
			return
		}
	}
	t.Errorf("README.md does not show what fakeglance help prints:\n%s", usageText())
}

func TestReadmeScenarios(t *testing.T) {
	t.Parallel()
	for i, block := range blocks(t, "yaml") {
		if _, err := scenarios.Parse(fmt.Sprintf("block-%d.yaml", i), []byte(block)); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
}

// A newcomer's test file: the README's Go, and a client to try it with.
const (
	newcomersHead = `package newcomer

import (
	"errors"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

var _ = errors.Join(scenarios.Fault{}.Validate())

`
	newcomersClient = `package newcomer

import (
	"context"
	"fmt"
	"net/http"
)

type client struct{ url, token string }

func NewMyClient(url, token string) client { return client{url, token} }

// DeleteImage tries three times.
func (c client) DeleteImage(ctx context.Context, id string) error {
	var status string
	for range 3 {
		req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.url+"/v2/images/"+id, nil)
		if err != nil {
			return err
		}
		req.Header.Set("X-Auth-Token", c.token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusNoContent {
			return nil
		}
		status = resp.Status
	}
	return fmt.Errorf("DELETE: %s", status)
}
`
)

// The README's Go is pasted into a module of its own and tested there.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/fakeglance/fakeglance"
	write(t, filepath.Join(dir, "go.mod"), strings.Replace(string(mod), "module "+module, "module newcomer", 1)+
		"\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+filepath.ToSlash(root)+"\n")
	write(t, filepath.Join(dir, "go.sum"), string(sum))
	write(t, filepath.Join(dir, "client.go"), newcomersClient)
	for i, block := range blocks(t, "go") {
		write(t, filepath.Join(dir, fmt.Sprintf("block%d_test.go", i)), newcomersHead+block)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-mod=mod", "-v", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestDeleteRetries") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Each block of shell is a session: what it starts it asks, and where it shows
// lines of an answer, the answer has them. * stands for anything.
func TestReadmeShell(t *testing.T) {
	t.Parallel()
	for _, block := range blocks(t, "sh") {
		t.Run(strings.SplitN(block, "\n", 2)[0], func(t *testing.T) {
			t.Parallel()
			s := &session{T: t}
			for line := range strings.Lines(block) {
				s.line(strings.TrimSuffix(line, "\n"))
			}
			s.finish()
		})
	}
}

type session struct {
	*testing.T
	url    string
	asked  string   // the last command
	answer string   // to it
	want   []string // lines of it
}

func (s *session) line(line string) {
	command, prompted := strings.CutPrefix(line, "$ ")
	command, _, _ = strings.Cut(command, "  #")
	switch {
	case strings.HasPrefix(command, "go run ./cmd/fakeglance"):
		s.finish()
		args := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(command, "go run ./cmd/fakeglance"), "&"))
		s.url = start(s.T, 1, args...).url
	case strings.HasPrefix(command, "curl "):
		s.finish()
		s.asked, s.answer = command, s.curl(command)
	case command == "go test ./...": // that is what runs now
	case prompted || s.asked == "":
		s.Errorf("what is %q?", line)
	case strings.TrimSpace(line) != "":
		s.want = append(s.want, strings.TrimSpace(line))
	}
}

// finish compares the last answer with what the README shows of it.
func (s *session) finish() {
	for _, want := range s.want {
		form := strings.ReplaceAll(regexp.QuoteMeta(want), `\*`, `.*`)
		if !regexp.MustCompile("(?m)^" + form + "$").MatchString(s.answer) {
			s.Errorf("%s\nanswers\n%s\nnot %s", s.asked, s.answer, want)
		}
	}
	s.want = nil
}

// curl does what curl would, as far as the README uses it.
func (s *session) curl(command string) string {
	if s.url == "" {
		s.url = start(s.T, 1, "one-image").url
	}
	method, url, data, header := "", "", "", http.Header{}
	args := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(command, -1)
	for i := 1; i < len(args); i++ {
		switch arg := strings.Trim(args[i], "'"); arg {
		case "-i":
		case "-X", "-H", "-d":
			i++
			value := strings.Trim(args[i], "'")
			switch arg {
			case "-X":
				method = value
			case "-d":
				data = value
			default:
				key, v, _ := strings.Cut(value, ": ")
				header.Set(key, v)
			}
		default:
			url = strings.Replace(arg, "http://127.0.0.1:9292", s.url, 1)
		}
	}
	req, err := http.NewRequestWithContext(s.Context(), method, url, strings.NewReader(data))
	if err != nil {
		s.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s\n", resp.Proto, resp.Status)
	_ = resp.Header.Write(&out)
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), "\r", "") + "\n" + string(body)
}

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// execute runs a command in a folder, with env added to its environment, and returns
// its output. It may take up to two minutes.
func execute(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// goClient is the client that the Go blocks use.
const goClient = `package example

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

// The Go blocks are copied into a new module, in which all of their tests must pass.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "client.go"), goClient)
	var tests []string
	for i, b := range blocks(t, "go", documents...) {
		write(t, filepath.Join(dir, fmt.Sprintf("block%d_test.go", i)), goFile(b.text))
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(t `).FindAllStringSubmatch(b.text, -1) {
			tests = append(tests, m[1])
		}
	}
	env := []string{"GOFLAGS=-mod=mod", "GOWORK=off"}
	// With this module's own requirements, nothing needs to be downloaded.
	write(t, filepath.Join(dir, "go.mod"), strings.Replace(read(t, filepath.Join(here, "go.mod")), "module "+module, "module example", 1))
	write(t, filepath.Join(dir, "go.sum"), read(t, filepath.Join(here, "go.sum")))
	execute(t, dir, env, "go", "mod", "edit", "-require="+module+"@v0.0.0", "-replace="+module+"="+here)
	out := execute(t, dir, env, "go", "test", "-v", ".")
	for _, name := range tests {
		if !strings.Contains(out, "--- PASS: "+name+" ") {
			t.Errorf("%s did not run:\n%s", name, out)
		}
	}
	if len(tests) == 0 {
		t.Error("the blocks have no tests")
	}
}

// goFile returns a Go file with a block, and with the imports that the block omits. If
// the block only has imports, the file uses them.
func goFile(text string) string {
	if strings.HasPrefix(text, "import") {
		return "package example\n\n" + text + "\nvar (\n\t_ fakeserver.TB\n\t_ scenarios.Scenario\n)\n"
	}
	var b strings.Builder
	b.WriteString("package example\n\n")
	for name, path := range map[string]string{
		"context": "context", "errors": "errors", "log": "log", "os": "os", "http": "net/http", "testing": "testing", "synctest": "testing/synctest", "time": "time",
		"fakeserver": module + "/fakeserver", "scenarios": module + "/scenarios",
	} {
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(text) {
			fmt.Fprintf(&b, "import %q\n", path)
		}
	}
	return b.String() + "\n" + text
}

// The scripts are run by bash, with the real binary and a client that authenticates.
func TestReadmeScript(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	path := programPath(t)
	for _, b := range blocks(t, "sh", documents...) {
		t.Run(b.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			client := filepath.Join(dir, "my-client")
			write(t, client, shellClient)
			if err := os.Chmod(client, 0o700); err != nil { //nolint:gosec // an executable
				t.Fatal(err)
			}
			out := execute(t, dir, []string{path}, "bash", "-euo", "pipefail", "-c", b.text)
			if !strings.Contains(out, "operation=delete_image status=204") {
				t.Errorf("the script did not delete the image:\n%s", out)
			}
		})
	}
}

// programPath builds the real binary, and returns a PATH on which it is found.
func programPath(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	execute(t, ".", nil, "go", "build", "-o", bin+string(os.PathSeparator), ".")
	return "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")
}

// shellClient authenticates, and tries up to three times to delete an image.
const shellClient = `#!/usr/bin/env bash
set -euo pipefail
identity='{"methods": ["password"], "password": {"user": {"name": "'$OS_USERNAME'", "password": "'$OS_PASSWORD'", "domain": {"id": "default"}}}}'
scope='{"project": {"name": "'$OS_PROJECT_NAME'", "domain": {"id": "default"}}}'
answer=$(curl --silent --fail --include "$OS_AUTH_URL/auth/tokens" -H 'Content-Type: application/json' --data '{"auth": {"identity": '"$identity"', "scope": '"$scope"'}}')
token=$(sed -n 's/^X-Subject-Token: \([^[:space:]]*\).*/\1/p' <<<"$answer")
images=$(grep -o '"url": *"[^"]*"' <<<"$answer" | cut -d'"' -f4 | grep -v identity | head -n 1)
for _ in 1 2 3; do
  ! curl --silent --fail -X DELETE -H "X-Auth-Token: $token" "${images%/}/v2/images/$2" || exit 0
done
exit 1
`

// The Python blocks are run as pytest would: setup_function before each test, if there
// is one.
func TestReadmePython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip(err)
	}
	path := programPath(t)
	for _, b := range blocks(t, "python", documents...) {
		t.Run(b.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "url"), start(t, 1, "empty").url+"\n")
			write(t, filepath.Join(dir, "my_client.py"), pythonClient)
			write(t, filepath.Join(dir, "test_block.py"), b.text)
			want := ""
			for _, m := range regexp.MustCompile(`(?m)^def (test_\w+)`).FindAllStringSubmatch(b.text, -1) {
				want += m[1] + "\n"
			}
			if out := execute(t, dir, []string{path}, python, "-c", pythonRunner); want == "" || strings.ReplaceAll(out, "\r\n", "\n") != want {
				t.Errorf("the tests that ran are %q, want %q", out, want)
			}
		})
	}
}

const (
	pythonClient = `
import urllib.error, urllib.request

def delete_image(url, image):
    for _ in range(5):
        try:
            urllib.request.urlopen(urllib.request.Request(url + "/v2/images/" + image, headers={"X-Auth-Token": "t"}, method="DELETE"))
            return
        except urllib.error.HTTPError as error:
            last = error
            if error.code in (403, 404):
                break
    raise last
`
	pythonRunner = `
import test_block

for name in dir(test_block):
    if name.startswith("test_"):
        getattr(test_block, "setup_function", lambda: None)()
        getattr(test_block, name)()
        print(name)
`
)

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// Every code block of the documentation is run, in a way that depends on its language:
//
//	go       compiled and tested in a new module
//	yaml     a scenario, which is served; or a clouds.yaml, which is used to authenticate
//	console  a session: commands after a $, and lines that they print
//	sh       a script, run by bash with the real binary
//	python   tests, run by python3
//	text     the output of fakeglance help
//	nginx    the file that its first line names, as is YAML that begins like that
const (
	module = "github.com/fakeglance/fakeglance"
	root   = "../.."
	readme = root + "/README.md"
)

var documents = []string{readme, "README.md", root + "/fakeserver/README.md", root + "/scenarios/README.md", root + "/testdata/clients/README.md"}

// A block is a fenced block of a document.
type block struct {
	file     string
	line     int
	language string
	text     string
}

func (b block) String() string {
	return fmt.Sprintf("%s:%d", strings.TrimPrefix(b.file, root+"/"), b.line)
}

// blocks returns the blocks in a language from some files; all blocks if the language
// is empty.
func blocks(t *testing.T, language string, files ...string) []block {
	t.Helper()
	var all []block
	for _, file := range files {
		text := read(t, file)
		for _, m := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatchIndex(text, -1) {
			b := block{file, 1 + strings.Count(text[:m[0]], "\n"), text[m[2]:m[3]], text[m[4]:m[5]]}
			if language == "" || b.language == language {
				all = append(all, b)
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("there is no block in %q in the files %q", language, files)
	}
	return all
}

// read returns the text of a file.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The README stays short, and some test runs each block of the documents.
func TestReadme(t *testing.T) {
	t.Parallel()
	if n := strings.Count(read(t, readme), "\n"); n > 250 {
		t.Errorf("README.md has %d lines, want at most 250", n)
	}
	for _, b := range blocks(t, "", documents...) {
		switch b.language {
		case "go", "yaml", "console", "sh", "python", "text", "nginx":
		default:
			t.Errorf("%s: no test runs blocks in %q", b, b.language)
		}
	}
}

// Links within the repository lead to files and headings that exist.
func TestReadmeLinks(t *testing.T) {
	t.Parallel()
	for _, file := range documents {
		for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(read(t, file), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, heading, _ := strings.Cut(m[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			} else if heading != "" && !hasHeading(read(t, target), heading) {
				t.Errorf("%s links to %s, but there is no such heading", file, m[1])
			}
		}
	}
}

// hasHeading reports whether a document has a heading with that name in links.
func hasHeading(text, name string) bool {
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		if strings.ReplaceAll(strings.ToLower(m[1]), " ", "-") == name {
			return true
		}
	}
	return false
}

func TestReadmeUsage(t *testing.T) {
	t.Parallel()
	for _, b := range blocks(t, "text", documents...) {
		if b.text != usageText() {
			t.Errorf("%s: the block is not what fakeglance help prints:\n%s", b, usageText())
		}
	}
}

func TestReadmeYAML(t *testing.T) {
	t.Parallel()
	for _, b := range blocks(t, "yaml", documents...) {
		if strings.HasPrefix(b.text, examples) {
			continue
		}
		t.Run(b.String(), func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(b.text, "# clouds.yaml") {
				signIn(t, b)
				return
			}
			srv := fakeserver.Run(t, fakeserver.WithYAML(b.text))
			if len(srv.Images()) == 0 {
				t.Error("the scenario has no images")
			}
		})
	}
}

// signIn authenticates as a client would whose clouds.yaml is the block, and expects
// a catalog with an image service in the region.
func signIn(t *testing.T, b block) {
	var file struct {
		Clouds map[string]struct {
			Auth   map[string]string
			Region string `yaml:"region_name"`
		}
	}
	if err := yaml.Unmarshal([]byte(b.text), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Clouds) != 1 {
		t.Fatalf("the block has %d clouds, want one", len(file.Clouds))
	}
	for _, cloud := range file.Clouds {
		a := cloud.Auth
		s := start(t, 1, "one-image")
		credentials, _ := json.Marshal(map[string]any{"auth": map[string]any{
			"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{"user": map[string]any{
				"name": a["username"], "password": a["password"], "domain": map[string]any{"name": a["user_domain_name"]},
			}}},
			"scope": map[string]any{"project": map[string]any{"name": a["project_name"], "domain": map[string]any{"name": a["project_domain_name"]}}},
		}})
		resp := send(t, http.MethodPost, s.local(a["auth_url"])+"/auth/tokens", string(credentials), nil)
		var answer struct {
			Token struct {
				Catalog []struct {
					Type      string
					Endpoints []struct{ Region string }
				}
			}
		}
		if err := json.Unmarshal([]byte(resp.body), &answer); err != nil || resp.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s (%v)", resp.Status, resp.body, err)
		}
		for _, service := range answer.Token.Catalog {
			for _, endpoint := range service.Endpoints {
				if service.Type == "image" && endpoint.Region == cloud.Region {
					return
				}
			}
		}
		t.Errorf("there is no image service in region %s: %s", cloud.Region, resp.body)
	}
}

// local replaces the documented address of the server in a URL with its real one.
func (s *server) local(text string) string {
	return strings.ReplaceAll(text, "http://127.0.0.1:9292", s.url)
}

// A response is an answer, completely read.
type response struct {
	*http.Response
	body string
}

// send sends a request, whose header may be nil, and returns the response.
func send(t *testing.T, method, url, body string, header http.Header) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp, string(text)}
}

// The tables of fields have exactly the fields that the journal and the log show.
func TestReadmeFields(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "many.yaml")
	write(t, file, "faults:\n- {match: {operation: delete_image}, inject: {status: 503, hop: gateway}}\n"+
		strings.Repeat("- {match: {operation: get_image}, times: 1, inject: {status: 503}}\n", 101)+
		"- {match: {operation: add_image}, inject: {hold: {within: 1ms}}}\n")
	s := start(t, 1, file)
	token := http.Header{"X-Auth-Token": {"t"}}
	send(t, http.MethodDelete, s.url+"/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", "text", token)
	send(t, http.MethodPost, s.url+"/v2/images", "\xff", token)
	var journal struct{ Requests []map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(send(t, http.MethodGet, s.url+"/_fake/requests", "", nil).body), &journal); err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	for _, r := range journal.Requests {
		for _, part := range []string{"answer", "held"} {
			if r[part] == nil {
				continue
			}
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(r[part], &fields); err != nil {
				t.Fatal(err)
			}
			for key := range fields {
				shown[part+"."+key] = true
			}
			delete(r, part)
		}
		for key := range r {
			shown[key] = true
		}
	}
	shown["answer.body_base64"] = true // for a download that is not text
	checkFields(t, "The journal", shown)

	var log bytes.Buffer
	srv, err := fakeserver.New(fakeserver.WithYAML("faults: [{times: 1, inject: {status: 503, hop: gateway}}, {inject: {drop: truncate, hold: {within: 1ms}}}]"), fakeserver.WithLog(slog.New(slog.NewJSONHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	if _, err := srv.Sandbox("a"); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(srv)
	defer web.Close()
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+"/s/a/v2/images", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = token
		if resp, err := web.Client().Do(req); err == nil {
			resp.Body.Close()
		}
	}
	send(t, http.MethodDelete, web.URL+"/_fake/faults/none", "", nil)
	send(t, http.MethodDelete, web.URL+"/_fake/requests", "", nil)
	line := make(map[string]json.RawMessage)
	for text := range strings.Lines(log.String()) {
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	checkFields(t, "The log", line)
}

// checkFields compares fields with the first column of the table under a heading.
func checkFields[V any](t *testing.T, heading string, shown map[string]V) {
	t.Helper()
	_, section, _ := strings.Cut(read(t, "README.md"), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	listed := make(map[string]bool)
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(section, -1) {
		for _, name := range regexp.MustCompile("`(.*?)`").FindAllStringSubmatch(row[1], -1) {
			listed[name[1]] = true
			if _, ok := shown[name[1]]; !ok {
				t.Errorf("%s: %s is listed, but never shown", heading, name[1])
			}
		}
	}
	for name := range shown {
		if !listed[name] {
			t.Errorf("%s: %s is not listed", heading, name)
		}
	}
}

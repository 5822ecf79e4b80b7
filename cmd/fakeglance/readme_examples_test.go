package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// examples begins the first line of a block that is a file.
const examples = "# testdata/examples/"

// The configurations in the documentation are those that are kept as examples, and say
// only what there is: flags, variables, and the port of the container.
func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	shown := make(map[string]string) // by the path of the file
	for _, b := range blocks(t, "", documents...) {
		if strings.HasPrefix(b.text, examples) {
			path, _, _ := strings.Cut(strings.TrimPrefix(b.text, "# "), ":")
			shown[path] = b.text
		}
	}
	files, err := filepath.Glob(root + "/testdata/examples/ci/*")
	if err != nil || len(files) < 4 {
		t.Fatalf("the examples are %q, %v", files, err)
	}
	for _, file := range append(files, root+"/testdata/examples/nginx/nginx.conf") {
		path, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.ToSlash(path)
		text := read(t, file)
		if shown[path] != text {
			t.Errorf("the documentation shows %s as\n%s\nwant\n%s", path, shown[path], text)
		}
		delete(shown, path)
		if filepath.Ext(file) == ".yaml" {
			checkExample(t, path, text)
		}
	}
	for path := range shown {
		t.Errorf("the documentation shows %s, which is no example", path)
	}
}

// checkExample checks that an example names only what there is.
func checkExample(t *testing.T, path, text string) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), new(map[string]any)); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	var environ []string
	for _, name := range regexp.MustCompile(`FAKEGLANCE_\w+`).FindAllString(text, -1) {
		environ = append(environ, name+"=x")
	}
	if err := (&program{environ: environ}).checkEnvironment(); err != nil || len(environ) == 0 && !strings.Contains(text, "args:") {
		t.Errorf("%s: %v: %q", path, err, environ)
	}
	known := []string{"timeout"} // of health
	for _, s := range settings {
		known = append(known, s.name)
	}
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "fakeglance --") && !strings.Contains(line, "fakeglance health") && !strings.Contains(line, "args:") {
			continue
		}
		for _, m := range regexp.MustCompile(`--([a-z][a-z-]*)`).FindAllStringSubmatch(line, -1) {
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s: there is no flag --%s", path, m[1])
			}
		}
	}
	for _, port := range regexp.MustCompile(`(?::|[pP]ort: )(\d{4})`).FindAllStringSubmatch(text, -1) {
		if port[1] != "9292" {
			t.Errorf("%s: nothing listens on port %s", path, port[1])
		}
	}
}

// The container keeps what the documentation says of it.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := read(t, root+"/Dockerfile")
	for _, want := range []string{
		`(?m)^FROM golang:\d+\.\d+\.\d+-\w+ AS build$`, `(?m)^ARG VERSION=$`, `control\.version=\$VERSION`, `CGO_ENABLED=0`,
		`(?m)^FROM scratch$`, `(?m)^ENV FAKEGLANCE_LISTEN=:9292 FAKEGLANCE_SCENARIO=demo$`, `(?m)^EXPOSE 9292$`, `(?m)^USER 65534:65534$`,
		`(?m)^HEALTHCHECK .*CMD \["/fakeglance", "health"\]$`, `(?m)^ENTRYPOINT \["/fakeglance"\]$`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("the Dockerfile has nothing like %s", want)
		}
	}
	ignored, err := os.ReadFile(root + "/.dockerignore")
	if err != nil || !strings.Contains(string(ignored), "testdata") {
		t.Errorf(".dockerignore is %q, %v", ignored, err)
	}
}

package fakeserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fakeglance/fakeglance/"

// shape says which packages each package imports, of ours and of others. What
// stands further down knows nothing of what stands above it.
var shape = map[string][]string{
	"cmd/fakeglance": {"fakeserver", "scenarios", "github.com/gorilla/handlers"},
	"fakeserver": {
		"fakeserver/internal/clock", "fakeserver/internal/dialect", "fakeserver/internal/fault", "fakeserver/internal/glance", "fakeserver/internal/ids",
		"fakeserver/internal/keystone", "fakeserver/internal/registry", "fakeserver/internal/wire", "scenarios",
		"github.com/gorilla/mux",
	},
	"fakeserver/internal/glance":   {"fakeserver/internal/dialect", "fakeserver/internal/ids", "fakeserver/internal/pyjson", "fakeserver/internal/registry", "fakeserver/internal/wire", "scenarios"},
	"fakeserver/internal/keystone": {"fakeserver/internal/clock", "fakeserver/internal/dialect", "fakeserver/internal/pyjson", "fakeserver/internal/wire", "scenarios"},
	"fakeserver/internal/registry": {"fakeserver/internal/ids", "scenarios"},
	"fakeserver/internal/fault":    {"scenarios"},
	"fakeserver/internal/dialect":  {"fakeserver/internal/wire", "scenarios"},
	"fakeserver/internal/wire":     {"scenarios"},
	"fakeserver/internal/pyjson":   {},
	"fakeserver/internal/clock":    {},
	"fakeserver/internal/ids":      {},
	"scenarios":                    {"scenarios/internal/codec", "gopkg.in/yaml.v3"},
	"scenarios/internal/codec":     {"gopkg.in/yaml.v3"},
}

func TestShape(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,GoFiles,Dir", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	seen := 0
	for {
		var pkg struct {
			ImportPath, Dir  string
			Imports, GoFiles []string
		}
		if err := dec.Decode(&pkg); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, module)
		allowed, ok := shape[name]
		if !ok {
			t.Errorf("the package %s has no place in the house", name)
			continue
		}
		seen++
		for _, path := range pkg.Imports {
			path = strings.TrimPrefix(path, module)
			first, _, _ := strings.Cut(path, "/")
			if ours := path != "" && shape[path] != nil; (ours || strings.Contains(first, ".")) && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
		for _, file := range pkg.GoFiles {
			text, err := os.ReadFile(pkg.Dir + "/" + file)
			if err != nil {
				t.Fatal(err)
			}
			if lines := bytes.Count(text, []byte("\n")); lines > 350 {
				t.Errorf("%s/%s has %d lines: it is about more than one thing", name, file, lines)
			}
		}
	}
	if seen != len(shape) {
		t.Errorf("%d packages, want %d", seen, len(shape))
	}
}

// Each dependency is a promise to every project that embeds the server.
func TestDependencies(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range mod.Require {
		if !r.Indirect {
			got = append(got, r.Path)
		}
	}
	want := []string{"github.com/gorilla/handlers", "github.com/gorilla/mux", "gopkg.in/yaml.v3"}
	if !slices.Equal(got, want) {
		t.Errorf("the module requires %q, want %q", got, want)
	}
}

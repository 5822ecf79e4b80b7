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

// shape lists the packages that each package may import, from this module and from
// others. Packages stand above those that they import.
var shape = map[string][]string{
	"cmd/fakeglance": {"fakeserver", "scenarios", "github.com/gorilla/handlers"},
	"fakeserver":     {inside + "card", inside + "control", inside + "coverage", inside + "journal", inside + "keystone", inside + "memnet", inside + "pipeline", inside + "report", inside + "sandbox", inside + "wire", "scenarios"},

	inside + "control":  {inside + "dashboard", inside + "journal", inside + "router", inside + "sandbox", inside + "wire", "scenarios"},
	inside + "pipeline": {inside + "dialect", inside + "fault", inside + "glance", inside + "journal", inside + "keystone", inside + "router", inside + "sandbox", inside + "wire", "scenarios"},
	inside + "sandbox":  {inside + "clock", inside + "dialect", inside + "fault", inside + "glance", inside + "ids", inside + "journal", inside + "keystone", inside + "registry", inside + "report", "scenarios"},
	inside + "card":     {inside + "report"},
	inside + "coverage": {inside + "dialect", inside + "journal", "scenarios"},
	inside + "report":   {inside + "fault", "scenarios"},
	inside + "journal":  {inside + "fault", inside + "wire", "scenarios"},
	inside + "router":   {inside + "wire", "scenarios", "github.com/gorilla/mux"},

	inside + "glance":     {inside + "dialect", inside + "ids", inside + "jsonschema", inside + "pyjson", inside + "registry", inside + "wire", "scenarios"},
	inside + "keystone":   {inside + "clock", inside + "dialect", inside + "jsonschema", inside + "pyjson", inside + "wire", "scenarios"},
	inside + "dialect":    {inside + "wire", "scenarios"},
	inside + "registry":   {inside + "ids", "scenarios"},
	inside + "fault":      {inside + "ids", "scenarios"},
	inside + "wire":       {"scenarios"},
	inside + "jsonschema": {inside + "pyjson"},
	inside + "dashboard":  {},
	inside + "memnet":     {},
	inside + "pyjson":     {},
	inside + "clock":      {},
	inside + "ids":        {},

	"scenarios":                {"scenarios/internal/codec", "gopkg.in/yaml.v3"},
	"scenarios/internal/codec": {"gopkg.in/yaml.v3"},
}

const inside = "fakeserver/internal/"

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
			t.Errorf("the package %s is not listed in shape", name)
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

// Every project that embeds the server gets its dependencies too, so each one is
// listed here.
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

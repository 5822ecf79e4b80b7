package scenarios

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.yaml
var builtins embed.FS

const extension = ".yaml"

// Names returns the names of the built-in scenarios, sorted.
func Names() []string {
	entries, _ := builtins.ReadDir(".") // embedded: cannot fail
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), extension)
	}
	slices.Sort(names)
	return names
}

// Source returns the YAML of a built-in scenario, comments included. The error
// for an unknown name has the nearest one, and the list of all.
func Source(name string) ([]byte, error) {
	names := Names()
	if !slices.Contains(names, name) {
		hint := ""
		if near := guess(name, names); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		return nil, fmt.Errorf("unknown scenario %q%s; there are %s", name, hint, enumerate(names, "and"))
	}
	return builtins.ReadFile(name + extension)
}

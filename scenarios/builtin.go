package scenarios

import (
	"cmp"
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
// for an unknown name has the nearest one, or the list of all.
func Source(name string) ([]byte, error) {
	names := Names()
	if !slices.Contains(names, name) {
		if near := guess(name, names); near != "" {
			return nil, fmt.Errorf("unknown scenario %q (did you mean %q?)", name, near)
		}
		return nil, fmt.Errorf("unknown scenario %q; there are %s", name, enumerate(names, "and"))
	}
	return builtins.ReadFile(name + extension)
}

// Incidents returns the built-in scenarios of some topics, or of all if none is
// named, in the order of [Topics] and by name. Those without a topic, such as
// demo, are no incidents.
func Incidents(topics ...Topic) []*Scenario {
	if len(topics) == 0 {
		topics = Topics()
	}
	var all []*Scenario
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			panic(err) // embedded, and tested
		}
		if slices.Contains(topics, s.Topic) {
			all = append(all, s)
		}
	}
	place := func(s *Scenario) int { return slices.Index(Topics(), s.Topic) }
	slices.SortStableFunc(all, func(a, b *Scenario) int { return cmp.Compare(place(a), place(b)) })
	return all
}

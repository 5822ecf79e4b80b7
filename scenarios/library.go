package scenarios

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

//go:embed library/*.yaml
var library embed.FS

const (
	libraryFolder = "library"
	extension     = ".yaml"
)

// Names returns the names of the built-in scenarios, sorted.
func Names() []string {
	entries, _ := library.ReadDir(libraryFolder) // embedded: cannot fail
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), extension)
	}
	slices.Sort(names)
	return names
}

// Source returns the YAML of a built-in scenario, including its comments. The
// error for an unknown name suggests similar ones.
func Source(name string) ([]byte, error) {
	names := Names()
	if !slices.Contains(names, name) {
		if near := Guess(name, names); near != "" {
			return nil, fmt.Errorf("unknown scenario %q (did you mean %q?)", name, near)
		}
		return nil, fmt.Errorf("unknown scenario %q; there are %s", name, codec.List(name, names))
	}
	return library.ReadFile(libraryFolder + "/" + name + extension)
}

// Incidents returns the built-in scenarios with one of the topics, or with any
// topic if none is given, in the order of [Topics] and then by name. Scenarios
// without a topic, such as demo, are not incidents.
func Incidents(topics ...Topic) []*Scenario {
	if len(topics) == 0 {
		topics = Topics()
	}
	var all []*Scenario
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			panic(err) // a test loads all of them
		}
		if slices.Contains(topics, s.Topic) {
			all = append(all, s)
		}
	}
	place := func(s *Scenario) int { return slices.Index(Topics(), s.Topic) }
	slices.SortStableFunc(all, func(a, b *Scenario) int { return cmp.Compare(place(a), place(b)) })
	return all
}

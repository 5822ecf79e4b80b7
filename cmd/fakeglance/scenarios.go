package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/fakeglance/fakeglance/scenarios"
)

// scenarios lists the built-in scenarios, or prints the YAML of one.
func (p *program) scenarios(_ context.Context, args []string) error {
	flags := newFlags()
	asJSON := flags.Bool("json", false, "")
	names, err := parse(flags, args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return p.listScenarios(*asJSON)
	}
	if len(names) > 1 || *asJSON {
		return usageErrorf("scenarios takes one NAME, or --json")
	}
	src, err := scenarios.Source(names[0])
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(src)
	return err
}

// A builtin is an entry of the list.
type builtin struct {
	Name        string   `json:"name"`
	Topic       string   `json:"topic,omitempty"`
	Description string   `json:"description"`
	Expect      string   `json:"expect"`
	Source      []string `json:"source"`
	Targets     []string `json:"targets,omitempty"` // names or ids of the images to delete
}

func (p *program) listScenarios(asJSON bool) error {
	var all []builtin
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		all = append(all, builtin{
			sc.Name, string(sc.Topic), sc.Description, sc.Expect, sc.Source,
			slices.Concat(sc.Outcome.Gone, sc.Outcome.Kept),
		})
	}
	if asJSON {
		enc := json.NewEncoder(p.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(all)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, topic := range append([]scenarios.Topic{""}, scenarios.Topics()...) {
		if topic != "" {
			fmt.Fprintf(w, "\n%s\n", topic)
		}
		for _, b := range all {
			if b.Topic == string(topic) {
				fmt.Fprintf(w, "  %s\t%s\n", b.Name, b.Description)
			}
		}
	}
	return w.Flush()
}

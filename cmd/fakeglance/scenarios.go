package main

import (
	"context"
	"fmt"
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

// listScenarios prints the names by topic, or all about them as JSON.
func (p *program) listScenarios(asJSON bool) error {
	if asJSON {
		return p.writeSuite()
	}
	all := make([]*scenarios.Scenario, 0, len(scenarios.Names()))
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		all = append(all, sc)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, topic := range append([]scenarios.Topic{""}, scenarios.Topics()...) {
		if topic != "" {
			fmt.Fprintf(w, "\n%s\n", topic)
		}
		for _, sc := range all {
			if sc.Topic == topic {
				fmt.Fprintf(w, "  %s\t%s\n", sc.Name, sc.Description)
			}
		}
	}
	return w.Flush()
}

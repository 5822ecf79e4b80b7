package main

import (
	"context"

	"github.com/fakeglance/fakeglance/scenarios"
)

// schema prints the JSON Schema of a scenario file.
func (p *program) schema(_ context.Context, args []string) error {
	names, err := parse(newFlags(), args)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return unexpected(names[0])
	}
	_, err = p.stdout.Write(scenarios.Schema())
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/fakeglance/fakeglance/scenarios"
)

// validate checks scenario files, built-in scenarios or standard input, each on its own.
func (p *program) validate(_ context.Context, args []string) error {
	files, err := parse(newFlags(), args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usageErrorf("validate needs one or more FILEs or NAMEs, or - for standard input")
	}
	var failed error
	for _, file := range files {
		if err := p.check(file); err != nil {
			p.complain(err)
			failed = errReported
			continue
		}
		if file == "-" {
			file = stdin
		}
		fmt.Fprintf(p.stdout, "%s: ok\n", file)
	}
	return failed
}

// stdin is how the text of standard input is called in messages.
const stdin = "stdin"

// check reads and parses one file, whatever its name ends in, standard input for -,
// or the built-in scenario of that name.
func (p *program) check(name string) error {
	var part scenarios.Part
	var err error
	if name == "-" {
		part, err = scenarios.Read(stdin, p.stdin)
	} else {
		part, err = scenarios.ReadFile(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		var parts []scenarios.Part
		if parts, err = scenarios.Open(name); err == nil {
			part = parts[0]
		}
	}
	if err == nil {
		_, err = scenarios.Merge(part)
	}
	return err
}

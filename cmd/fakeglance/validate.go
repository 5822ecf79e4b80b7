package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/fakeglance/fakeglance/scenarios"
)

// validate checks scenario files, or built-in scenarios, each on its own.
func (p *program) validate(args []string) error {
	files, err := parse(newFlags(), args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usageErrorf("validate needs one or more FILEs or NAMEs")
	}
	var failed error
	for _, file := range files {
		if err := check(file); err != nil {
			p.complain(err)
			failed = errReported
			continue
		}
		fmt.Fprintf(p.stdout, "%s: ok\n", file)
	}
	return failed
}

// check reads and parses one file, whatever its name ends in, or the built-in
// scenario of that name.
func check(name string) error {
	src, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		var parts []scenarios.Part
		if parts, err = scenarios.Open(name); err == nil {
			src = parts[0].Text
		}
	}
	if err != nil {
		return err
	}
	_, err = scenarios.Parse(name, src)
	return err
}

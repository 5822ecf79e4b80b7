package main

import (
	"fmt"
	"os"

	"github.com/fakeglance/fakeglance/scenarios"
)

// validate checks scenario files, each on its own.
func (p *program) validate(args []string) error {
	files, err := parse(newFlags(), args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usageErrorf("validate needs one or more FILEs")
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

// check reads and parses one file.
func check(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, err = scenarios.Parse(file, src)
	return err
}

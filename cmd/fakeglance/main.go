// Command fakeglance serves a fake OpenStack image service for tests, which
// fails as a scenario says. fakeglance help tells how to call it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/fakeglance/fakeglance/scenarios"
)

// What the process ends with.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// A program is one call of fakeglance: all that it sees of the world.
type program struct {
	env            func(key string) string
	stdout, stderr io.Writer
}

// run does what args ask for, until it is done or ctx is, and returns what the
// process ends with.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	p := &program{env, stdout, stderr}
	err := p.run(ctx, args)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usageText())
		return exitOK
	case errors.Is(err, errReported):
		return exitFailed
	}
	p.complain(err)
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

func (p *program) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.serve(ctx, nil)
	}
	if do, ok := commands[args[0]]; ok {
		return do(p, args[1:])
	}
	if near := commandMeant(args[0]); near != "" {
		return usageErrorf("unknown command %q (did you mean %q?)", args[0], near)
	}
	return p.serve(ctx, args)
}

// commandMeant is the command that a word was probably meant to be; empty: it is
// a flag, a scenario, or near to no command.
func commandMeant(word string) string {
	if strings.ContainsAny(word, "./\\") || strings.HasPrefix(word, "-") || slices.Contains(scenarios.Names(), word) {
		return ""
	}
	return scenarios.Guess(word, slices.Sorted(maps.Keys(commands)))
}

// commands are what fakeglance does beside serving.
var commands = map[string]func(*program, []string) error{
	"validate":  (*program).validate,
	"scenarios": (*program).scenarios,
	"schema":    (*program).schema,
	"version":   (*program).version,
	"help":      func(*program, []string) error { return flag.ErrHelp },
}

// errReported is the error of a command that has said itself what is wrong.
var errReported = errors.New("reported")

// complain says what is wrong: the problems of a scenario as they are, so that
// editors find their places, everything else in our name.
func (p *program) complain(err error) {
	var problems scenarios.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(p.stderr, problems)
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(p.stderr, "fakeglance: %s\n", line)
	}
}

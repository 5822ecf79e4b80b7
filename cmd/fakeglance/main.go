// Command fakeglance serves a fake OpenStack image service for tests, with the
// faults of a scenario. Run fakeglance help for its usage.
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
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line is wrong, or what it names, or a client cannot be judged
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it ignored
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// A program is one run of fakeglance, with the parts of the process that it uses.
type program struct {
	environ        []string // NAME=value
	stdin          io.Reader
	stdout, stderr io.Writer

	tick <-chan time.Time // when to look whether watched files have changed; nil: at intervals
}

// run is the exit of a program with these parts of the process.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr}).exit(ctx, args)
}

// exit runs the command that args name, until it has finished or ctx is done, and
// returns the exit code.
func (p *program) exit(ctx context.Context, args []string) int {
	err := p.run(ctx, args)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(p.stdout, usageText())
		return exitOK
	case errors.Is(err, errReported):
		return exitFailed
	}
	p.complain(err)
	if errors.As(err, &usage) || errors.As(err, new(cannotJudge)) {
		return exitUsage
	}
	return exitFailed
}

func (p *program) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.serve(ctx, nil)
	}
	if command, ok := commands[args[0]]; ok {
		return command(p, ctx, args[1:])
	}
	if near := commandMeant(args[0]); near != "" {
		return usageErrorf("unknown command %q (did you mean %q?)", args[0], near)
	}
	return p.serve(ctx, args)
}

// commandMeant returns the command that a word was probably meant to be; empty: the
// word is a flag or a scenario, or similar to no command.
func commandMeant(word string) string {
	if strings.ContainsAny(word, "./\\") || strings.HasPrefix(word, "-") || slices.Contains(scenarios.Names(), word) {
		return ""
	}
	return scenarios.Guess(word, slices.Sorted(maps.Keys(commands)))
}

// commands are the subcommands. Without one fakeglance serves.
var commands = map[string]func(*program, context.Context, []string) error{
	"validate":  (*program).validate,
	"scenarios": (*program).scenarios,
	"grade":     (*program).grade,
	"schema":    (*program).schema,
	"health":    (*program).health,
	"coverage":  (*program).coverage,
	"version":   (*program).version,
	"help":      func(*program, context.Context, []string) error { return flag.ErrHelp },
}

// errReported is the error of a command that has printed what is wrong itself.
var errReported = errors.New("reported")

// complain prints an error. The problems of a scenario are printed as they are, so
// that editors find the places; other errors begin with the name of the program.
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

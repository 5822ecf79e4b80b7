package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/fakeglance/fakeglance/scenarios"
)

const calls = `fakeglance [flags] [SCENARIO ...]   serve scenarios: names of built-in ones, or YAML files; default: demo
fakeglance validate FILE|NAME|- ... check scenario files, or standard input; exit with 1 and print all problems as file:line:column
fakeglance scenarios [--json]       list the built-in scenarios; as JSON, all that a test suite in another language needs
fakeglance scenarios NAME           print the YAML of a built-in scenario
fakeglance schema                   print the JSON Schema of scenario files, for editors
fakeglance grade [flags] -- COMMAND have COMMAND delete images in every incident, and judge how it does
fakeglance health [URL]             exit with 0 once the server answers, with 1 if it does not within 3s (--timeout TIME)
fakeglance coverage DIR             print which answers tests never drove clients through; exit with 1 below --min PERCENT (--html FILE, --json FILE)
fakeglance version                  print the version
`

// usageText is what fakeglance help prints.
func usageText() string {
	var b strings.Builder
	b.WriteString(calls + "\nFlags for serving, and the environment variables that are used where a flag is not given:\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		shown, about := s.usage()
		fmt.Fprintf(w, "  %s\t%s\t%s\n", shown, s.variable(), about)
	}
	_ = w.Flush() // into memory: cannot fail
	fmt.Fprintf(&b, "\n  %s has names of scenarios, separated by commas, to serve where none is given\n", scenarioVariable)
	b.WriteString("\nFlags of grade:\n\n")
	w = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range gradeFlags {
		shown, about := f.usage()
		fmt.Fprintf(w, "  %s\t%s\n", shown, about)
	}
	_ = w.Flush()
	return b.String()
}

// A usageError is a mistake in the command line.
type usageError string

func (e usageError) Error() string { return string(e) }

func usageErrorf(format string, args ...any) error {
	return usageError(fmt.Sprintf(format, args...))
}

func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run prints the error
	return flags
}

// parse parses the flags in args and returns the other arguments. Flags may come
// after those too, up to a --.
func parse(flags *flag.FlagSet, args []string) (names []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, explain(flags, err)
		}
		rest := flags.Args()
		parsed := len(args) - len(rest)
		if len(rest) == 0 || parsed > 0 && args[parsed-1] == "--" {
			return append(names, rest...), nil
		}
		names, args = append(names, rest[0]), rest[1:]
	}
}

// explain returns the error about a flag in our words, with a guess at the flag that
// was meant.
func explain(flags *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		words := strings.NewReplacer(" for flag -", " for --", "flag needs an argument: -", "flag needs a value: --")
		return usageError(words.Replace(err.Error()))
	}
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	if near := scenarios.Guess(name, known); near != "" {
		return usageErrorf("unknown flag --%s (did you mean --%s?)", name, near)
	}
	return usageErrorf("unknown flag --%s; see fakeglance help", name)
}

// unexpected returns the error of a command that takes no arguments.
func unexpected(arg string) error {
	return usageErrorf("unexpected argument %q; see fakeglance help", arg)
}

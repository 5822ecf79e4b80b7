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

const calls = `fakeglance [flags] [SCENARIO ...]     serve; SCENARIO is a built-in's name or a YAML file; none: the built-in demo
fakeglance validate FILE ...          check scenario files; exit 1 and all problems with file:line:col
fakeglance scenarios [NAME]           list the built-ins; with NAME print its YAML
fakeglance schema                     the JSON Schema of a scenario file, for editors
fakeglance version
`

// usageText is what fakeglance help prints.
func usageText() string {
	var b strings.Builder
	b.WriteString(calls + "\nFlags of serve, each with the environment variable that stands for it where it is not given:\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		about := s.about
		if s.fallback != "" {
			about += "; default " + s.fallback
		}
		fmt.Fprintf(w, "  --%s\t%s\t%s\n", strings.TrimSpace(s.name+" "+s.value), s.variable(), about)
	}
	_ = w.Flush() // into memory: cannot fail
	b.WriteString("\nfakeglance scenarios takes --json.\n")
	return b.String()
}

// A usageError is a call that fakeglance cannot make sense of.
type usageError string

func (e usageError) Error() string { return string(e) }

func usageErrorf(format string, args ...any) error {
	return usageError(fmt.Sprintf(format, args...))
}

func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	return flags
}

// parse reads flags from args and returns what else there is. Flags may stand
// after it, too, up to a --.
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

// explain says what is wrong with a flag, and which was probably meant.
func explain(flags *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return usageError(strings.Replace(err.Error(), " for flag -", " for --", 1))
	}
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	if near := scenarios.Guess(name, known); near != "" {
		return usageErrorf("unknown flag --%s (did you mean --%s?)", name, near)
	}
	return usageErrorf("unknown flag --%s; fakeglance help shows all", name)
}

// unexpected is the error of a command that takes no such argument.
func unexpected(arg string) error {
	return usageErrorf("unexpected argument %q; fakeglance help shows what there is", arg)
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// coverage prints what tests have driven clients through, as the processes have noted
// it that ran them.
func (p *program) coverage(_ context.Context, args []string) error {
	flags := newFlags()
	least := percent(-1)
	var ops []scenarios.Operation
	flags.Func("min", "", least.set)
	flags.Func("operation", "", func(text string) error {
		for name := range strings.SplitSeq(text, ",") {
			op := scenarios.Operation(strings.TrimSpace(name))
			if err := op.Validate(); err != nil {
				return err
			}
			ops = append(ops, op)
		}
		return nil
	})
	page, data := flags.String("html", "", ""), flags.String("json", "", "")
	names, err := parse(flags, args)
	if err != nil {
		return err
	}
	if len(names) == 0 && p.env(coverVariable) != "" {
		names = []string{p.env(coverVariable)}
	}
	if len(names) != 1 {
		return usageErrorf("coverage takes one DIR, the folder that %s named for the tests", coverVariable)
	}
	c, err := fakeserver.ReadCoverage(names[0], ops...)
	if err != nil {
		return usageError(err.Error()) // there is nothing to judge
	}
	err = errors.Join(writeReport(*page, c.WriteHTML), writeReport(*data, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(c)
	}))
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(p.stdout, c); err != nil {
		return err
	}
	if driven, cells := c.Count(); !least.reached(driven, cells) {
		return fmt.Errorf("%d of %d cells are less than --min %g%%", driven, cells, float64(least))
	}
	return nil
}

// writeReport writes a file; an empty path is none.
func writeReport(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// coverVariable names the folder for the notes, and is the variable of --coverdir.
const coverVariable = variablePrefix + "COVERDIR"

// A percent is the least share of cells that have to be driven; less than 0: any.
type percent float64

func (p *percent) set(text string) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) {
		return errors.New("want a percentage from 0 to 100, such as 80")
	}
	*p = percent(n)
	return nil
}

// reached reports whether enough cells are driven: of none, none is.
func (p percent) reached(driven, cells int) bool {
	return p <= 0 || cells > 0 && float64(driven)*100 >= float64(p)*float64(cells)
}

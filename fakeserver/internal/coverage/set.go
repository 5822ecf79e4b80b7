package coverage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fakeglance/fakeglance/scenarios"
)

// version is that of the form in which cells are written.
const version = 1

// A Set is cells. Its zero value is empty; nil cannot be added to.
type Set map[Cell]bool

// file is what a set is written as.
type file struct {
	Version int    `json:"fakeglance_coverage"`
	Cells   []Cell `json:"cells"`
}

// Encode writes the set as text, the same for the same set.
func (s Set) Encode() []byte {
	text, _ := json.MarshalIndent(file{version, s.sorted()}, "", " ") // plain data: cannot fail
	return append(text, '\n')
}

// sorted returns the cells in the order of a report; never nil.
func (s Set) sorted() []Cell {
	cells := make([]Cell, 0, len(s))
	for c := range s {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, compare)
	return cells
}

// Decode adds the cells that Encode wrote. After an error nothing is added.
func (s Set) Decode(text []byte) error {
	var f file
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	switch err := dec.Decode(&f); {
	case f.Version > version:
		return fmt.Errorf("version %d of the form, written by a newer fakeglance: this one knows version %d", f.Version, version)
	case err != nil:
		return err
	case f.Version != version:
		return fmt.Errorf("no fakeglance has written it: want fakeglance_coverage: %d", version)
	case dec.More():
		return fmt.Errorf("something follows the cells")
	}
	for i, c := range f.Cells {
		if c.Operation == "" || c.Effect == "" || c.Status == 0 && c.Drop == "" {
			return fmt.Errorf("cells[%d]: want an operation, an effect, and a status or a drop", i)
		}
	}
	for _, c := range f.Cells {
		s[c] = true
	}
	return nil
}

// compare orders cells as a report has them.
func compare(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(a.Operation, b.Operation),
		cmp.Compare(slices.Index(hops, a.Hop), slices.Index(hops, b.Hop)),
		cmp.Compare(slices.Index(drops, a.Drop), slices.Index(drops, b.Drop)),
		cmp.Compare(a.Status, b.Status),
		-cmp.Compare(a.Effect, b.Effect), // none comes first
	)
}

// The hops and the drops, in the order in which a report has them.
var (
	hops  = []scenarios.Hop{scenarios.Service, scenarios.Gateway, scenarios.IAM, scenarios.LB, ""}
	drops = []scenarios.Drop{"", scenarios.Reset, scenarios.Close, scenarios.Truncate, scenarios.Hang}
)

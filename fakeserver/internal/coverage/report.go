package coverage

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Report compares the cells that tests have driven with those that count.
type Report struct {
	Driven      int                   `json:"driven"` // of the cells that count
	Cells       int                   `json:"cells"`  // that count: those of Operations
	Percent     float64               `json:"percent"`
	Files       int                   `json:"files"` // of processes
	Operations  []Operation           `json:"operations"`
	NeverCalled []scenarios.Operation `json:"never_called"` // that do not count
}

// An Operation is what a report says of one.
type Operation struct {
	Name   scenarios.Operation `json:"operation"`
	Driven int                 `json:"driven"`
	Cells  []Row               `json:"cells"`  // that count
	Beyond []Cell              `json:"beyond"` // that tests have driven, too, but no documentation has
}

// A Row is a cell that counts.
type Row struct {
	Cell
	Driven    bool     `json:"driven"`
	Incidents []string `json:"incidents"`        // of the library, that drive it
	Inject    string   `json:"inject,omitempty"` // what to inject to drive it; empty: a call that succeeds drives it
}

// NewReport reports on cells that the files of some processes have. Only the given
// operations count; without any, those that were called: what a client never uses says
// nothing of its tests.
func NewReport(cells Set, files int, ops ...scenarios.Operation) *Report {
	called := make(map[scenarios.Operation][]Cell)
	for _, c := range cells.sorted() {
		called[c.Operation] = append(called[c.Operation], c)
	}
	r := &Report{Files: files, Operations: []Operation{}, NeverCalled: []scenarios.Operation{}}
	library := incidents()
	for _, op := range scenarios.Operations() {
		if slices.Contains(ops, op) || len(ops) == 0 && called[op] != nil {
			row := newOperation(op, called[op], library)
			r.Driven += row.Driven
			r.Cells += len(row.Cells)
			r.Operations = append(r.Operations, row)
		} else if called[op] == nil {
			r.NeverCalled = append(r.NeverCalled, op)
		}
	}
	if r.Cells > 0 {
		r.Percent = float64(r.Driven*1000/r.Cells) / 10 // rounded down: 80 is never less than 80
	}
	return r
}

func newOperation(op scenarios.Operation, driven []Cell, library map[Cell][]string) Operation {
	o := Operation{Name: op, Beyond: []Cell{}}
	counts := Cells(op)
	for _, c := range counts {
		row := Row{Cell: c, Driven: slices.Contains(driven, c), Incidents: library[c]}
		if row.Incidents == nil {
			row.Incidents = []string{}
		}
		if !c.succeeds() {
			in := c.Inject()
			row.Inject = in.String()
		}
		if row.Driven {
			o.Driven++
		}
		o.Cells = append(o.Cells, row)
	}
	for _, c := range driven {
		if !slices.Contains(counts, c) {
			o.Beyond = append(o.Beyond, c)
		}
	}
	return o
}

// MarshalJSON is the report with the version of its form.
func (r *Report) MarshalJSON() ([]byte, error) {
	type plain Report
	return json.Marshal(struct {
		Version int `json:"version"`
		*plain
	}{version, (*plain)(r)})
}

// incidents are the incidents of the library that drive a cell: those whose faults and
// limits do, and those from whose images the service's own refusals of a deletion come.
func incidents() map[Cell][]string {
	found := make(map[Cell][]string)
	for _, sc := range scenarios.Incidents() {
		add := func(c Cell) {
			if !slices.Contains(found[c], sc.Name) {
				found[c] = append(found[c], sc.Name)
			}
		}
		inject := func(m *scenarios.Match, in *scenarios.Injection) {
			if in.Status == 0 && in.Drop == "" {
				return
			}
			ops := m.Operation
			if len(ops) == 0 {
				ops = slices.DeleteFunc(scenarios.Operations(), scenarios.Operation.IsProbe)
			}
			for _, op := range ops {
				add(injected(op, in, in.Effect == scenarios.EffectApplied))
			}
		}
		for i := range sc.Faults {
			inject(&sc.Faults[i].Match, &sc.Faults[i].Inject)
		}
		for i := range sc.Limits {
			inject(&sc.Limits[i].Match, &scenarios.Injection{Status: http.StatusTooManyRequests})
		}
		for _, status := range refusals(sc) {
			add(injected(scenarios.DeleteImage, &scenarios.Injection{Status: status}, false))
		}
	}
	return found
}

// refusals are the statuses with which the service itself answers the deletion of a
// scenario's targets.
func refusals(sc *scenarios.Scenario) []int {
	targets := slices.Concat(sc.Outcome.Gone, sc.Outcome.Kept)
	service := dialect.Of(sc.Dialect)
	var all []int
	for _, target := range targets {
		known := false
		for _, img := range sc.Images {
			if !scenarios.MatchGlob(target, img.ID) && !scenarios.MatchGlob(target, img.Name) {
				continue
			}
			known = true
			switch {
			case img.Protected:
				all = append(all, service.StatusOf(dialect.DeleteProtected))
			case img.InUseBy != "":
				all = append(all, service.StatusOf(dialect.DeleteInUse))
			}
		}
		if !known {
			all = append(all, service.StatusOf(dialect.DeleteUnknown))
		}
	}
	return all
}

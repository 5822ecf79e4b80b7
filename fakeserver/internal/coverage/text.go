package coverage

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Text is the report as people read it: for each operation what was never driven, and
// what would drive it.
func (r *Report) Text() string {
	var b strings.Builder
	for _, op := range r.Operations {
		fmt.Fprintf(&b, "%s: %d of %d cells driven", op.Name, op.Driven, len(op.Cells))
		if len(op.Beyond) > 0 {
			fmt.Fprintf(&b, ", and %d that no documentation has", len(op.Beyond))
		}
		if op.Driven < len(op.Cells) {
			b.WriteString("; never:")
		}
		b.WriteByte('\n')
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, l := range op.lines() {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", l.who, strings.Join(l.what, " ")+l.work, l.how)
		}
		_ = w.Flush() // into memory: cannot fail
		b.WriteByte('\n')
	}
	if len(r.NeverCalled) > 0 && len(r.Operations) > 0 {
		b.WriteString(wrap("Never called: "+list(r.NeverCalled)+".") + "\n\n")
	}
	b.WriteString(r.Summary() + "\n")
	return b.String()
}

// Summary is the report in a sentence.
func (r *Report) Summary() string {
	if r.Cells == 0 {
		return fmt.Sprintf("No operation was called: %s noted nothing.", count(r.Files, "process", "processes"))
	}
	return fmt.Sprintf("%g%%: %d of %s driven, in %s, by %s.", r.Percent, r.Driven,
		count(r.Cells, "cell", "cells"), count(len(r.Operations), "operation", "operations"), count(r.Files, "process", "processes"))
}

func count(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + several
}

// A line is cells that were never driven and that the same thing drives.
type line struct {
	who  string   // answers
	what []string // statuses or drops
	work string   // what becomes of it, where that matters
	how  string   // to drive them

	general string // how, with … for each of several
}

// lines are those of the operation, in the order of its cells.
func (o *Operation) lines() []line {
	var all []line
	for _, row := range o.Cells {
		if row.Driven {
			continue
		}
		l := line{who: row.Who(), what: []string{row.What()}, work: row.Work(), how: row.Advice()}
		if l.work != "" {
			l.work = ", " + l.work
		}
		general := l.how // of whichever status or drop
		if len(row.Incidents) == 0 && row.Inject != "" {
			general = strings.Replace(l.how, row.What(), "…", 1)
		}
		same := slices.IndexFunc(all, func(other line) bool {
			return other.who == l.who && other.work == l.work && (other.how == l.how || other.general == general)
		})
		if same >= 0 {
			all[same].what = append(all[same].what, l.what...)
			all[same].how = general
		} else {
			l.general = general
			all = append(all, l)
		}
	}
	return all
}

// Who is who answers.
func (c Cell) Who() string { return cmp.Or(string(c.Hop), "nobody") }

// What is the answer, or what comes in its place.
func (c Cell) What() string {
	if c.Drop != "" {
		return string(c.Drop)
	}
	return strconv.Itoa(c.Status)
}

// Work says what became of the work of the call, where that is not what the answer
// says, or does not say. Empty: as it says.
func (c Cell) Work() string {
	switch {
	case !c.Operation.Changes() || c.succeeds():
		return ""
	case c.Effect == scenarios.EffectApplied:
		return "the work done"
	case c.Drop != "" || c.Status < http.StatusBadRequest:
		return "nothing done"
	}
	return ""
}

// shownIncidents is how many incidents a line names.
const shownIncidents = 3

// Advice is what to do to drive the cell.
func (r *Row) Advice() string {
	switch n := len(r.Incidents); {
	case n > shownIncidents:
		return fmt.Sprintf("incidents %s, and %d more", strings.Join(r.Incidents[:shownIncidents], ", "), n-shownIncidents)
	case n > 1:
		return "incidents " + strings.Join(r.Incidents, ", ")
	case n == 1:
		return "incident " + r.Incidents[0]
	case r.Inject != "":
		return "inject: " + r.Inject
	}
	return "a call that succeeds"
}

func list(ops []scenarios.Operation) string {
	names := make([]string, len(ops))
	for i, op := range ops {
		names[i] = string(op)
	}
	return strings.Join(names, ", ")
}

// wrap breaks a text into lines.
func wrap(text string) string {
	const width = 100
	var b strings.Builder
	used := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case used == 0:
		case used+1+len(word) > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

package card

import (
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// Text is what was found in the case, for the log of a test, as WriteText has it.
func (r *Row) Text() string {
	t := &text{Card: &Card{Rules: report.Rules()}}
	t.heading(r.Name, r)
	t.row(r)
	return strings.TrimSuffix(t.out.String(), "\n")
}

// Summary is the sum of the card and the grades of its topics, in two lines.
func (c *Card) Summary() string {
	grades := make([]string, len(c.Topics))
	for i, t := range c.Topics {
		grades[i] = t.Name + " " + t.Grade
	}
	return c.Sum.String() + "\n" + strings.Join(grades, ", ")
}

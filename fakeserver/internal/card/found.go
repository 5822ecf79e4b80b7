package card

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// failures are the rows in which the client failed.
func (c *Card) failures() []Row { return c.with(Failed) }

// with are the incidents with a result, in the order of the library.
func (c *Card) with(r Result) []Row {
	return slices.DeleteFunc(slices.Clone(c.Incidents), func(row Row) bool { return row.Result != r })
}

// found are the findings that are hard, or those that are advice.
func (r *Row) found(hard bool) []report.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f report.Finding) bool { return f.Hard != hard })
}

// controls are the names of the control runs, which went well enough for a card, each
// with the verdicts on the client, if there are any.
func (c *Card) controls() string {
	var names []string
	for i := range c.Controls {
		name := c.Controls[i].Name
		if verdicts := c.Controls[i].verdicts(); verdicts != "" {
			name += " (" + verdicts + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// verdicts are the names of the verdicts with which the client fails.
func (r *Row) verdicts() string {
	var names []string
	for _, f := range r.found(true) {
		names = append(names, string(f.Verdict))
	}
	return strings.Join(names, ", ")
}

// rule is what a verdict stands for; its texts are empty if the card does not say.
func (c *Card) rule(v report.Verdict) report.Rule {
	for _, r := range c.Rules {
		if r.Verdict == v {
			return r
		}
	}
	return report.Rule{Verdict: v}
}

// An advised is an advice, and where it was found.
type advised struct {
	Rule      report.Rule
	Incidents []string // by name
}

// advice are the findings that are advice, in the order of the rules.
func (c *Card) advice() []advised {
	where := make(map[report.Verdict][]string)
	note := func(name string, findings []report.Finding) {
		for _, f := range findings {
			if !f.Hard && !slices.Contains(where[f.Verdict], name) {
				where[f.Verdict] = append(where[f.Verdict], name)
			}
		}
	}
	for i := range c.Incidents {
		note(c.Incidents[i].Name, c.Incidents[i].Findings)
	}
	if c.Cleanup != nil {
		note("the clean-up", c.Cleanup.Findings)
	}
	if c.Outage != nil {
		note("the outage", c.Outage.Findings)
	}
	var all []advised
	for _, rule := range c.Rules {
		if names := where[rule.Verdict]; len(names) > 0 {
			all = append(all, advised{rule, names})
		}
	}
	return all
}

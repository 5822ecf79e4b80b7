package card

import (
	"fmt"
	"strings"
)

// Text is what was found in the case, for the log of a test: what happened, what a good
// client does, and how to see it again.
func (r *Row) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n%s", r.Name, r.Result, r.Description)
	for _, f := range r.Findings {
		kind := "advice"
		if f.Hard {
			kind = "failed"
		}
		fmt.Fprintf(&b, "\n  %s: %s", kind, f.Verdict)
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "\n    %s", strings.ReplaceAll(e, "\n", "\n    "))
		}
	}
	if r.Reason != "" {
		fmt.Fprintf(&b, "\n  %s", r.Reason)
	}
	if r.Expect != "" {
		fmt.Fprintf(&b, "\na good client: %s", r.Expect)
	}
	if r.Reproduce != "" {
		fmt.Fprintf(&b, "\nto see it again: %s", r.Reproduce)
	}
	return b.String()
}

// Summary is the sum of the card and the grades of its topics, in a few lines.
func (c *Card) Summary() string {
	grades := make([]string, len(c.Topics))
	for i, t := range c.Topics {
		grades[i] = t.Name + " " + t.Grade
	}
	return fmt.Sprintf("%d incidents = %d passed + %d failed + %d not driven + %d not applicable\n%s",
		c.Sum.Incidents, c.Sum.Passed, c.Sum.Failed, c.Sum.NotDriven, c.Sum.NotApplicable, strings.Join(grades, ", "))
}

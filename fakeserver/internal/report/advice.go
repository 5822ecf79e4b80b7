package report

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MinPauses is how many pauses show whether they grow.
const MinPauses = 3

// samePauses is for which images the pauses did not grow while the service said nothing
// of how long to wait.
func (c *Case) samePauses() []problem {
	asked := make(map[string]bool) // images for which the service said how long to wait
	for i := range c.Calls {
		if c.Calls[i].RetryAfter != "" {
			asked[c.Calls[i].Image] = true
		}
	}
	var problems []problem
	for i := range c.Attempts {
		a := &c.Attempts[i]
		if pauses := a.Pauses(); !asked[a.Image] && !Grow(pauses) {
			problems = append(problems, problem{SamePauses, a.Image, fmt.Sprintf("image %s: the pauses are %s", a.Image, list(pauses))})
		}
	}
	return problems
}

// Grow reports whether pauses get longer: a later one is at least half as long again as
// the first. Fewer than three say nothing, which counts as growing.
func Grow(pauses []time.Duration) bool {
	return len(pauses) < MinPauses || slices.Max(pauses[1:]) > pauses[0]+pauses[0]/2
}

// Alike reports whether the pauses of several deletions are the same, so that clients
// that start together come back together. Less than two with enough pauses say nothing.
func Alike(all [][]time.Duration) bool {
	var first []time.Duration
	compared := 0
	for _, pauses := range all {
		switch {
		case len(pauses) < MinPauses:
			continue
		case first == nil:
			first = pauses
			continue
		}
		compared++
		for i := range min(len(first), len(pauses)) {
			if diff := (pauses[i] - first[i]).Abs(); diff > max(first[i]/20, 20*time.Millisecond) {
				return false
			}
		}
	}
	return compared > 0
}

// list is the first of some durations, as a reader needs them.
func list(all []time.Duration) string {
	var texts []string
	for _, d := range all[:min(len(all), maxTold)] {
		texts = append(texts, round(d).String())
	}
	if n := len(all) - len(texts); n > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(texts, ", ")
}

// causes are the words by which an error names a cause, beside the status and the code.
var causes = []string{"protected", "in use", "forbidden", "conflict", "unauthor", "not authorized", "not found", "too many", "unavailable", "timeout", "timed out", "reset", "exist", "overload"}

// causeMissing is what the client said that does not name why the service refused.
func (c *Case) causeMissing() []problem {
	var problems []problem
	for i := range c.Said {
		s := &c.Said[i]
		if s.Error == nil || s.OverTime {
			continue
		}
		said := strings.ToLower(s.Error.Error())
		status, named := 0, slices.ContainsFunc(causes, func(cause string) bool { return strings.Contains(said, cause) })
		for j := range c.Calls {
			call := &c.Calls[j]
			if call.Method != http.MethodDelete || call.Status < 400 || !s.about(call.Image) {
				continue
			}
			status = call.Status
			named = named || strings.Contains(said, strconv.Itoa(status)) || call.Code != "" && strings.Contains(said, strings.ToLower(call.Code)) ||
				strings.Contains(said, strings.ToLower(http.StatusText(status)))
		}
		if status != 0 && !named {
			problems = append(problems, problem{NoCause, "", fmt.Sprintf("it was answered %d, and says only: %s", status, lastLine(s.Error.Error()))})
		}
	}
	return problems
}

// lastLine is where commands tell what is wrong.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

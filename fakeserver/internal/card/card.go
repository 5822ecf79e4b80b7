// Package card is what a client gets once it is graded: a row for each incident, with
// what was found and a way to see it again. It has no server and no clock; it only
// sums up, and writes itself as text, JSON, JUnit and HTML.
package card

import (
	"fmt"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// Version is that of the JSON form. It grows when a reader of an older one would be
// misled; fields that are new do not change it.
const Version = 1

// A Card says how a client deletes images.
type Card struct {
	Version     int           `json:"version"`
	Fakeglance  string        `json:"fakeglance"` // its version
	Client      string        `json:"client"`     // the command, or the name of the test
	AlreadyGone string        `json:"already_gone"`
	TimeLimit   float64       `json:"time_limit_seconds"`
	Controls    []Row         `json:"controls"`          // a clean deletion and a protected image: whether the client works at all
	Incidents   []Row         `json:"incidents"`         // the whole library
	Cleanup     *Row          `json:"cleanup,omitempty"` // a world in which a wrong image is easily deleted; nil: not tried
	Outage      *Outage       `json:"outage,omitempty"`  // nil: not tried
	Sum         Sum           `json:"sum"`
	Topics      []Topic       `json:"topics"`
	Rules       []report.Rule `json:"rules"` // what the verdicts stand for
}

// A Result is how a client did in one case.
type Result string

// The results.
const (
	Passed        Result = "passed"
	Failed        Result = "failed"         // with at least one hard finding
	NotDriven     Result = "not driven"     // it met nothing of what the incident injects, or sent no DELETE: that speaks neither for it nor against it
	NotApplicable Result = "not applicable" // it was not asked
)

// A Row is one case: what happened, what was said, what was found.
type Row struct {
	Name        string           `json:"name"`
	Topic       string           `json:"topic,omitempty"`
	Description string           `json:"description"`      // what goes wrong
	Expect      string           `json:"expect,omitempty"` // what a good client does
	Source      []string         `json:"source,omitempty"` // where it was seen
	Result      Result           `json:"result"`
	Reason      string           `json:"reason,omitempty"` // why it is not driven, or not applicable
	Findings    []report.Finding `json:"findings,omitempty"`
	Said        []Said           `json:"said,omitempty"`
	Requests    []Request        `json:"requests,omitempty"`      // in the order of their arrival; at most MaxRequests
	More        int              `json:"more_requests,omitempty"` // that are left out
	Reproduce   string           `json:"reproduce,omitempty"`     // the one command, or line of Go, that shows it again
}

// MaxRequests is how many requests of a case a card has.
const MaxRequests = 200

// Said is what the client said about some of the targets.
type Said struct {
	Images  []string `json:"images"`          // their ids
	Deleted bool     `json:"deleted"`         // false: it said that it failed
	Error   string   `json:"error,omitempty"` // in its words
}

// A Request is a request of the client, for the picture of the case.
type Request struct {
	Seq       int     `json:"seq"`     // 1 is the first
	AtMillis  float64 `json:"at_ms"`   // since the first request of the case
	Millis    float64 `json:"took_ms"` // until its answer
	Operation string  `json:"operation,omitempty"`
	Image     string  `json:"image,omitempty"`
	Method    string  `json:"method"`
	Path      string  `json:"path"`
	Result    string  `json:"result"`          // 204, 503, 204 truncated, dropped, pending, client left
	Fault     string  `json:"fault,omitempty"` // that was injected
}

// An Outage is how many deletions did while the service was down for a while.
type Outage struct {
	Deletions int              `json:"deletions"`
	Seconds   float64          `json:"seconds"`  // for which each of them met only 503
	Deleted   int              `json:"deleted"`  // that succeeded in the end
	Attempts  float64          `json:"attempts"` // DELETE requests of each, on average
	Most      int              `json:"most"`     // DELETE requests of one
	Grow      bool             `json:"grow"`     // the pauses get longer, or are too few to tell
	Findings  []report.Finding `json:"findings,omitempty"`
}

// Pauses is what the pauses do, as the end of a sentence.
func (o *Outage) Pauses() string {
	switch {
	case o.Most <= report.MinPauses: // one request more than there are pauses
		return "are too few to tell whether they get longer"
	case o.Grow:
		return "get longer"
	}
	return "do not get longer"
}

// A Sum counts the incidents. The four counts together are all of them.
type Sum struct {
	Incidents     int `json:"incidents"`
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	NotDriven     int `json:"not_driven"`
	NotApplicable int `json:"not_applicable"`
}

// A Topic is the grade of a topic: A if the client passed all incidents that it
// drove, B from 80 % on, C from 60 %, D from 40 %, else F; - if it drove none.
type Topic struct {
	Name  string `json:"name"`
	Grade string `json:"grade"`
	Sum
}

// Total sets what follows from the rows: the version, the sum, the grade of each
// topic, in the order of the incidents, and the rules. An incident without a result was
// not asked for, and does not apply.
func (c *Card) Total() {
	c.Version, c.Rules = Version, report.Rules()
	c.Sum, c.Topics = Sum{}, nil
	at := make(map[string]int)
	for i := range c.Incidents {
		row := &c.Incidents[i]
		if row.Result == "" {
			row.Result, row.Reason = NotApplicable, "it was not asked for"
		}
		n, ok := at[row.Topic]
		if !ok {
			n = len(c.Topics)
			at[row.Topic] = n
			c.Topics = append(c.Topics, Topic{Name: row.Topic})
		}
		c.Sum.add(row.Result)
		c.Topics[n].add(row.Result)
	}
	for i := range c.Topics {
		c.Topics[i].Grade = c.Topics[i].grade()
	}
}

// String is the equation that the counts are.
func (s *Sum) String() string {
	return fmt.Sprintf("%s = %d passed + %d failed + %d not driven + %d not applicable", number(s.Incidents, "incident"), s.Passed, s.Failed, s.NotDriven, s.NotApplicable)
}

func (s *Sum) add(r Result) {
	s.Incidents++
	switch r {
	case Passed:
		s.Passed++
	case Failed:
		s.Failed++
	case NotDriven:
		s.NotDriven++
	case NotApplicable:
		s.NotApplicable++
	}
}

func (s *Sum) grade() string {
	driven := s.Passed + s.Failed
	if driven == 0 {
		return "-"
	}
	switch share := 100 * s.Passed / driven; {
	case share == 100:
		return "A"
	case share >= 80:
		return "B"
	case share >= 60:
		return "C"
	case share >= 40:
		return "D"
	}
	return "F"
}

// Failed reports whether the client failed in an incident or in the clean-up.
func (c *Card) Failed() bool {
	return c.Sum.Failed > 0 || c.Cleanup != nil && c.Cleanup.Result == Failed
}

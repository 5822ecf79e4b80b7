package card

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The XML of JUnit, as far as CI systems read it.
type (
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"` // seconds

		millis float64
	}
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
		Skipped *junitSkipped `xml:"skipped"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// cleanupName is the suite of the clean-up, which has no topic.
const cleanupName = "clean-up"

// WriteJUnit writes the card as the XML of JUnit: a suite for each topic, with a test
// for each incident, and one for the clean-up. What says nothing about the client is
// skipped. Control runs and the outage, in which no client fails, are left out.
func (c *Card) WriteJUnit(w io.Writer) error {
	c = c.cleaned()
	all := &junitSuites{Name: "fakeglance: " + c.Client, junitCounts: junitCounts{Time: seconds(0)}}
	suites := make(map[string]int)
	add := func(topic string, row *Row) {
		at, ok := suites[topic]
		if !ok {
			at = len(all.Suites)
			suites[topic] = at
			all.Suites = append(all.Suites, junitSuite{Name: topic})
		}
		suite := &all.Suites[at]
		suite.Cases = append(suite.Cases, c.junitCase(topic, row))
		suite.count(row)
		all.count(row)
	}
	for i := range c.Incidents {
		add(c.Incidents[i].Topic, &c.Incidents[i])
	}
	if c.Cleanup != nil {
		add(cleanupName, c.Cleanup)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (n *junitCounts) count(row *Row) {
	n.Tests++
	switch row.Result {
	case Failed:
		n.Failures++
	case NotDriven, NotApplicable:
		n.Skipped++
	}
	n.millis += row.millis()
	n.Time = seconds(n.millis)
}

func (c *Card) junitCase(topic string, row *Row) junitCase {
	test := junitCase{Class: topic, Name: row.Name, Time: seconds(row.millis())}
	switch row.Result {
	case Failed:
		verdicts := row.verdicts()
		test.Failure = &junitFailure{Message: verdicts + ": " + row.Description, Type: verdicts, Text: c.sentences(row)}
	case NotDriven, NotApplicable:
		test.Skipped = &junitSkipped{string(row.Result) + ": " + row.Reason}
	}
	var advice []string
	for _, f := range row.found(false) {
		advice = append(advice, fmt.Sprintf("advice: %s: %s", f.Verdict, strings.Join(f.Evidence, "\n")))
	}
	test.Out = strings.Join(advice, "\n")
	return test
}

// sentences is what happened in a case, what a good client does, and how to see it
// again.
func (c *Card) sentences(row *Row) string {
	var lines []string
	for _, f := range row.found(true) {
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s: %s", f.Verdict, c.rule(f.Verdict).Meaning), ": "))
		for _, e := range f.Evidence {
			lines = append(lines, "  "+strings.ReplaceAll(e, "\n", "\n  "))
		}
	}
	for _, more := range []struct{ label, text string }{
		{"a good client", row.Expect}, {"seen in", strings.Join(row.Source, "; ")}, {"to see it again", row.Reproduce},
	} {
		if more.text != "" {
			lines = append(lines, more.label+": "+more.text)
		}
	}
	return strings.Join(lines, "\n")
}

// millis is how long the requests of a case took, from the first to the last answer.
func (r *Row) millis() float64 {
	last := 0.0
	for i := range r.Requests {
		last = max(last, r.Requests[i].end())
	}
	return last
}

// end is when the answer came, in milliseconds since the first request of the case;
// of a request without an answer, when it arrived.
func (r *Request) end() float64 { return r.AtMillis + max(r.Millis, 0) }

func seconds(millis float64) string { return fmt.Sprintf("%.3f", millis/1000) }

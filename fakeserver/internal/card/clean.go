package card

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// cleaned is a copy whose texts can be shown anywhere: see clean. Pages that clients
// print have many empty lines: of those in a row, one is left.
func (c *Card) cleaned() *Card {
	c = cleanValue(reflect.ValueOf(c)).Interface().(*Card)
	rows := c.Incidents
	if c.Cleanup != nil {
		rows = append(slices.Clip(rows), *c.Cleanup)
	}
	for i := range rows {
		for _, f := range rows[i].Findings {
			for j, e := range f.Evidence {
				f.Evidence[j] = emptyLines.ReplaceAllString(e, "\n\n")
			}
		}
		for j := range rows[i].Said {
			said := &rows[i].Said[j]
			said.Error = emptyLines.ReplaceAllString(said.Error, "\n\n")
		}
	}
	return c
}

var emptyLines = regexp.MustCompile(`\n(?: *\n){2,}`)

// cleanValue is a deep copy with clean texts.
func cleanValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		return reflect.ValueOf(clean(v.String())).Convert(v.Type())
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		to := reflect.New(v.Type().Elem())
		to.Elem().Set(cleanValue(v.Elem()))
		return to
	case reflect.Slice:
		to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			to.Index(i).Set(cleanValue(v.Index(i)))
		}
		return to
	case reflect.Struct:
		to := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			to.Field(i).Set(cleanValue(v.Field(i)))
		}
		return to
	}
	return v
}

// colours matches what programs print to change colours and to move the cursor.
var colours = regexp.MustCompile(`\x1b\[[0-9:;<=>?]*[ -/]*[@-~]`)

// clean is what can be shown of a text, which may be whatever a program has printed:
// its printable characters, spaces and ends of lines.
func clean(s string) string {
	s = colours.ReplaceAllString(s, "")
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\r\n", "\n")
	return strings.TrimRight(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, s), " \n")
}

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

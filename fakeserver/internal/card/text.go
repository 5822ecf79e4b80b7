package card

import (
	"fmt"
	"io"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// WriteText writes the card for a terminal: lines of at most 100 columns, without
// colours, in ASCII unless a text of the card is not. Only a word of a command that
// is longer makes a line that is longer, so that the command can be copied.
func (c *Card) WriteText(w io.Writer) error {
	t := &text{Card: c.cleaned()}
	t.head()
	t.failed()
	t.cleanup()
	t.outage()
	t.undriven()
	t.grades()
	t.advise()
	_, err := io.WriteString(w, t.out.String())
	return err
}

type text struct {
	*Card
	out strings.Builder
}

func (t *text) line(format string, args ...any) {
	t.out.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (t *text) title(text string) {
	t.line("")
	t.line("%s", text)
	t.line("%s", strings.Repeat("-", columns(text)))
}

// labelWidth is the column at which what belongs to a label begins.
const labelWidth = 18

// field writes lines beside a label.
func (t *text) field(label string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		t.line("%-*s%s", labelWidth, label, line)
	}
}

// words writes a text beside a label; nothing if there is none.
func (t *text) words(label, words string) {
	if words != "" {
		t.field(label, wrap(ascii(words), width-labelWidth))
	}
}

// ascii replaces the one character that the sentences of a report have beside those
// of ASCII.
func ascii(s string) string { return strings.ReplaceAll(s, "…", "...") }

func (t *text) head() {
	t.words("client", t.Client)
	t.words("judged by", "fakeglance "+t.Fakeglance)
	t.words("time limit", span(t.TimeLimit*1000)+" for each deletion")
	t.words("already gone", "an image that is gone before the client comes: want "+t.AlreadyGone)
	t.words("control runs", t.controls())
	t.line("")
	t.line("%s", &t.Sum)
}

// failed writes the incidents in which the client failed.
func (t *text) failed() {
	rows := t.failures()
	if len(rows) == 0 {
		return
	}
	t.title(fmt.Sprintf("FAILED: %s", number(len(rows), "incident")))
	for i := range rows {
		if i > 0 {
			t.line("")
		}
		t.heading(fmt.Sprintf("%d. %s", i+1, rows[i].Name), &rows[i])
		t.row(&rows[i])
	}
}

// heading says what was found in a case, in a line.
func (t *text) heading(name string, row *Row) {
	if row.Topic != "" {
		name += " (" + row.Topic + ")"
	}
	if verdicts := row.verdicts(); verdicts != "" {
		name += ": " + verdicts
	}
	for _, line := range wrap(name, width) {
		t.line("%s", line)
	}
}

// row writes a case: what happened, what a good client does, and how to see it again.
func (t *text) row(row *Row) {
	t.words("  the incident", row.Description)
	label := "  what happened"
	for _, f := range row.found(true) {
		t.finding(label, f)
		label = ""
	}
	t.words("  note", row.Reason)
	t.words("  a good client", row.Expect)
	t.words("  seen in", strings.Join(row.Source, "; "))
	if row.Reproduce != "" {
		t.field("  to see it again", wrapCommand(row.Reproduce, width-labelWidth))
	}
}

// maxSentence is how many lines of a sentence are written: clients print whole pages.
const maxSentence = 12

// finding writes what a verdict stands for, and its evidence.
func (t *text) finding(label string, f report.Finding) {
	t.words(label, strings.TrimSuffix(string(f.Verdict)+": "+t.rule(f.Verdict).Meaning, ": "))
	for _, sentence := range f.Evidence {
		lines := wrap(ascii(sentence), width-labelWidth-2)
		if n := len(lines) - maxSentence; n > 1 {
			lines = append(lines[:maxSentence], fmt.Sprintf("(%d more lines)", n))
		}
		for i, line := range lines {
			mark := "- "
			if i > 0 {
				mark = "  "
			}
			t.line("%-*s%s%s", labelWidth, "", mark, line)
		}
	}
}

func (t *text) cleanup() {
	row := t.Cleanup
	if row == nil {
		return
	}
	t.title("CLEAN-UP: " + string(row.Result))
	t.row(row)
}

func (t *text) outage() {
	o := t.Outage
	if o == nil {
		return
	}
	t.title("OUTAGE: " + number(o.Deletions, "deletion") + " while the service answers 503")
	t.words("  deleted", fmt.Sprintf("%d of %d in the end; each met only 503 for %s", o.Deleted, o.Deletions, span(o.Seconds*1000)))
	t.words("  requests", fmt.Sprintf("%.1f DELETE requests for each deletion on average, at most %d; the pauses %s", o.Attempts, o.Most, o.Pauses()))
	for _, f := range o.Findings {
		t.finding("  found", f)
	}
}

// undriven writes the incidents that say nothing about the client.
func (t *text) undriven() {
	if rows := t.with(NotDriven); len(rows) > 0 {
		t.title(fmt.Sprintf("NOT DRIVEN: %s (that speaks neither for the client nor against it)", number(len(rows), "incident")))
		for i := range rows {
			for _, line := range wrap(rows[i].Name, width-2) {
				t.line("  %s", line)
			}
			for _, line := range wrap(ascii(rows[i].Reason), width-6) {
				t.line("      %s", line)
			}
		}
	}
	rows := t.with(NotApplicable)
	if len(rows) == 0 {
		return
	}
	t.title(fmt.Sprintf("NOT APPLICABLE: %s", number(len(rows), "incident")))
	var reasons []string // in the order in which they come
	names := make(map[string][]string)
	for i := range rows {
		reason := rows[i].Reason
		if names[reason] == nil {
			reasons = append(reasons, reason)
		}
		names[reason] = append(names[reason], rows[i].Name)
	}
	for _, reason := range reasons {
		words := strings.Join(names[reason], ", ")
		if reason != "" {
			words = ascii(reason) + ": " + words
		}
		for _, line := range wrap(words, width-2) {
			t.line("  %s", line)
		}
	}
}

// grades writes the grade of each topic, and the sum.
func (t *text) grades() {
	t.title("GRADES")
	row := func(name string, cells ...any) {
		t.line("  %-24s %6v %7v %7v %11v %15v", append([]any{fit(name, 24)}, cells...)...)
	}
	row("topic", "grade", "passed", "failed", "not driven", "not applicable")
	for i := range t.Topics {
		s := &t.Topics[i]
		row(s.Name, s.Grade, s.Passed, s.Failed, s.NotDriven, s.NotApplicable)
	}
	row("all", "", t.Sum.Passed, t.Sum.Failed, t.Sum.NotDriven, t.Sum.NotApplicable)
	t.line("")
	t.line("  Of the incidents that it drove, the client passed in all: A; from 80 %% on: B; 60 %%: C; 40 %%: D.")
	t.line("  %s", &t.Sum)
}

// advise writes what would be better, which no client fails for.
func (t *text) advise() {
	all := t.advice()
	if len(all) == 0 {
		return
	}
	t.title("ADVICE, for which no client fails")
	for _, a := range all {
		const most = 5
		where := strings.Join(a.Incidents[:min(len(a.Incidents), most)], ", ")
		if n := len(a.Incidents) - most; n > 0 {
			where += fmt.Sprintf(" and %d more", n)
		}
		t.words("  "+string(a.Rule.Verdict), a.Rule.Meaning+" A good client: "+a.Rule.Instead+" In "+where+".")
	}
}

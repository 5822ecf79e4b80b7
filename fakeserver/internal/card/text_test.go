package card

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

func TestText(t *testing.T) {
	t.Parallel()
	c := mixed()
	c.Incidents[1].Reproduce = "" // may have long words
	text := string(written(t, c, (*Card).WriteText))
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if columns(line) > width {
			t.Errorf("%d columns: %s", columns(line), line)
		}
		if line != strings.TrimRight(line, " ") || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("spaces at the end, or what cannot be printed: %q", line)
		}
	}
	// Failures come first, and advice comes last.
	parts := []string{"\nFAILED", "1. flaky-then-ok", "2. batch-one-refuses", "\nCLEAN-UP: failed", "\nOUTAGE", "\nNOT DRIVEN", "\nNOT APPLICABLE", "\nGRADES", "\nADVICE"}
	var at []int
	for _, part := range parts {
		at = append(at, strings.Index(text, part))
	}
	if at[0] < 0 || !slices.IsSorted(at) {
		t.Errorf("the parts %q are at %d", parts, at)
	}
	if want := "7 incidents = 3 passed + 2 failed + 1 not driven + 1 not applicable"; strings.Count(text, want) != 2 {
		t.Errorf("the sum is not there twice:\n%s", text)
	}
	if !strings.Contains(text, "- a page\n\n                    with empty lines\n") {
		t.Error("the page of a client has not one empty line")
	}
	if !strings.Contains(text, "\ncontrol runs      clean-deletion, protected-image (retried-in-vain)\n") {
		t.Errorf("the control runs are missing:\n%s", text)
	}
	// What is quoted from a client is ASCII where the client printed ASCII.
	for i := range c.Incidents {
		c.Incidents[i].Findings = append([]report.Finding{hard(report.OverTime, nil, "… and 3 more")}, c.Incidents[i].Findings...)
	}
	ours := regexp.MustCompile(`\x{fffd}| evil ü 日本`).ReplaceAllString(string(written(t, c, (*Card).WriteText)), "")
	if i := strings.IndexFunc(ours, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		t.Errorf("not ASCII: %q", ours[max(0, i-20):i+4])
	}
}

// A card of a client that made no mistake says so, and nothing about what it has not.
func TestTextOfGoodClient(t *testing.T) {
	t.Parallel()
	c := &Card{Client: "good", AlreadyGone: "ok", TimeLimit: 1.5, Incidents: []Row{{Name: "a", Topic: "gone", Result: Passed}}}
	c.Total()
	text := string(written(t, c, (*Card).WriteText))
	if regexp.MustCompile(`(?m)^(FAILED|CLEAN-UP|OUTAGE|NOT|ADVICE)`).MatchString(text) || !strings.Contains(text, "1 incident = 1 passed + 0 failed") {
		t.Errorf("the text is\n%s", text)
	}
}

// A shell takes a wrapped command as the one that it was.
func TestWrapCommand(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	const command = `printf '%s\n' one two\ words 'three words  quoted' "four \"of them\" '" --five='a b'"c d" ` + "'two\nlines' last"
	want, err := exec.CommandContext(t.Context(), shell, "-c", command).Output()
	if err != nil {
		t.Fatal(err)
	}
	for most := range 60 {
		lines := wrapCommand(command, most)
		got, err := exec.CommandContext(t.Context(), shell, "-c", strings.Join(lines, "\n    ")).Output()
		if err != nil || string(got) != string(want) {
			t.Errorf("%q\nprints %q, want %q (%v)", lines, got, want, err)
		}
		for _, line := range lines {
			if columns(line) > most && strings.Contains(strings.TrimSuffix(strings.TrimSpace(line), ` \`), " -") {
				t.Errorf("more than %d columns: %q", most, line)
			}
		}
	}
	if lines := wrapCommand("short command", 20); len(lines) != 1 || lines[0] != "short command" {
		t.Errorf("got %q", lines)
	}
	if lines := wrapCommand(strings.Repeat("word ", 40), 50); len(lines) < 4 || slices.ContainsFunc(lines, func(l string) bool { return len(l) > 50 }) {
		t.Errorf("got %q", lines)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three", []string{"one two", "three"}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"abcdefghijkl", []string{"abcdefghi", "jkl"}},
		{"  indented and wrapped", []string{"  indente", "  d and", "  wrapped"}},
		{"日本日本日本", []string{"日本日本", "日本"}},
		{"äöüäöüäöü ä", []string{"äöüäöüäöü", "ä"}},
	} {
		if got := wrap(test.text, 9); !slices.Equal(got, test.want) {
			t.Errorf("%q is wrapped to %q, want %q", test.text, got, test.want)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\x1b[1;31mred\x1b[0m \x1b[2Kand\x1b[38:5:1m more": "red and more",
		"a\x00b\x07c\u202ed\ufeffe\u0085f":                 "abcde f",
		"a\r\nb\nc\td\u00a0e":                              "a\nb\nc d e",
		"bad \xff\xfe\xc0 bytes":                           "bad \ufffd bytes",
		"not in XML \ufffe\uffff":                          "not in XML",
		"ends \n\n":                                        "ends",
		"äöü 日本 😀":                                         "äöü 日本 😀",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q is cleaned to %q, want %q", text, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for ms, want := range map[float64]string{
		-5: "0 s", 0: "0 s", 0.2: "<1 ms", 1: "1 ms", 999.4: "999 ms", 999.6: "1.0 s", 1000: "1.0 s", 9_949: "9.9 s", 9_951: "10 s",
		60_000: "60 s", 119_600: "2 min", 7_169_000: "119 min", 7_200_000: "2.0 h",
	} {
		if got := span(ms); got != want {
			t.Errorf("span(%v) is %q, want %q", ms, got, want)
		}
	}
}

// A client that tried once has no pauses to be praised for.
func TestOutagePauses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outage Outage
		want   string
	}{
		{Outage{Most: 1, Grow: true}, "are too few to tell whether they get longer"},
		{Outage{Most: 3, Grow: true}, "are too few to tell whether they get longer"},
		{Outage{Most: 4, Grow: true}, "get longer"},
		{Outage{Most: 4}, "do not get longer"},
	} {
		if got := c.outage.Pauses(); got != c.want {
			t.Errorf("%+v: the pauses %s, want %s", c.outage, got, c.want)
		}
	}
}

// A note stands with the case that it is about, on the card and in the log of a test.
func TestNote(t *testing.T) {
	t.Parallel()
	c := &Card{Incidents: []Row{{Name: "flaky", Result: Failed, Reason: "the journal is too small", Reproduce: "run it"}}}
	c.Total()
	for name, text := range map[string]string{"card": string(written(t, c, (*Card).WriteText)), "log": c.Incidents[0].Text()} {
		if !strings.Contains(text, "note            the journal is too small\n") || !strings.Contains(text, "run it") {
			t.Errorf("the %s is\n%s", name, text)
		}
	}
}

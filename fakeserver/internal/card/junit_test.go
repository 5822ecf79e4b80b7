package card

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"testing"
)

// A suite, as a reader of JUnit's XML takes it.
type suite struct {
	Name     string  `xml:"name,attr"`
	Tests    *int    `xml:"tests,attr"`
	Failures *int    `xml:"failures,attr"`
	Errors   *int    `xml:"errors,attr"`
	Skipped  *int    `xml:"skipped,attr"`
	Time     string  `xml:"time,attr"`
	Suites   []suite `xml:"testsuite"`
	Cases    []struct {
		Class    string `xml:"classname,attr"`
		Name     string `xml:"name,attr"`
		Time     string `xml:"time,attr"`
		Failures []struct {
			Message string `xml:"message,attr"`
			Type    string `xml:"type,attr"`
			Text    string `xml:",chardata"`
		} `xml:"failure"`
		Skips []struct {
			Message string `xml:"message,attr"`
		} `xml:"skipped"`
		Out string `xml:"system-out"`
	} `xml:"testcase"`
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	text := written(t, mixed(), (*Card).WriteJUnit)
	if i := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0xfffe }); i >= 0 {
		t.Errorf("a control character: %q", text[i:i+10])
	}
	dec := xml.NewDecoder(bytes.NewReader(text))
	var all struct {
		XMLName xml.Name `xml:"testsuites"`
		suite
	}
	if err := dec.Decode(&all); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); err != io.EOF && err != nil {
		t.Error(err)
	}
	var tests, failures, skipped int
	for _, s := range all.Suites {
		var failed, left int
		for _, one := range s.Cases {
			if one.Class != s.Name {
				t.Errorf("%s: the class is %q, want %q", one.Name, one.Class, s.Name)
			}
			failed, left = failed+len(one.Failures), left+len(one.Skips)
			if len(one.Failures)+len(one.Skips) > 1 {
				t.Errorf("%s: %+v", one.Name, one)
			}
			isSeconds(t, one.Time)
		}
		counts(t, s, len(s.Cases), failed, left)
		tests, failures, skipped = tests+len(s.Cases), failures+failed, skipped+left
	}
	counts(t, all.suite, tests, failures, skipped)
	if sum := mixed().Sum; tests != sum.Incidents+1 || failures != sum.Failed+1 || skipped != sum.NotDriven+sum.NotApplicable {
		t.Errorf("%d tests, %d failures, %d skipped; with the clean-up, which fails, that is not %+v", tests, failures, skipped, sum)
	}
	gateway := all.Suites[1].Cases
	flaky := gateway[0].Failures[0]
	if flaky.Type != "gave-up, ignored-retry-after" || !strings.HasPrefix(flaky.Message, flaky.Type+": The image service") {
		t.Errorf("the failure is %+v", flaky)
	}
	for _, part := range []string{
		"\n  <script>alert(\"x\" + 'y')</script> & ]]> {{.}} red\n  next line\ufffd evil  ü 日本\n", "\na good client: Waits", "\nseen in: openshift", "\nto see it again: fakeglance grade",
		"2 DELETEs: 503 by fault flaky-delete (2 times)\nignored-retry-after: It comes back sooner",
	} {
		if !strings.Contains(flaky.Text, part) {
			t.Errorf("%q is not in %q", part, flaky.Text)
		}
	}
	if gateway[0].Time != "0.009" || gateway[1].Time != "33.927" || all.Suites[1].Time != "33.937" {
		t.Errorf("the times are %s, %s, %s", gateway[0].Time, gateway[1].Time, all.Suites[1].Time)
	}
	if !strings.Contains(gateway[1].Out, "advice: same-pauses: image") {
		t.Errorf("the advice is %q", gateway[1].Out)
	}
	identity := all.Suites[3].Cases
	if got := identity[0].Skips[0].Message; !strings.HasPrefix(got, "not driven: fault catalog: want times 1, injected 0: no request matched\n<script>") {
		t.Errorf("not driven is skipped with %q", got)
	}
	if got := identity[1].Skips[0].Message; got != "not applicable: it was not asked for" {
		t.Errorf("not applicable is skipped with %q", got)
	}
}

func counts(t *testing.T, s suite, tests, failures, skipped int) {
	t.Helper()
	if s.Name == "" || s.Tests == nil || s.Failures == nil || s.Errors == nil || s.Skipped == nil {
		t.Fatalf("attributes are missing: %+v", s)
	}
	if *s.Tests != tests || *s.Failures != failures || *s.Errors != 0 || *s.Skipped != skipped {
		t.Errorf("%s: %d tests, %d failures, %d errors, %d skipped, want %d, %d, 0, %d", s.Name, *s.Tests, *s.Failures, *s.Errors, *s.Skipped, tests, failures, skipped)
	}
	isSeconds(t, s.Time)
}

func isSeconds(t *testing.T, text string) {
	t.Helper()
	if n, err := strconv.ParseFloat(text, 64); err != nil || n < 0 {
		t.Errorf("the time is %q", text)
	}
}

// Without any case it is a document all the same.
func TestJUnitOfNothing(t *testing.T) {
	t.Parallel()
	want := xml.Header + `<testsuites name="fakeglance: " tests="0" failures="0" errors="0" skipped="0" time="0.000"></testsuites>` + "\n"
	if got := string(written(t, new(Card), (*Card).WriteJUnit)); got != want {
		t.Errorf("got %s", got)
	}
}

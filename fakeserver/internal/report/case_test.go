package report

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

const (
	anImage  = "00000000-0000-4000-8000-000000000001"
	another  = "00000000-0000-4000-8000-000000000002"
	startSec = 1_000_000
)

// at is a time in the cases, in seconds since the first call.
func at(seconds float64) time.Time {
	return time.Unix(startSec, 0).Add(time.Duration(seconds * float64(time.Second)))
}

// A step is a DELETE request of anImage: its times in seconds, its answer, and the fault.
type step struct {
	arrived, answered float64
	status            int
	retryAfter, by    string
}

// newCase is a case in which anImage was to be deleted, and is gone or not.
func newCase(gone bool, said error, steps ...step) *Case {
	c := &Case{
		Outcome: scenarios.Outcome{Gone: []string{anImage}},
		Images: []Image{
			{ID: anImage, Start: ImageState{Exists: true}, Now: ImageState{Exists: !gone}},
			{ID: another, Start: ImageState{Exists: true}, Now: ImageState{Exists: true}},
		},
		Said: []Said{{Targets: []string{anImage}, Error: said}},
	}
	tried := Attempts{Image: anImage}
	for i, s := range steps {
		result := http.StatusText(s.status)
		if s.status != 0 {
			result = string(rune('0'+s.status/100)) + string(rune('0'+s.status/10%10)) + string(rune('0'+s.status%10))
		}
		c.Calls = append(c.Calls, Call{
			TokenUse: TokenUse{Seq: i + 1, Request: "DELETE /v2/images/" + anImage, Token: "t", Status: s.status, Latest: i + 1},
			Arrived:  at(s.arrived), Answered: at(s.answered), Operation: scenarios.DeleteImage, Image: anImage, Method: http.MethodDelete, Path: "/v2/images/" + anImage, RetryAfter: s.retryAfter, Result: result,
		})
		for j := range i { // what had come before the answer
			if c.Calls[j].Answered.After(at(s.arrived)) {
				c.Calls[j].Latest = i + 1
			}
		}
		tried.Count++
		tried.First = append(tried.First, Attempt{Time: at(s.arrived), Took: at(s.answered).Sub(at(s.arrived)), Known: true, Result: result, By: s.by})
	}
	if tried.Count > 0 {
		c.Attempts = []Attempts{tried}
	}
	return c
}

func TestFindings(t *testing.T) {
	t.Parallel()
	failed := errors.New("it failed: 503")
	date := at(3).UTC().Format(http.TimeFormat)
	other := func(c *Case, call Call) *Case {
		call.Seq = len(c.Calls) + 1
		c.Calls = append(c.Calls, call)
		return c
	}
	inRuns := func(c *Case) *Case { // each call in a run of its own
		for i := range c.Calls {
			c.Calls[i].Run = i
		}
		return c
	}
	given := func(c *Case) *Case {
		c.Given = "t"
		return c
	}
	there := func(c *Case) *Case { // when the client had ended
		c.Said[0].There = []string{anImage}
		return c
	}
	late := func(said error) *Case {
		return there(newCase(true, said, step{0, 0.1, 503, "", "fault busy"}, step{1, 1.1, 204, "", ""}))
	}
	refused := func() *Case {
		return newCase(true, nil, step{0, 0.1, 401, "", "fault auth"}, step{1, 1.1, 204, "", ""})
	}
	for name, test := range map[string]struct {
		c    *Case
		want string // the verdicts
		told string // a part of the evidence
	}{
		"well done":                  {newCase(true, nil, step{0, 0.1, 204, "", ""}), "", ""},
		"still there, says deleted":  {newCase(false, nil, step{0, 0.1, 503, "", "fault busy"}), "false-success", "is still there; 1 DELETE: 503 by fault busy"},
		"still there, says failed":   {newCase(false, failed, step{0, 0.1, 503, "", "fault busy"}), "gave-up", "the client reports an error: it failed: 503"},
		"gone, says failed":          {newCase(true, failed, step{0, 0.1, 204, "", ""}), "false-failure", "the client reports an error"},
		"went later":                 {late(nil), "false-success", "was still there when the client had ended, and went later; 2 DELETE"},
		"went later, says failed":    {late(failed), "false-failure", ""},
		"too soon":                   {newCase(true, nil, step{0, 0.1, 503, "1", "fault busy"}, step{0.6, 0.7, 204, "", ""}), "ignored-retry-after", "came 500ms after request 1 had been answered 503 with Retry-After: 1"},
		"soon enough":                {newCase(true, nil, step{0, 0.1, 503, "1", "fault busy"}, step{1.08, 1.2, 204, "", ""}), "", ""},
		"too soon by date":           {newCase(true, nil, step{0, 0.1, 429, date, "fault busy"}, step{2, 2.1, 204, "", ""}), "ignored-retry-after", date},
		"soon enough by date":        {newCase(true, nil, step{0, 0.1, 429, date, "fault busy"}, step{3, 3.1, 204, "", ""}), "", ""},
		"longer than is sane":        {newCase(true, nil, step{0, 0.1, 429, "3600", "fault busy"}, step{2, 2.1, 204, "", ""}), "", ""},
		"zero, or no number":         {newCase(true, nil, step{0, 0.1, 429, "0", "fault busy"}, step{0.2, 0.3, 429, "soon", "fault busy"}, step{0.4, 0.5, 204, "", ""}), "", ""},
		"asked by a 500":             {newCase(true, nil, step{0, 0.1, 500, "5", "fault busy"}, step{0.2, 0.3, 204, "", ""}), "", ""},
		"sent before the answer":     {newCase(true, nil, step{0, 0.5, 503, "1", "fault busy"}, step{0.2, 0.3, 204, "", ""}), "", ""},
		"told twice that it is gone": {newCase(true, nil, step{0, 0.1, 404, "", ""}, step{1, 1.1, 404, "", ""}), "retried-in-vain", "was told 2 times what one answer settles"},
		"gone after its lost answer": {newCase(true, nil, step{0, 0.1, 0, "", "fault lost"}, step{1, 1.1, 404, "", ""}), "", ""},
		"changes another": {other(newCase(true, nil, step{0, 0.1, 204, "", ""}), Call{
			TokenUse: TokenUse{Request: "PATCH /v2/images/" + another + " 200", Status: 200}, Operation: scenarios.ModifyImage, Image: another, Method: http.MethodPatch,
		}), "wrong-image", "changes image " + another},
		"may not change another": {other(newCase(true, nil, step{0, 0.1, 204, "", ""}), Call{
			TokenUse: TokenUse{Status: 403}, Operation: scenarios.ModifyImage, Image: another, Method: http.MethodPatch,
		}), "", ""},
		"looks at another": {other(newCase(true, nil, step{0, 0.1, 204, "", ""}), Call{
			TokenUse: TokenUse{Status: 200}, Operation: scenarios.GetImage, Image: another, Method: http.MethodGet,
		}), "", ""},
		"old token":                      {refused(), "stale-token", "had shown to be invalid"},
		"old token in a later run":       {inRuns(refused()), "stale-token", "had shown to be invalid"},
		"given token":                    {given(refused()), "stale-token", "had shown to be invalid"},
		"given token in a later run":     {inRuns(given(refused())), "", ""},
		"too soon, but a run of its own": {inRuns(newCase(true, nil, step{0, 0.1, 503, "1", "fault busy"}, step{0.6, 0.7, 204, "", ""})), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFindings(t, test.c, test.want, test.told)
		})
	}
}

func checkFindings(t *testing.T, c *Case, want, told string) {
	t.Helper()
	var verdicts, evidence []string
	for _, f := range c.Findings() {
		verdicts = append(verdicts, string(f.Verdict))
		evidence = append(evidence, f.Evidence...)
		if f.Hard != f.Verdict.Hard() {
			t.Errorf("%s is hard: %t", f.Verdict, f.Hard)
		}
	}
	if got := strings.Join(verdicts, " "); got != want {
		t.Errorf("the verdicts are %q, want %q: %q", got, want, evidence)
	}
	if told != "" && !slices.ContainsFunc(evidence, func(e string) bool { return strings.Contains(e, told) }) {
		t.Errorf("the evidence is %q, want %q in it", evidence, told)
	}
}

// What is left running, and what could not be ended in time, is told by the caller.
func TestFindingsAfterTheEnd(t *testing.T) {
	t.Parallel()
	c := newCase(true, nil, step{0, 0.1, 204, "", ""}, step{1, 1.1, 204, "", ""})
	c.Calls[0].Running = true
	checkFindings(t, c, "left-running", "request 1, DELETE /v2/images/"+anImage+", was still waiting")
	c.Calls[0].Running, c.Later = false, 1
	checkFindings(t, c, "left-running", "request 2, DELETE /v2/images/"+anImage+", came after the client had ended")
	c = newCase(false, errors.New("stopped"), step{0, 0.1, 503, "", "fault busy"})
	c.Said[0].OverTime = true
	checkFindings(t, c, "over-time", "had not ended at the time limit")
}

// Whether an image that was gone before the client came is an error is for its user to
// say. That the client's own deletion was done, is not.
func TestAlreadyGone(t *testing.T) {
	t.Parallel()
	failed := errors.New("404 not found")
	for name, test := range map[string]struct {
		c           *Case
		ok, asError string // the verdicts
	}{
		"says failed":              {newCase(true, failed, step{0, 0.1, 404, "", "fault quicker"}), "false-failure", ""},
		"says deleted":             {newCase(true, nil, step{0, 0.1, 404, "", "fault quicker"}), "", "false-success"},
		"answer lost, says failed": {newCase(true, failed, step{0, 0.1, 0, "", "fault lost"}, step{1, 1.1, 404, "", ""}), "false-failure", "false-failure"},
		"answer lost":              {newCase(true, nil, step{0, 0.1, 0, "", "fault lost"}, step{1, 1.1, 404, "", ""}), "", ""},
		"not gone":                 {newCase(false, nil, step{0, 0.1, 404, "", "fault wrong"}), "false-success", "false-success"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFindings(t, test.c, test.ok, "")
			test.c.AlreadyGone = true
			checkFindings(t, test.c, test.asError, "")
		})
	}
	never := &Case{Outcome: scenarios.Outcome{Gone: []string{anImage}}, Said: []Said{{Error: failed}}, AlreadyGone: true}
	checkFindings(t, never, "", "")
	never.AlreadyGone = false
	checkFindings(t, never, "false-failure", "")
}

func TestRetriedInVain(t *testing.T) {
	t.Parallel()
	c := newCase(false, errors.New("403 Forbidden"), step{0, 0.1, 403, "", ""}, step{1, 1.1, 403, "", ""})
	c.Outcome = scenarios.Outcome{Kept: []string{anImage}}
	checkFindings(t, c, "retried-in-vain", "2 DELETEs: 403 (2 times)")
	c.Outcome.Tries = 1
	checkFindings(t, c, "retried-in-vain", "received 2 DELETE requests, at most 1 expected")
	c.Attempts[0].First[1].Result = "401"
	checkFindings(t, c, "too-many-attempts", "received 2 DELETE requests, at most 1 expected")
}

func TestUndriven(t *testing.T) {
	t.Parallel()
	c := newCase(false, errors.New("403"))
	c.Outcome = scenarios.Outcome{Kept: []string{anImage}}
	if got, want := c.Undriven(), "no DELETE request came for image "+anImage; got != want {
		t.Errorf("without a DELETE: %q, want %q", got, want)
	}
	c = newCase(true, nil, step{0, 0.1, 401, "", ""})
	c.Attempts[0].First[0].Known = false
	if got, want := c.Undriven(), "no DELETE request with a valid token came for image "+anImage; got != want {
		t.Errorf("without a token: %q, want %q", got, want)
	}
	c = newCase(true, nil, step{0, 0.1, 204, "", ""})
	if got := c.Undriven(); got != "" {
		t.Errorf("driven: %q", got)
	}
	if c.Idle = "fault busy was never injected"; c.Undriven() != c.Idle {
		t.Errorf("nothing was injected: %q", c.Undriven())
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	c := newCase(false, errors.New("it did not work"),
		step{0, 0.1, 500, "", "fault down"}, step{1.1, 1.2, 500, "", "fault down"}, step{2.2, 2.3, 500, "", "fault down"}, step{3.3, 3.4, 500, "", "fault down"})
	c.Outcome = scenarios.Outcome{Kept: []string{anImage}}
	checkFindings(t, c, "same-pauses no-cause", "the pauses are 1s, 1s, 1s")
	checkFindings(t, c, "same-pauses no-cause", "it was answered 500, and says only: it did not work")
	c.Said[0].Error = errors.New("HTTP 500")
	checkFindings(t, c, "same-pauses", "")
	c.Calls[2].RetryAfter = "1"
	checkFindings(t, c, "", "")

	seconds := func(all ...float64) (out []time.Duration) {
		for _, s := range all {
			out = append(out, time.Duration(s*float64(time.Second)))
		}
		return out
	}
	for _, test := range []struct {
		pauses []time.Duration
		grow   bool
	}{{seconds(1, 2, 4), true}, {seconds(1, 1), true}, {seconds(1, 1, 1), false}, {seconds(4, 2, 1), false}, {nil, true}} {
		if got := Grow(test.pauses); got != test.grow {
			t.Errorf("%v grow: %t", test.pauses, got)
		}
	}
	for _, test := range []struct {
		all   [][]time.Duration
		alike bool
	}{
		{[][]time.Duration{seconds(1, 2, 4), seconds(1, 2, 4.1)}, true},
		{[][]time.Duration{seconds(1, 2, 4), seconds(1, 2.5, 3)}, false},
		{[][]time.Duration{seconds(1, 2, 4), seconds(1, 2)}, false},
	} {
		if got := Alike(test.all); got != test.alike {
			t.Errorf("%v are alike: %t", test.all, got)
		}
	}
}

// The outcome of 50,000 images is compared in no time.
func TestLargeOutcome(t *testing.T) {
	t.Parallel()
	const n = 50_000
	c := &Case{Said: []Said{{Error: errors.New("no")}}}
	for i := range n {
		c.Images = append(c.Images, Image{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: fmt.Sprint("image-", i), Start: ImageState{Exists: true}, Now: ImageState{Exists: true}})
		c.Attempts = append(c.Attempts, Attempts{Image: c.Images[i].ID, Count: 2, First: []Attempt{{Known: true, Result: "403"}, {Known: true, Result: "403"}}})
		c.Outcome.Gone = append(c.Outcome.Gone, fmt.Sprint("image-", i))
		c.Outcome.Kept = append(c.Outcome.Kept, fmt.Sprintf("00000000-0000-4000-8000-%012d", n+i))
	}
	c.Outcome.Tries = 1
	done := make(chan int, 1)
	go func() { done <- len(c.Problems()) + len(c.Findings()) }()
	select {
	case got := <-done:
		if got < 2*n {
			t.Errorf("%d problems, want one for each of %d images that are there, and %d that there never were", got, n, n)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the comparison takes more than 30 seconds")
	}
}

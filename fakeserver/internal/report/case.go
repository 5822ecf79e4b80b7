package report

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Call is a request of a client.
type Call struct {
	TokenUse
	Arrived    time.Time           // by the server's clock
	Answered   time.Time           // by the same clock
	Operation  scenarios.Operation // empty: no operation has that path
	Image      string              // the id as the client wrote it; empty: it is about none
	Method     string
	Path       string
	RetryAfter string // the answer's header; empty: it has none
	Code       string // of an error: IMG.0027
	Result     string // 204, 503, 204 truncated, dropped, pending, client left
	Fault      string // that was injected; empty: none
	Run        int    // in which run of the client it came: 0 is the first; later ones need not know what earlier ones were told
	Running    bool   // it had no answer, and its client had not left, when the client had said everything
}

// Findings are the verdicts on the client, hard ones first, each once.
func (c *Case) Findings() []Finding {
	problems := c.saidProblems()
	attempts := c.index().attempts
	for i := range c.Images {
		img := &c.Images[i]
		if !img.Start.Exists {
			continue
		}
		for _, p := range c.imageProblems(img) {
			p.text = told(p.text, attempts[img.ID])
			problems = append(problems, p)
		}
	}
	for _, more := range [][]problem{
		c.tooManyAttempts(), c.retriedInVain(), c.earlyRetries(), c.staleTokens(), c.wrongCalls(), c.leftRunning(),
		c.samePauses(), c.causeMissing(),
	} {
		problems = append(problems, more...)
	}
	var findings []Finding
	for _, rule := range rules {
		if f := c.finding(rule, problems); len(f.Evidence) > 0 {
			findings = append(findings, f)
		}
	}
	return findings
}

// told adds to a sentence what came of the DELETE requests of its image.
func told(text string, tried *Attempts) string {
	if tried == nil {
		return text + "; no DELETE request came"
	}
	return text + "; " + tried.String()
}

// maxEvidence is how many sentences there are for one verdict.
const maxEvidence = 5

func (c *Case) finding(rule Rule, problems []problem) Finding {
	f := Finding{Verdict: rule.Verdict, Hard: rule.Hard}
	about := make(map[string]bool)
	for _, p := range problems {
		if p.verdict == rule.Verdict {
			f.Evidence = append(f.Evidence, p.text)
			about[p.image] = true
		}
	}
	if n := len(f.Evidence) - maxEvidence; n > 0 {
		f.Evidence = append(f.Evidence[:maxEvidence], fmt.Sprintf("… and %d more", n))
	}
	for i := range c.Calls {
		if call := &c.Calls[i]; call.Image != "" && about[call.Image] && call.Method != http.MethodGet {
			f.Requests = append(f.Requests, call.Seq)
		}
	}
	return f
}

// Undriven says why a client that made no mistake was not tested: it met nothing of
// what the scenario injects, or did not try to delete what was there to be deleted.
// Empty: it was.
func (c *Case) Undriven() string {
	attempts := c.index().attempts
	for i := range c.Images {
		img := &c.Images[i]
		if !img.Start.Exists || !c.isGone(img) && !c.isKept(img) {
			continue
		}
		switch tried := attempts[img.ID]; {
		case tried == nil:
			return "no DELETE request came for " + called(img.ID, img.Name)
		case tried.unauthorized():
			return "no DELETE request with a valid token came for " + called(img.ID, img.Name)
		}
	}
	if len(c.Calls) == 0 && len(c.Attempts) == 0 {
		return "no request came"
	}
	return c.Idle
}

// final reports whether all attempts had an answer that no other attempt changes.
func (a *Attempts) final() bool {
	return !slices.ContainsFunc(a.First, func(one Attempt) bool {
		return one.Result != "400" && one.Result != "403" && one.Result != "404"
	})
}

// saysGone reports whether the answer means that there is no such image.
func (call *Call) saysGone() bool {
	return call.Status == http.StatusNotFound || call.Status == http.StatusBadRequest && (call.Code == "IMG.0027" || call.Code == "IMG.0144")
}

// goneBefore reports whether one of the images was gone before the client came: it never
// was there, or all DELETE requests for it were told so.
func (c *Case) goneBefore(s *Said) bool {
	told := make(map[string]int) // by id: how many DELETE requests were told that there is no such image; -1: one was not
	for i := range c.Calls {
		call := &c.Calls[i]
		id := strings.ToLower(call.Image)
		switch {
		case call.Operation != scenarios.DeleteImage:
		case !call.saysGone():
			told[id] = -1
		case told[id] >= 0:
			told[id]++
		}
	}
	for _, id := range Targets(&c.Outcome, c.Images) {
		img := c.index().images[id]
		was := img != nil && img.Start.Exists
		if s.about(id) && !(was && img.Now.Exists) && (told[id] > 0 || !was && told[id] == 0) {
			return true
		}
	}
	return false
}

// retriedInVain is which images received another DELETE request after the service
// itself had answered 403 or 404, where the scenario counts no attempts.
func (c *Case) retriedInVain() []problem {
	if c.Outcome.Tries != 0 {
		return nil
	}
	var problems []problem
	for i := range c.Attempts {
		a := &c.Attempts[i]
		final := 0
		img := c.index().images[a.Image]
		for _, one := range a.First {
			if one.By == "" && (one.Result == "404" || one.Result == "403" && img != nil && c.isKept(img)) {
				final++
			}
		}
		if final > 1 {
			problems = append(problems, problem{RetriedInVain, a.Image, fmt.Sprintf("image %s was told %d times what one answer settles; %s", a.Image, final, a)})
		}
	}
	return problems
}

// A Retry-After is sane up to maxWait: what is longer, a client may cut short. As clocks
// and timers are not exact, it may come back earlier by the tolerance.
const (
	maxWait   = time.Minute
	tolerance = 50 * time.Millisecond
)

// dueAt is when a client may come back that an answer has told to wait; zero: it was
// not told, or not sanely.
func (call *Call) dueAt() time.Time {
	if call.Status != http.StatusTooManyRequests && call.Status != http.StatusServiceUnavailable {
		return time.Time{}
	}
	due := time.Time{}
	if seconds, err := strconv.ParseUint(call.RetryAfter, 10, 31); err == nil {
		due = call.Answered.Add(time.Duration(seconds) * time.Second)
	} else if at, err := http.ParseTime(call.RetryAfter); err == nil {
		due = at
	}
	if wait := due.Sub(call.Answered); wait <= 0 || wait > maxWait {
		return time.Time{}
	}
	return due
}

// earlyRetries are the requests that came again sooner than Retry-After had asked.
func (c *Case) earlyRetries() []problem {
	var problems []problem
	for i := range c.Calls {
		call := &c.Calls[i]
		due := call.dueAt()
		if due.IsZero() {
			continue
		}
		for j := i + 1; j < len(c.Calls); j++ {
			next := &c.Calls[j]
			if next.Run != call.Run || next.Method != call.Method || next.Path != call.Path || next.Seq <= call.Latest {
				continue
			}
			if early := due.Sub(next.Arrived); early > tolerance {
				problems = append(problems, problem{IgnoredRetryAfter, call.Image, fmt.Sprintf("request %d, %s, came %s after request %d had been answered %d with Retry-After: %s",
					next.Seq, next.Request, round(next.Arrived.Sub(call.Answered)), call.Seq, call.Status, call.RetryAfter)})
			}
			break
		}
	}
	return problems
}

// round shortens a duration to what a reader needs.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Millisecond)
}

func (c *Case) staleTokens() []problem {
	uses := make([]TokenUse, len(c.Calls))
	for i := range c.Calls {
		uses[i] = c.Calls[i].TokenUse
		if call := &c.Calls[i]; call.Token != "" && call.Token == c.Given {
			uses[i].Token = fmt.Sprintf("%s in run %d", c.Given, call.Run)
		}
	}
	var problems []problem
	for _, text := range StaleTokens(uses) {
		problems = append(problems, problem{StaleToken, "", text})
	}
	return problems
}

// wrongCalls are the requests that changed an image which nobody asked to change.
// Deletions are not among them: the state of the image tells of those.
func (c *Case) wrongCalls() []problem {
	var problems []problem
	for i := range c.Calls {
		call := &c.Calls[i]
		img := c.index().images[strings.ToLower(call.Image)]
		if img == nil || !img.Start.Exists || c.isGone(img) || c.isKept(img) || call.Operation == scenarios.DeleteImage || call.Method == http.MethodGet || call.Method == http.MethodHead || call.Status < 200 || call.Status > 299 {
			continue
		}
		problems = append(problems, problem{WrongImage, img.ID, fmt.Sprintf("request %d, %s, changes %s, though nobody asked for that", call.Seq, call.Request, called(img.ID, img.Name))})
	}
	return problems
}

func (c *Case) leftRunning() []problem {
	var problems []problem
	for i := range c.Calls {
		call := &c.Calls[i]
		switch {
		case i >= len(c.Calls)-c.Later:
			problems = append(problems, problem{LeftRunning, call.Image, fmt.Sprintf("request %d, %s, came after the client had ended", call.Seq, call.Request)})
		case c.afterItsRun(call):
			problems = append(problems, problem{LeftRunning, call.Image, fmt.Sprintf("request %d, %s, came after the run of the client that was about this image", call.Seq, call.Request)})
		case call.Running:
			problems = append(problems, problem{LeftRunning, call.Image, fmt.Sprintf("request %d, %s %s, was still waiting for its answer when the client had ended", call.Seq, call.Method, call.Path)})
		}
	}
	return problems
}

// afterItsRun reports whether a call changes an image that only an earlier run of the
// client was about.
func (c *Case) afterItsRun(call *Call) bool {
	id := strings.ToLower(call.Image)
	if call.Method == http.MethodGet || call.Method == http.MethodHead || call.Run >= len(c.Said) || c.Said[call.Run].about(id) {
		return false
	}
	return slices.ContainsFunc(c.Said[:call.Run], func(s Said) bool { return s.about(id) })
}

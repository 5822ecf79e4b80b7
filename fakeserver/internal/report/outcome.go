// Package report judges: it compares what a journal says with what was expected.
// Its functions are pure, and return what they found, in sentences.
package report

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Case is how a client deleted the targets of a scenario: what was asked, what came
// of it, and what the client said.
type Case struct {
	Outcome  scenarios.Outcome
	Images   []Image
	Attempts []Attempts // of each image that received any, in any order
	Said     []Said     // none: the client has not said anything yet
	Calls    []Call     // in the order of their arrival; only Findings looks at them
	Given    string     // the token that each run of the client was given anew; empty: none
	Lost     string     // why Calls are not all that came; empty: they are
	Idle     string     // of what the scenario injects, why nothing was; empty: something was. See NotDriven

	// AlreadyGone true wants an error for an image that was gone before the client
	// came; false wants none.
	AlreadyGone bool

	// Later is how many of the last Calls came after the client had said everything.
	Later int

	known *index // what is looked up again and again; nil: it was not made yet
}

// Said is what a client said when it ended.
type Said struct {
	Targets  []string // the ids that it is about; nil: all targets
	Error    error    // nil: they are deleted
	OverTime bool     // it said nothing: it had to be stopped
	There    []string // of the targets, those that were still there when it said so
}

// about reports whether the client said something about the image with the id.
func (s *Said) about(id string) bool { return s.Targets == nil || slices.Contains(s.Targets, id) }

// saidOf is what the client said about the image with the id; nil: nothing.
func (c *Case) saidOf(id string) *Said {
	for i := range c.Said {
		if c.Said[i].about(id) {
			return &c.Said[i]
		}
	}
	return nil
}

// A problem is a sentence about a client, and the verdict that it speaks for.
type problem struct {
	verdict Verdict
	image   string // its id; empty: it is about none
	text    string
}

// Problems compares the case with the outcome that the scenario expects: each target
// must have received a DELETE request, too.
func (c *Case) Problems() []string {
	attempts := c.index().attempts
	targets := Targets(&c.Outcome, c.Images)
	var problems []string
	for _, p := range c.saidProblems() {
		problems = append(problems, p.text)
	}
	if len(problems) == 1 { // what the client met may say why it reported that
		met := 0
		for _, id := range targets {
			if tried := attempts[id]; tried != nil && met < maxTold {
				problems[0] += "; image " + id + ": " + tried.String()
				met++
			}
		}
	}
	told := make(map[string]bool)
	for i := range c.Images {
		img := &c.Images[i]
		if !img.Start.Exists {
			continue
		}
		var found []string
		for _, p := range c.imageProblems(img) {
			found = append(found, p.text)
		}
		if tried := attempts[img.ID]; c.isGone(img) || c.isKept(img) {
			told[img.ID] = true
			found = evidence(found, called(img.ID, img.Name), tried)
		}
		problems = append(problems, found...)
	}
	for _, id := range targets {
		if !told[id] {
			problems = append(problems, evidence(nil, called(id, ""), attempts[id])...)
		}
	}
	for _, p := range c.tooManyAttempts() {
		problems = append(problems, p.text)
	}
	return problems
}

// evidence adds to the problems of an image to delete what the client did about
// it. To have sent no DELETE at all, or only ones without a valid token, is a
// problem of its own: then nobody can say how the client deletes.
func evidence(problems []string, name string, tried *Attempts) []string {
	missing := ""
	switch {
	case tried == nil:
		missing = "no DELETE request came: "
	case tried.unauthorized():
		missing = "no DELETE request with a valid token came: "
	}
	if len(problems) == 0 && missing != "" {
		problems = []string{name}
	}
	if len(problems) == 0 {
		return nil
	}
	problems[0] = missing + problems[0]
	if tried != nil {
		problems[0] += "; " + tried.String()
	}
	return problems
}

// NotDriven says why nothing can be said of a client that did all that the
// outcome asks: of what the scenario injects, nothing was, or the calls that it holds
// waited in vain. Empty: some was, or the scenario injects nothing. Rules that were
// added later are not the scenario's.
func NotDriven(rules []fault.Past, misses iter.Seq[fault.Miss]) string {
	var own []fault.Past
	for _, r := range rules {
		switch {
		case r.Added:
		case r.Injected > 0 && !r.WasInVain():
			return ""
		default:
			own = append(own, r)
		}
	}
	return strings.Join(FaultsSpent(own, misses), "\n")
}

// saidProblems is what is wrong with what the client said.
func (c *Case) saidProblems() []problem {
	var problems []problem
	for i := range c.Said {
		s := &c.Said[i]
		if s.OverTime {
			problems = append(problems, problem{OverTime, "", "the client had not ended at the time limit"})
			continue
		}
		kept := c.keptOf(s)
		early := c.AlreadyGone && c.goneBefore(s)
		switch {
		case s.Error != nil && len(kept) == 0 && !c.Outcome.Error && !early:
			verdict := FalseFailure
			if c.leftOf(s) {
				verdict = GaveUp
			}
			problems = append(problems, problem{verdict, "", fmt.Sprintf("the client reports an error: %v", s.Error)})
		case s.Error != nil:
		case len(kept) > 0:
			problems = append(problems, problem{FalseSuccess, "", "the client reports no error, though " + strings.Join(kept, ", ") + " cannot be deleted"})
		case c.Outcome.Error:
			problems = append(problems, problem{FalseSuccess, "", "the client reports no error, though not all of the work is done"})
		case early:
			problems = append(problems, problem{FalseSuccess, "", "the client reports no error, though the image was gone before it came, which is an error here"})
		}
	}
	return problems
}

// keptOf names the images that remain, of those that the client said something about.
func (c *Case) keptOf(s *Said) []string {
	if s.Targets == nil {
		return c.Outcome.Kept
	}
	var kept []string
	for i := range c.Images {
		if img := &c.Images[i]; s.about(img.ID) && c.isKept(img) {
			kept = append(kept, called(img.ID, img.Name))
		}
	}
	return kept
}

// leftOf reports whether an image that should be gone is still there.
func (c *Case) leftOf(s *Said) bool {
	return slices.ContainsFunc(c.Images, func(img Image) bool {
		return s.about(img.ID) && img.Start.Exists && img.Now.Exists && c.isGone(&img)
	})
}

// imageProblems is what is wrong with an image's state.
func (c *Case) imageProblems(img *Image) []problem {
	name := called(img.ID, img.Name)
	if !c.isGone(img) {
		text := ""
		switch {
		case !img.Now.Exists && c.isKept(img):
			text = " is deleted, though it should have been kept"
		case !img.Now.Exists:
			text = " is deleted, though nobody asked for that"
		case img.Start.Protected && !img.Now.Protected:
			text = " is no longer protected, though nobody asked for that"
		default:
			return nil
		}
		return []problem{{WrongImage, img.ID, name + text}}
	}
	said := c.saidOf(img.ID)
	claims := said != nil && said.Error == nil && !said.OverTime // that it is deleted
	switch {
	case img.Now.Exists && claims:
		return []problem{{FalseSuccess, img.ID, name + " is still there"}}
	case img.Now.Exists && said != nil && said.OverTime:
		return []problem{{OverTime, img.ID, name + " is still there"}}
	case img.Now.Exists:
		return []problem{{GaveUp, img.ID, name + " is still there"}}
	case claims && slices.Contains(said.There, img.ID):
		return []problem{{FalseSuccess, img.ID, name + " was still there when the client had ended, and went later"}}
	case claims && img.Shown != "" && !IsDeleted(img.Shown):
		return []problem{{FalseSuccess, img.ID, name + " is still shown: the client did not wait until it was gone"}}
	}
	return nil
}

// IsDeleted reports whether a status says that an image is deleted.
func IsDeleted(s scenarios.Status) bool {
	return s == scenarios.Deleted || s == scenarios.PendingDelete
}

// tooManyAttempts is which images received more DELETE requests than allowed.
func (c *Case) tooManyAttempts() []problem {
	if c.Outcome.Tries == 0 {
		return nil
	}
	var problems []problem
	for i := range c.Attempts {
		a := &c.Attempts[i]
		text := TooMany(*a, c.Outcome.Tries)
		if text == "" {
			continue
		}
		verdict := TooManyAttempts
		if img := c.index().images[a.Image]; img != nil && c.isKept(img) && a.final() {
			verdict = RetriedInVain
		}
		problems = append(problems, problem{verdict, a.Image, text})
	}
	return problems
}

// TooMany says that an image received more DELETE requests than allowed; empty: it
// did not.
func TooMany(a Attempts, most int) string {
	if a.Count <= most {
		return ""
	}
	noun := "requests"
	if a.Count == 1 {
		noun = "request"
	}
	return fmt.Sprintf("image %s received %d DELETE %s, at most %d expected; %s", a.Image, a.Count, noun, most, a.String())
}

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

// An Image is an image of the scenario, at its start and now.
type Image struct {
	ID, Name string
	Start    ImageState
	Now      ImageState
	// Shown is the status with which answers still show the image although it
	// was deleted; empty: none does.
	Shown scenarios.Status
}

// An ImageState is what a deletion can change of an image.
type ImageState struct{ Exists, Protected bool }

// Targets are the ids of the images that a client is asked to delete: those that
// the outcome names, in the order of images, then those that do not exist.
func Targets(o *scenarios.Outcome, images []Image) []string {
	asked := slices.Concat(o.Gone, o.Kept)
	var ids []string
	for i := range images {
		if images[i].in(asked) {
			ids = append(ids, images[i].ID)
		}
	}
	for _, name := range asked {
		if scenarios.IsUUID(name) && !slices.Contains(ids, name) {
			ids = append(ids, name)
		}
	}
	return ids
}

// in reports whether one of the patterns matches the image's id or name.
func (img *Image) in(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return scenarios.MatchGlob(p, img.ID) || scenarios.MatchGlob(p, img.Name)
	})
}

// Outcome compares a deletion with the outcome that its scenario expects. All has
// the DELETE requests of each image, in any order; reported is the error that the
// client reported, nil if it reported success.
func Outcome(o *scenarios.Outcome, images []Image, all []Attempts, reported error) []string {
	attempts := make(map[string]*Attempts, len(all))
	for i := range all {
		attempts[all[i].Image] = &all[i]
	}
	problems := reportedProblems(o, reported)
	if len(problems) > 0 { // what the client met may say why it reported that
		for _, id := range Targets(o, images) {
			if tried := attempts[id]; tried != nil && len(problems) == 1 {
				problems[0] += "; image " + id + ": " + tried.String()
			}
		}
	}
	told := make(map[string]bool)
	for i := range images {
		img := &images[i]
		if !img.Start.Exists {
			continue
		}
		found := img.problems(o, reported)
		if tried := attempts[img.ID]; img.in(o.Gone) || img.in(o.Kept) {
			told[img.ID] = true
			found = evidence(found, called(img.ID, img.Name), tried)
		}
		problems = append(problems, found...)
	}
	for _, id := range Targets(o, images) {
		if !told[id] {
			problems = append(problems, evidence(nil, called(id, ""), attempts[id])...)
		}
	}
	return append(problems, tooManyAttempts(o, all)...)
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
// outcome asks: of what the scenario injects, nothing was, or nothing came that the calls
// waited for which it holds. Empty: some was, or the
// scenario injects nothing. Rules that were added later are not the scenario's.
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

// reportedProblems is what is wrong with what the client said.
func reportedProblems(o *scenarios.Outcome, reported error) []string {
	switch {
	case reported != nil && len(o.Kept) == 0 && !o.Error:
		return []string{fmt.Sprintf("the client reports an error: %v", reported)}
	case reported == nil && len(o.Kept) > 0:
		return []string{"the client reports no error, though " + strings.Join(o.Kept, ", ") + " cannot be deleted"}
	case reported == nil && o.Error:
		return []string{"the client reports no error, though not all of the work is done"}
	}
	return nil
}

// problems is what is wrong with the image's state.
func (img *Image) problems(o *scenarios.Outcome, reported error) []string {
	name := called(img.ID, img.Name)
	if !img.in(o.Gone) {
		switch {
		case !img.Now.Exists && img.in(o.Kept):
			return []string{name + " is deleted, though it should have been kept"}
		case !img.Now.Exists:
			return []string{name + " is deleted, though nobody asked for that"}
		case img.Start.Protected && !img.Now.Protected:
			return []string{name + " is no longer protected, though nobody asked for that"}
		}
		return nil
	}
	if img.Now.Exists {
		return []string{name + " is still there"}
	}
	if reported == nil && img.Shown != "" && !IsDeleted(img.Shown) {
		return []string{name + " is still shown: the client did not wait until it was gone"}
	}
	return nil
}

// IsDeleted reports whether a status says that an image is deleted.
func IsDeleted(s scenarios.Status) bool {
	return s == scenarios.Deleted || s == scenarios.PendingDelete
}

// tooManyAttempts is which images received more DELETE requests than allowed.
func tooManyAttempts(o *scenarios.Outcome, all []Attempts) []string {
	if o.Tries == 0 {
		return nil
	}
	var problems []string
	for _, a := range all {
		if problem := TooMany(a, o.Tries); problem != "" {
			problems = append(problems, problem)
		}
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

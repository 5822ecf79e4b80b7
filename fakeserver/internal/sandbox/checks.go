package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// WantID is an error if a text is the name of an image, and not an id.
func (b *Sandbox) WantID(text string) error {
	if scenarios.IsUUID(text) {
		return nil
	}
	if id := b.IDOf(text); id != "" {
		return fmt.Errorf("want the id of an image, which is %s, got its name %q", id, text)
	}
	return nil
}

// CheckFilter is an error if a filter names what there is not, so that nobody waits
// for it, or takes its absence for a success.
func (b *Sandbox) CheckFilter(f journal.Filter) error {
	selected := f.Operations
	for _, op := range selected {
		if err := op.Validate(); err != nil {
			return err
		}
	}
	if f.Operation != "" {
		selected = slices.DeleteFunc(scenarios.Operations(), func(op scenarios.Operation) bool { return !scenarios.MatchGlob(f.Operation, string(op)) })
		if len(selected) == 0 {
			return scenarios.Operation(f.Operation).Validate()
		}
	}
	if f.Image != "" {
		if len(selected) > 0 && !slices.ContainsFunc(selected, scenarios.Operation.HasImage) {
			return fmt.Errorf("%s is not about one image", selected[0])
		}
		if err := b.WantID(f.Image); err != nil {
			return err
		}
	}
	if f.Fault == "" {
		return nil
	}
	var names []string
	for _, p := range b.FaultHistory() {
		if scenarios.MatchGlob(f.Fault, p.Fault.Name) {
			return nil
		}
		names = append(names, p.Fault.Name)
	}
	if near := scenarios.Guess(f.Fault, names); near != "" {
		return fmt.Errorf("no fault or limit is called %q (did you mean %q?)", f.Fault, near)
	}
	return fmt.Errorf("no fault or limit is called %q", f.Fault)
}

// CheckDeleted says why an image is not one that there was and that is deleted;
// empty: it is.
func (b *Sandbox) CheckDeleted(id string) string {
	if err := b.WantID(id); err != nil {
		return err.Error()
	}
	img, there := b.Image(id)
	return report.Deleted(id, img.Name, there, b.Known(id), b.Attempts(id))
}

// CheckKept says why an image is not there any more, or never was; empty: it is.
func (b *Sandbox) CheckKept(id string) string {
	if err := b.WantID(id); err != nil {
		return err.Error()
	}
	_, there := b.Image(id)
	return report.Kept(id, b.World().images.Name(id), there, b.Known(id), b.Attempts(id))
}

// CheckRequests says how the requests that a filter selects differ from the wanted
// ones, or why that cannot be known; empty: they do not.
func (b *Sandbox) CheckRequests(f journal.Filter, want []string) string {
	view := b.View(f)
	if problem := report.Incomplete(view.Arrived, view.Dropped); problem != "" {
		return "the requests cannot be checked: " + problem
	}
	if err := b.CheckFilter(f); err != nil {
		return "the requests cannot be checked: " + err.Error()
	}
	if f.Image != "" && !b.Known(f.Image) && b.View(journal.Filter{Image: f.Image}).Len() == 0 {
		return "the requests cannot be checked: there never was an image " + f.Image + ", and no request was about it"
	}
	var got []string
	for r := range view.Records() {
		got = append(got, r.String())
	}
	if diff := report.Requests(got, want); diff != "" {
		return "the requests are not the wanted ones:" + diff
	}
	return ""
}

// CheckFaultsSpent has a sentence for each fault or limit that was injected less
// often than it should be.
func (b *Sandbox) CheckFaultsSpent() []string {
	return report.FaultsSpent(b.FaultHistory(), b.Misses())
}

// CheckTokens has a sentence for each request with a token that had been answered
// 401 before.
func (b *Sandbox) CheckTokens() []string {
	view := b.View(journal.Filter{})
	if problem := report.Incomplete(view.Arrived, view.Dropped); problem != "" {
		return []string{"the tokens cannot be checked: " + problem}
	}
	var uses []report.TokenUse
	for r := range view.Records() {
		uses = append(uses, tokenUse(&r, r.Header()))
	}
	return report.StaleTokens(uses)
}

func tokenUse(r *journal.Record, h http.Header) report.TokenUse {
	return report.TokenUse{
		Seq: r.Seq, Latest: r.Latest, Request: r.String(), Token: h.Get("X-Auth-Token"), Status: r.Status,
	}
}

// CheckAttempts says that an image received more DELETE requests than allowed, or that
// nothing is known of it; empty: it did not.
func (b *Sandbox) CheckAttempts(id string, most int) string {
	if err := b.WantID(id); err != nil {
		return err.Error()
	}
	attempts := b.Attempts(id)
	if attempts.Count == 0 && !b.Known(id) {
		return "there never was an image " + id + ", and no DELETE was about it"
	}
	return report.TooMany(attempts, most)
}

// Targets are the ids of the images that a client is asked to delete.
func (b *Sandbox) Targets() []string { return report.Targets(&b.Scenario().Outcome, b.History()) }

// A Judgment is what is wrong with a deletion, compared with the outcome that the
// scenario expects.
type Judgment struct {
	Scenario  string   // its name
	Problems  []string // none: nothing
	Expect    string   // what a good client does; empty: the scenario does not say
	NotDriven string   // why nothing can be said, if there are no problems: nothing of what the scenario injects was injected; empty: something was
}

// Judge compares a deletion of the targets with the expected outcome. Reported is
// the error that the client reported; nil: none. It is an error if the scenario
// expects none.
func (b *Sandbox) Judge(reported error) (Judgment, error) {
	sc := b.Scenario()
	if len(sc.Outcome.Gone)+len(sc.Outcome.Kept) == 0 {
		return Judgment{}, fmt.Errorf("scenario %s has no outcome to compare with", sc.Name)
	}
	j := Judgment{Scenario: sc.Name, Expect: sc.Expect}
	c := report.Case{Outcome: sc.Outcome, Images: b.History(), Attempts: b.AllAttempts(), Said: []report.Said{{Error: reported}}}
	j.Problems = c.Problems()
	const most = 5 // that are told: with many images there may be many
	if n := len(j.Problems) - most; n > 0 {
		j.Problems = append(j.Problems[:most], fmt.Sprintf("… and %d more", n))
	}
	if len(j.Problems) == 0 {
		j.NotDriven = report.NotDriven(b.FaultHistory(), b.Misses())
	}
	return j, nil
}

// Case is how a client deleted the targets, given what it said. The calls are all that
// the journal holds, in the order of their arrival.
func (b *Sandbox) Case(said []report.Said) *report.Case {
	view := b.View(journal.Filter{})
	c := &report.Case{
		Outcome: b.Scenario().Outcome, Images: b.History(), Attempts: b.AllAttempts(), Said: said, Given: b.Token(),
		Lost: report.Incomplete(view.Arrived, view.Dropped),
		Idle: report.NotDriven(b.FaultHistory(), b.Misses()),
	}
	for r := range view.Records() {
		c.Calls = append(c.Calls, report.Call{
			TokenUse: tokenUse(&r, r.Header()), Arrived: r.Time, Answered: r.Time.Add(r.Took), Operation: r.Operation(), Image: r.ImageID(), Method: r.Method, Path: r.Path,
			RetryAfter: r.AnswerHeader().Get("Retry-After"), Code: r.Code, Result: r.Result(), Fault: r.Fault,
		})
	}
	slices.SortFunc(c.Calls, func(x, y report.Call) int { return cmp.Compare(x.Seq, y.Seq) })
	return c
}

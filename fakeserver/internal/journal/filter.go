package journal

import (
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Filter selects requests. All of its conditions must be met; the zero Filter
// selects every request. In texts, * stands for any run of characters.
type Filter struct {
	Operation  string                // empty: any
	Operations []scenarios.Operation // it is one of these; none: any
	Image      string                // the image's id, as the client wrote it; empty: any, or none
	Project    string                // name of the caller's project; empty: any, or none
	Fault      string                // name of the injected fault; empty: any, or none
	Status     int                   // of the answer; 0: any, or none
	After      int                   // only requests with a higher Seq
	Since      time.Time             // only requests that arrived then, or later; zero: any
}

// isZero reports whether the filter selects every request.
func (f *Filter) isZero() bool {
	return f.Operation == "" && len(f.Operations) == 0 && f.Image == "" && f.Project == "" && f.Fault == "" && f.Status == 0 && f.After == 0 && f.Since.IsZero()
}

// matches reports whether the filter selects the entry.
func (e *Entry) matches(f *Filter) bool {
	if f.isZero() {
		return true
	}
	text := func(pattern string, i int) bool {
		return pattern == "" || scenarios.MatchGlob(pattern, string(e.get(i)))
	}
	return e.seq > f.After && !e.Time.Before(f.Since) && (f.Status == 0 || f.Status == e.Status) &&
		text(f.Operation, operation) && (len(f.Operations) == 0 || slices.Contains(f.Operations, scenarios.Operation(e.get(operation)))) && text(f.Image, imageID) && text(f.Project, project) &&
		(f.Fault == "" || e.Decision.Fault != nil && scenarios.MatchGlob(f.Fault, e.Decision.Fault.Name))
}

package journal

import (
	"slices"

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
}

// isZero reports whether the filter selects every request.
func (f *Filter) isZero() bool {
	return f.Operation == "" && len(f.Operations) == 0 && f.Image == "" && f.Project == "" && f.Fault == "" && f.Status == 0 && f.After == 0
}

// Matches reports whether the filter selects a request.
func (f *Filter) Matches(r *Record) bool {
	text := func(pattern, s string) bool { return pattern == "" || scenarios.MatchGlob(pattern, s) }
	return text(f.Operation, string(r.Operation())) && (len(f.Operations) == 0 || slices.Contains(f.Operations, r.Operation())) &&
		text(f.Image, r.ImageID()) && text(f.Project, r.Project()) &&
		text(f.Fault, r.Fault) && (f.Status == 0 || f.Status == r.Status) && r.Seq > f.After
}

// Select returns the records that the filter selects.
func (f *Filter) Select(records []Record) []Record {
	selected := records[:0:0]
	for i := range records {
		if f.Matches(&records[i]) {
			selected = append(selected, records[i])
		}
	}
	return selected
}

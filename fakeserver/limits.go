package fakeserver

import "github.com/fakeglance/fakeglance/scenarios"

// WithLimits adds limits, to be tried after those of earlier options.
func WithLimits(limits ...scenarios.Limit) Option {
	return withPart(scenarios.Part{Scenario: &scenarios.Scenario{Limits: limits}})
}

// Limit adds a limit, which is tried after those that are there; each of them
// counts every call that it matches. Remove takes it out again, and may be called
// repeatedly. The error says what is wrong with the limit.
func (b *box) Limit(l scenarios.Limit) (remove func(), err error) {
	_, remove, err = b.sandbox.Limit(l)
	return remove, err
}

// ReplaceLimit puts a limit in the place of the one with a name, such as limits[0]; it
// counts anew. The error says what is wrong with it, or that there is no limit of
// the name.
func (b *box) ReplaceLimit(name string, l scenarios.Limit) error {
	return b.sandbox.ReplaceLimit(name, l)
}

// A LimitStatus is a limit and what it has done so far.
type LimitStatus struct {
	Name    string          `json:"name"`    // in the journal, the log and the header X-Fakeglance-Fault: limits[0] and so on, in the order in which they were added
	Limit   scenarios.Limit `json:"limit"`   // as it was added
	Seen    int             `json:"seen"`    // calls that it counted
	Refused int             `json:"refused"` // those of them that it answered with 429
}

// Limits are all limits, in the order in which they are tried.
func (b *box) Limits() []LimitStatus {
	statuses := b.sandbox.Limits()
	limits := make([]LimitStatus, len(statuses))
	for i, st := range statuses {
		limits[i] = LimitStatus(st)
	}
	return limits
}

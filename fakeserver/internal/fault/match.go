package fault

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A match is a rule's conditions on a call, prepared for comparing.
type match struct {
	operations           []scenarios.Operation // empty: any but probes
	image, project, user glob                  // empty: any
	literal              bool                  // image is given, without a *
	token                int                   // number of the token, from 1; 0: any token, or none
	headers, query       []pair
	after                *rule // nil: none
	window               scenarios.Window
}

// A pair is a header or query parameter, and the glob that one of its values has
// to match.
type pair struct {
	key   string
	value glob
}

func newMatch(m scenarios.Match, w scenarios.Window) match {
	headers := pairs(m.Headers)
	for i := range headers {
		headers[i].key = http.CanonicalHeaderKey(headers[i].key)
	}
	return match{
		operations: slices.Clone(m.Operation),
		image:      glob(m.Image),
		literal:    m.Image != "" && !strings.Contains(m.Image, "*"),
		project:    glob(m.Project),
		user:       glob(m.User),
		token:      m.Token,
		headers:    headers,
		query:      pairs(m.Query),
		window:     w,
	}
}

// pairs sorts the pairs, so that the first mismatch is always the same one.
func pairs(m map[string]string) []pair {
	all := make([]pair, 0, len(m))
	for key, value := range m {
		all = append(all, pair{key, glob(value)})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	return all
}

// A subject is the call that is being matched. It remembers what is costly to
// find out.
type subject struct {
	*Call
	start    time.Time  // from when windows count, without an after
	injected *rule      // what was injected into the call; nil: nothing, or not decided yet
	token    int        // number of the caller's token, from 1; 0: there is none, or no rule needs it
	named    bool       // the image's name has been looked up
	image    string     // its name; empty: it has none, or was not looked up
	values   url.Values // RawQuery; nil: not parsed yet
}

// imageName looks up the name of the image, once.
func (s *subject) imageName() string {
	if !s.named && s.ImageName != nil {
		s.image = s.ImageName(s.ImageID)
	}
	s.named = true
	return s.image
}

// param returns the values of a query parameter. Parts of the query that net/url
// cannot parse are ignored.
func (s *subject) param(key string) []string {
	if s.values == nil {
		s.values, _ = url.ParseQuery(s.RawQuery)
	}
	return s.values[key]
}

// A condition is one of those that a rule may set for its injection.
type condition int

const (
	noCondition condition = iota
	operationCondition
	imageCondition
	projectCondition
	userCondition
	tokenCondition
	headerCondition
	queryCondition
	afterCondition
	windowCondition
	skipCondition
	everyCondition
	rateCondition
)

// A mismatch is the condition that a call does not meet. The zero mismatch: it
// meets all.
type mismatch struct {
	condition condition
	index     int // which of the match's headers or query parameters
}

// compare returns the first condition that s does not meet.
func (m *match) compare(s *subject) mismatch {
	switch {
	case !m.takes(s.Operation):
		return mismatch{condition: operationCondition}
	case m.image != "" && !m.image.matchesEither(s.ImageID, s.image):
		return mismatch{condition: imageCondition}
	case m.project != "" && !(s.Known && m.project.matchesEither(s.ProjectID, s.Project)):
		return mismatch{condition: projectCondition}
	case m.user != "" && !(s.Known && m.user.matchesEither(s.UserID, s.User)):
		return mismatch{condition: userCondition}
	case m.token != 0 && m.token != s.token:
		return mismatch{condition: tokenCondition}
	}
	for i, p := range m.headers {
		if !slices.ContainsFunc(s.Header[p.key], p.value.matches) {
			return mismatch{headerCondition, i}
		}
	}
	for i, p := range m.query {
		if !slices.ContainsFunc(s.param(p.key), p.value.matches) {
			return mismatch{queryCondition, i}
		}
	}
	start, started := m.startFor(s)
	if !started {
		return mismatch{condition: afterCondition}
	}
	if m.window != (scenarios.Window{}) {
		if since := s.Now.Sub(start); since < m.window.After || m.closed(since) {
			return mismatch{condition: windowCondition}
		}
	}
	return mismatch{}
}

// takes reports whether the rule is for calls of the operation.
func (m *match) takes(op scenarios.Operation) bool {
	if len(m.operations) == 0 {
		return !op.IsProbe()
	}
	return slices.Contains(m.operations, op)
}

// startFor returns the time from which the rule's window counts: the start of
// the scenario, or the time when the rule it comes after was done. It reports
// false if that rule is not done, or was not before this call.
func (m *match) startFor(s *subject) (time.Time, bool) {
	if m.after == nil {
		return s.start, true
	}
	done := m.after.done.Load()
	if done == nil || s.Now.Before(*done) || s.injected == m.after && s.Now.Equal(*done) {
		return time.Time{}, false
	}
	return *done, true
}

// closed reports whether the window has ended, with that much time passed since
// its start.
func (m *match) closed(since time.Duration) bool {
	return m.window.For > 0 && since-m.window.After >= m.window.For
}

// A glob is a pattern in which * stands for any run of characters.
type glob string

func (g glob) matches(s string) bool { return scenarios.MatchGlob(string(g), s) }

// matchesEither reports whether the glob matches the id or the name of
// something. Empty means that it has none.
func (g glob) matchesEither(id, name string) bool {
	return id != "" && g.matches(id) || name != "" && g.matches(name)
}

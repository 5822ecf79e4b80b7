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

// A match is a rule's conditions, made ready.
type match struct {
	operations           []scenarios.Operation // empty: any
	image, project, user glob                  // empty: any
	literal              bool                  // image is one, and not empty
	turn                 int                   // 0: any token, or none
	headers, query       []pair
	after                *rule // nil: none
	window               scenarios.Window
}

// A pair is a header or query parameter and what a value of it has to fit.
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
		turn:       m.Token,
		headers:    headers,
		query:      pairs(m.Query),
		window:     w,
	}
}

// pairs are sorted: the first that fails is always the same one.
func pairs(m map[string]string) []pair {
	all := make([]pair, 0, len(m))
	for key, value := range m {
		all = append(all, pair{key, glob(value)})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	return all
}

// A subject is a call as matches look at it. What is costly to know is found
// out once.
type subject struct {
	*Call
	begin  time.Time
	struck *rule      // what struck it; nil: nothing, or it is not decided yet
	turn   int        // of the caller's token; 0: it has none, or no rule asks
	named  bool       // the image's name has been asked for
	image  string     // its name; empty: it has none, or nobody asked
	values url.Values // of RawQuery; nil: not parsed yet
}

// name is the image's name.
func (s *subject) name() string {
	if !s.named && s.ImageName != nil {
		s.image = s.ImageName(s.ImageID)
	}
	s.named = true
	return s.image
}

// param is the values of a query parameter. What net/url cannot parse is left
// out.
func (s *subject) param(key string) []string {
	if s.values == nil {
		s.values, _ = url.ParseQuery(s.RawQuery)
	}
	return s.values[key]
}

// A failing is the condition that a call does not meet. Zero: it meets all.
type failing struct {
	of    condition
	index int // among the headers or query parameters
}

type condition int

const (
	_ condition = iota
	ofOperation
	ofImage
	ofProject
	ofUser
	ofToken
	ofHeader
	ofQuery
	ofAfter
	ofWindow
)

// fails is the first condition that s does not meet.
func (m *match) fails(s *subject) failing {
	switch {
	case len(m.operations) > 0 && !slices.Contains(m.operations, s.Operation):
		return failing{of: ofOperation}
	case m.image != "" && !m.image.fitsEither(s.ImageID, s.image):
		return failing{of: ofImage}
	case m.project != "" && !(s.Known && m.project.fitsEither(s.ProjectID, s.Project)):
		return failing{of: ofProject}
	case m.user != "" && !(s.Known && m.user.fitsEither(s.UserID, s.User)):
		return failing{of: ofUser}
	case m.turn != 0 && m.turn != s.turn:
		return failing{of: ofToken}
	}
	for i, p := range m.headers {
		if !slices.ContainsFunc(s.Header[p.key], p.value.fits) {
			return failing{ofHeader, i}
		}
	}
	for i, p := range m.query {
		if !slices.ContainsFunc(s.param(p.key), p.value.fits) {
			return failing{ofQuery, i}
		}
	}
	begin, begun := m.begin(s)
	if !begun {
		return failing{of: ofAfter}
	}
	if m.window != (scenarios.Window{}) {
		if since := s.Now.Sub(begin); since < m.window.After || m.closed(since) {
			return failing{of: ofWindow}
		}
	}
	return failing{}
}

// begin is when the rule's time began: with the scenario, or when the rule that
// it comes after was done. It reports false if that is not so yet.
func (m *match) begin(s *subject) (time.Time, bool) {
	if m.after == nil {
		return s.begin, true
	}
	done := m.after.done.Load()
	if done == nil || s.Now.Before(*done) || s.struck == m.after && s.Now.Equal(*done) {
		return time.Time{}, false
	}
	return *done, true
}

// closed reports whether the window is over, so long after the begin.
func (m *match) closed(since time.Duration) bool {
	return m.window.For > 0 && since-m.window.After >= m.window.For
}

// A glob is a text in which * stands for any run of characters.
type glob string

func (g glob) fits(s string) bool { return scenarios.MatchGlob(string(g), s) }

// fitsEither reports whether the glob fits the id or the name of something.
// Empty ones are absent.
func (g glob) fitsEither(id, name string) bool {
	return id != "" && g.fits(id) || name != "" && g.fits(name)
}

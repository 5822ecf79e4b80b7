package fakeserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/card"
	"github.com/fakeglance/fakeglance/scenarios"
)

// DefaultTimeLimit is how long a client may take for one call, unless WithTimeLimit
// says otherwise.
const DefaultTimeLimit = time.Minute

// ErrOverTime is what a client of [Server.Grade] returns if it had to be stopped at the
// time limit.
var ErrOverTime = errors.New("it had not ended at the time limit")

// An IncidentOption says how incidents are played, by [EachScenario] or [Grade]. A
// [scenarios.Topic] plays those of that topic only; several play those of each. An [Option] is
// for the servers of the incidents, as [InMemory] and [WithTLS] are. Others, such as
// [WithTimeLimit], are for Grade.
type IncidentOption interface {
	// IncidentTopics are the topics that the option names; nil: none.
	IncidentTopics() []scenarios.Topic
}

// IncidentTopics makes an Option an [IncidentOption]. It names no topics.
func (o Option) IncidentTopics() []scenarios.Topic { return nil }

// A gradeOption is an option for Grade only.
type gradeOption func(*grading)

func (o gradeOption) IncidentTopics() []scenarios.Topic { return nil }

// WithIncidents grades with the incidents of these names only, and with those of the
// topics that other options name.
func WithIncidents(names ...string) IncidentOption {
	return gradeOption(func(g *grading) { g.names = append(g.names, names...) })
}

// WithTimeLimit limits how long the client may take for one call. 0 is
// DefaultTimeLimit. The context of the call ends then.
func WithTimeLimit(d time.Duration) IncidentOption {
	return gradeOption(func(g *grading) { g.limit = d })
}

// WithAlreadyGoneError wants an error for an image that was gone before the client's
// first request. Without it the client should treat that image as deleted. That a 404
// after an answer of its own was lost means deleted, is not for it to choose.
func WithAlreadyGoneError() IncidentOption {
	return gradeOption(func(g *grading) { g.alreadyGone = true })
}

// WithBatch gives the client of [Server.Grade] all targets of an incident in one call.
// Without it each is a call of its own.
func WithBatch() IncidentOption { return gradeOption(func(g *grading) { g.batch = true }) }

// WithParallel plays so many incidents at the same time in [Server.Grade]; up to 1: one
// after the other.
func WithParallel(n int) IncidentOption { return gradeOption(func(g *grading) { g.parallel = n }) }

// WithClient names the client on its card. Reproduce is the line that shows one incident
// again; nil: the card has none.
func WithClient(name string, reproduce func(incident string) string) IncidentOption {
	return gradeOption(func(g *grading) { g.client, g.reproduce = name, reproduce })
}

// WithProgress calls f after each case, with how many of all are done.
func WithProgress(f func(name, result string, done, all int)) IncidentOption {
	return gradeOption(func(g *grading) { g.progress = f })
}

// A grading is how a client is judged.
type grading struct {
	topics      []scenarios.Topic
	names       []string
	limit       time.Duration
	alreadyGone bool
	batch       bool
	parallel    int
	client      string
	reproduce   func(incident string) string
	progress    func(name, result string, done, all int)
	server      []Option
	inMemory    bool          // each incident is played in a bubble
	watch       time.Duration // how long to look for calls that the client has left running
}

// How long a client is watched after it has ended: in real time, and where time costs
// nothing.
const (
	lateCalls        = 100 * time.Millisecond
	lateCallsVirtual = 30 * time.Minute
)

func newGrading(opts []IncidentOption) (*grading, error) {
	g := &grading{limit: DefaultTimeLimit, parallel: 1, watch: lateCalls}
	for _, opt := range opts {
		g.topics = append(g.topics, opt.IncidentTopics()...)
		switch opt := opt.(type) {
		case Option:
			g.server = append(g.server, opt)
		case gradeOption:
			opt(g)
		}
	}
	if g.inMemory = newConfig(g.server).inMemory; g.inMemory {
		g.watch = lateCallsVirtual
	}
	if g.limit <= 0 {
		g.limit = DefaultTimeLimit
	}
	if g.reproduce == nil {
		g.reproduce = func(string) string { return "" }
	}
	if err := checkTopics(g.topics); err != nil {
		return nil, err
	}
	incidents := scenarios.Incidents()
	names := make([]string, len(incidents))
	for i, sc := range incidents {
		names[i] = sc.Name
	}
	for _, name := range g.names {
		at := slices.Index(names, name)
		if at < 0 {
			return nil, fmt.Errorf("no incident is called %q%s", name, guess(name, names))
		}
		if why := g.unasked(incidents[at]); why != "" {
			return nil, fmt.Errorf("the incident %q cannot be played: %s", name, why)
		}
	}
	return g, nil
}

// checkTopics is an error if no incident has one of the topics.
func checkTopics(topics []scenarios.Topic) error {
	var known []string
	for _, topic := range scenarios.Topics() {
		known = append(known, string(topic))
	}
	for _, topic := range topics {
		if !slices.Contains(known, string(topic)) {
			return fmt.Errorf("no incident has the topic %q%s; there are %q", topic, guess(string(topic), known), known)
		}
	}
	return nil
}

func guess(word string, known []string) string {
	if near := scenarios.Guess(word, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// whole reports whether the client is judged with the whole library.
func (g *grading) whole() bool { return len(g.topics) == 0 && len(g.names) == 0 }

// unasked says why an incident does not apply; empty: it does.
func (g *grading) unasked(sc *scenarios.Scenario) string {
	dialect := newConfig(g.server).overrides.Dialect
	switch {
	case !g.whole() && !slices.Contains(g.names, sc.Name) && !slices.Contains(g.topics, sc.Topic):
		return "it was not asked for"
	case dialect != "" && sc.Dialect != "" && sc.Dialect != dialect:
		return fmt.Sprintf("it is about the dialect %s, not %s", sc.Dialect, dialect)
	}
	return ""
}

func (g *grading) card() *Card {
	c := new(Card)
	policy := "ok"
	if g.alreadyGone {
		policy = "error"
	}
	c.card = card.Card{Fakeglance: Version(), Client: g.client, AlreadyGone: policy, TimeLimit: g.limit.Seconds()}
	return c
}

// Grade has a client delete images in every incident of the library, and judges it. The
// client deletes the images with the ids, all of them, and returns nil if they are
// deleted. First come two control runs: a clean deletion has to succeed, and a protected
// image has to be refused; without that nothing can be said of the client, and the test
// fails at once. Then each incident is a subtest of its own, on a server of its own: it
// fails with what the client did wrong, and is skipped if the client met nothing of what
// goes wrong. The sum of the card is logged, and the card is returned. Calls of the client
// come at the same time.
//
//	func TestGrade(t *testing.T) {
//		fakeserver.Grade(t, func(ctx context.Context, srv *fakeserver.Server, ids []string) error {
//			return mycloud.New(srv.URL, srv.Token(), srv.Client()).Delete(ctx, ids...)
//		}, fakeserver.InMemory())
//	}
//
// With [InMemory], time is virtual: minutes of pauses take milliseconds. The client must
// then reach the server through [Server.Client], [Server.Transport] or [Server.Dial],
// and end with its context.
func Grade(t *testing.T, client func(ctx context.Context, srv *Server, ids []string) error, opts ...IncidentOption) *Card {
	t.Helper()
	named := WithClient(t.Name(), func(incident string) string {
		path := strings.Split(t.Name()+"/incidents/"+incident, "/")
		return "go test -run '^" + strings.Join(path, "$/^") + "$'"
	})
	g, err := newGrading(append([]IncidentOption{named, WithBatch()}, opts...))
	if err != nil {
		t.Fatalf("fakeserver.Grade: %v", err)
	}
	return g.inTest(t, client)
}

// Grade is [Grade] without a test: each incident is played in a sandbox of this server.
// The error says why nothing can be said of the client: a [*ControlError] if it does not
// delete an image even where all is well. The client returns [ErrOverTime] if it had to be
// stopped.
func (s *Server) Grade(ctx context.Context, client func(ctx context.Context, b *Sandbox, ids []string) error, opts ...IncidentOption) (*Card, error) {
	g, err := newGrading(opts)
	if err != nil {
		return nil, err
	}
	return g.inSandboxes(ctx, s, client)
}

// A ControlError says that a client does not work even where all is well, so that it
// cannot be judged.
type ControlError struct {
	Control string // which control run: "clean deletion" or "protected image"
	Reason  string
}

func (e *ControlError) Error() string {
	return "the client cannot be judged: control run " + e.Control + ": " + e.Reason
}

// A controlRun shows whether a client works at all.
type controlRun struct{ name, sandbox, scenario string }

var (
	cleanDeletion  = controlRun{"clean deletion", "control-clean", "one-image"}
	protectedImage = controlRun{"protected image", "control-protected", "protected"}
	controlRuns    = []controlRun{cleanDeletion, protectedImage}
)

// check returns an error if a control run shows that the client does not work.
func (c controlRun) check(row *card.Row, there bool) error {
	var problem string
	said := row.Said[0]
	switch {
	case len(row.Requests) == 0 && said.Deleted:
		problem = "the client says that the image is deleted, but no request came from it"
	case len(row.Requests) == 0:
		problem = "the client says that it failed, and no request came from it"
	case c == cleanDeletion && there && said.Deleted:
		problem = "the client says that the image is deleted, but it is still there"
	case c == cleanDeletion && !said.Deleted:
		problem = "the client says that it failed, though nothing went wrong"
	case c == protectedImage && !there:
		problem = "the client has deleted an image that is protected; it must leave the protection alone"
	default:
		return nil
	}
	if said.Error != "" {
		problem += ": " + said.Error
	}
	if calls := summary(row.Requests); calls != "" {
		problem += "; it sent " + calls
	}
	return &ControlError{c.name, problem}
}

// summary names the requests of a control run.
func summary(requests []card.Request) string {
	const most = 5
	var texts []string
	for _, r := range requests[:min(len(requests), most)] {
		texts = append(texts, fmt.Sprintf("%s %s (%s)", r.Method, r.Path, r.Result))
	}
	if n := len(requests) - most; n > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(texts, ", ")
}

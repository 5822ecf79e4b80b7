package fakeserver

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The limits of a journal, unless WithJournal or WithJournalBytes say otherwise.
const (
	DefaultJournal      = 10_000   // requests
	DefaultJournalBody  = 64 << 10 // bytes of each body
	DefaultJournalBytes = 64 << 20 // bytes of headers and bodies in all
)

// DefaultBodyTimeout is how long the server waits for more of a request's body,
// unless WithBodyTimeout says otherwise.
const DefaultBodyTimeout = 30 * time.Second

// An Option says what a server starts from. Scenarios and parts of scenarios are
// merged in the order of the options: lists grow, and of a single value the last
// one that is not zero counts.
type Option func(*config)

// config is what the options say.
type config struct {
	parts     []part
	overrides sandbox.Overrides
	journal   journal.Limits
	patience  time.Duration // with a body that does not come; 0: no limit
	log       logFunc       // nil: none
}

func newConfig(opts []Option) *config {
	c := &config{
		journal:  journal.Limits{Requests: DefaultJournal, Body: DefaultJournalBody, Bytes: DefaultJournalBytes},
		patience: DefaultBodyTimeout,
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// A part is a scenario, or a piece of one, or what is wrong with it.
type part func() (*scenarios.Scenario, error)

func with(p part) Option {
	return func(c *config) { c.parts = append(c.parts, p) }
}

// WithScenario starts from built-in scenarios, or from YAML files: a name is a
// path if it ends in .yaml, .yml or .json, or has a slash in it.
func WithScenario(names ...string) Option {
	return with(func() (*scenarios.Scenario, error) { return scenarios.Load(names...) })
}

// WithYAML starts from the text of a scenario. Errors begin with the file and line
// of the call, and go on with the line and column in the text, whose name is
// scenario.
func WithYAML(src string) Option {
	_, file, line, ok := runtime.Caller(1)
	return with(func() (*scenarios.Scenario, error) {
		sc, err := scenarios.Parse("scenario", []byte(src))
		if problems := (scenarios.Problems)(nil); ok && errors.As(err, &problems) {
			for i := range problems {
				problems[i].File = fmt.Sprintf("%s:%d: %s", filepath.Base(file), line, problems[i].File)
			}
		}
		return sc, err
	})
}

// WithImages adds images.
func WithImages(images ...scenarios.Image) Option {
	return with(func() (*scenarios.Scenario, error) { return &scenarios.Scenario{Images: images}, nil })
}

// WithFaults adds faults, to be tried after those of earlier options.
func WithFaults(faults ...scenarios.Fault) Option {
	return with(func() (*scenarios.Scenario, error) { return &scenarios.Scenario{Faults: faults}, nil })
}

// WithDialect sets how errors look, whatever a scenario says, also one that is
// played later. Empty: as the scenario says.
func WithDialect(d scenarios.Dialect) Option {
	return func(c *config) { c.overrides.Dialect = d }
}

// WithStrictAuth sets whether only tokens are valid that were issued or listed,
// whatever a scenario says, also one that is played later.
func WithStrictAuth(strict bool) Option {
	return func(c *config) { c.overrides.Strict = &strict }
}

// WithLog logs each request, with the fault that was injected. Without it New
// logs nothing, and Run into the test's log. Nil logs nothing.
func WithLog(l *slog.Logger) Option {
	return func(c *config) { c.log = logTo(l) }
}

// WithJournal limits the journal: how many requests it keeps, the latest, and how
// many bytes of each body. With 0 requests it keeps none, so that Requests and
// CheckRequests see none.
func WithJournal(requests, bodyBytes int) Option {
	return func(c *config) {
		c.journal.Requests, c.journal.Body = max(requests, 0), max(bodyBytes, 0)
	}
}

// WithJournalBytes limits how many bytes of headers and bodies the journal keeps
// in all, those of the latest requests. 0 is no limit.
func WithJournalBytes(n int) Option {
	return func(c *config) { c.journal.Bytes = max(n, 0) }
}

// WithBodyTimeout limits how long the server waits for more of a body that a
// request has announced, in real time: then the answer is 400, and the journal has
// the request, which was pending before. 0 is no limit.
func WithBodyTimeout(d time.Duration) Option {
	return func(c *config) { c.patience = max(d, 0) }
}

// scenario merges the parts.
func (c *config) scenario() (*scenarios.Scenario, error) {
	whole := &scenarios.Scenario{}
	for _, part := range c.parts {
		sc, err := part()
		if err != nil {
			return nil, err
		}
		whole.Merge(sc)
	}
	return whole, nil
}

package fakeserver

import (
	"log/slog"

	"github.com/fakeglance/fakeglance/scenarios"
)

// How much a journal keeps if WithJournal says nothing else.
const (
	DefaultJournal     = 10_000   // requests
	DefaultJournalBody = 64 << 10 // bytes of each body
)

// An Option says what a server starts from. Those that bring a scenario or a
// part of one are put together in their order: lists grow, and of a single value
// the last that is not zero holds.
type Option func(*config)

// config is what the options say.
type config struct {
	parts []part
	size  journalSize
	log   logFunc // nil: none
}

// A part is a scenario, or a piece of one, or what is wrong with it.
type part func() (*scenarios.Scenario, error)

func with(p part) Option {
	return func(c *config) { c.parts = append(c.parts, p) }
}

// WithScenario starts from built-in scenarios, or from YAML files: each name
// that ends in .yaml, .yml or .json, or has a slash in it, is a file's path.
func WithScenario(names ...string) Option {
	return with(func() (*scenarios.Scenario, error) { return scenarios.Load(names...) })
}

// WithYAML starts from the text of a scenario.
func WithYAML(src string) Option {
	return with(func() (*scenarios.Scenario, error) { return scenarios.Parse("scenario", []byte(src)) })
}

// WithImages adds images.
func WithImages(images ...scenarios.Image) Option {
	return with(func() (*scenarios.Scenario, error) { return &scenarios.Scenario{Images: images}, nil })
}

// WithFaults adds faults, to be tried after those of the scenarios before it.
func WithFaults(faults ...scenarios.Fault) Option {
	return with(func() (*scenarios.Scenario, error) { return &scenarios.Scenario{Faults: faults}, nil })
}

// WithDialect says how errors look, whatever a scenario says.
func WithDialect(d scenarios.Dialect) Option {
	return with(func() (*scenarios.Scenario, error) { return &scenarios.Scenario{Dialect: d}, nil })
}

// WithLog logs each request, with the fault that struck it. Without it New logs
// nothing, and Run into the test's log. Nil logs nothing.
func WithLog(l *slog.Logger) Option {
	return func(c *config) { c.log = logTo(l) }
}

// WithJournal bounds the journal: how many requests it keeps, the latest, and
// how many bytes of each body. 0 requests keep none, which CheckRequests and
// Requests then cannot see.
func WithJournal(requests, bodyBytes int) Option {
	return func(c *config) { c.size = journalSize{max(requests, 0), max(bodyBytes, 0)} }
}

// scenario puts the parts together and looks at the whole.
func (c *config) scenario() (*scenarios.Scenario, error) {
	whole := &scenarios.Scenario{}
	for _, part := range c.parts {
		sc, err := part()
		if err != nil {
			return nil, err
		}
		whole.Merge(sc)
	}
	return whole, whole.Validate()
}

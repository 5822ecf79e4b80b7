package fakeserver

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
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

// How many sandboxes a server has, and for how long, unless WithSandboxes says
// otherwise.
const (
	DefaultSandboxes   = 10_000
	DefaultSandboxIdle = time.Hour
)

// An Option says what a server starts from. Scenarios and parts of scenarios are
// merged in the order of the options, as files are: see [scenarios.Merge]. So a zero
// that is written in a later YAML replaces an earlier value, and in an image or a
// fault made in Go only values that are not zero do.
type Option func(*config)

// config is what the options say.
type config struct {
	parts        []opener
	naming       bool // texts are named after the calls of their options
	overrides    sandbox.Overrides
	journal      journal.Limits
	patience     time.Duration        // with a body that does not come; 0: no limit
	log          logFunc              // nil: none
	changes      func(control.Change) // logs control calls; nil: none
	record       logFunc              // nil: none
	coverDir     string               // empty: that of the environment
	warn         []func(error)        // of what goes wrong later
	fail         func(string)         // nil: there is no test to fail
	sandboxes    sandbox.Limits
	only         bool     // named sandboxes only
	public       *url.URL // nil: as the calls say
	secure       bool     // HTTPS
	inMemory     bool     // no sockets
	hosts        []string // that the certificate is for, besides the usual ones
	controlHosts []string // to which the control API answers, beside its own
	token        string   // that calls of the control API must have; empty: none
	mistakes     []error  // of options
	ofServer     []string // options that are not for a sandbox
}

// server notes that an option is for a whole server.
func (c *config) server(option string) {
	if !slices.Contains(c.ofServer, option) {
		c.ofServer = append(c.ofServer, option)
	}
}

func newConfig(opts []Option) *config {
	c := &config{
		journal:   journal.Limits{Requests: DefaultJournal, Body: DefaultJournalBody, Bytes: DefaultJournalBytes},
		patience:  DefaultBodyTimeout,
		sandboxes: sandbox.Limits{Most: DefaultSandboxes, Idle: DefaultSandboxIdle},
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// An opener returns the parts of a scenario that an option means.
type opener func() ([]scenarios.Part, error)

func with(open opener) Option {
	return func(c *config) { c.parts = append(c.parts, open) }
}

// withPart is an option that means one part.
func withPart(p scenarios.Part) Option {
	return with(func() ([]scenarios.Part, error) { return []scenarios.Part{p}, nil })
}

// WithScenario starts from built-in scenarios, or from YAML files: a name is a
// path if it ends in .yaml, .yml or .json, or has a slash in it.
func WithScenario(names ...string) Option {
	return with(func() ([]scenarios.Part, error) { return scenarios.Open(names...) })
}

// WithYAML starts from the text of a scenario. Errors begin with the file and line
// of the call, and go on with the line and column in the text, whose name is
// scenario.
func WithYAML(src string) Option {
	part := scenarios.Part{File: "scenario", Text: []byte(src)}
	_, file, line, ok := runtime.Caller(1)
	if !ok {
		return withPart(part)
	}
	called := part
	called.File = fmt.Sprintf("%s:%d: scenario", filepath.Base(file), line)
	return func(c *config) {
		c.parts = append(c.parts, func() ([]scenarios.Part, error) {
			if c.naming {
				return []scenarios.Part{called}, nil
			}
			return []scenarios.Part{part}, nil
		})
	}
}

// WithImages adds images. One with the id of an earlier image changes that image.
func WithImages(images ...scenarios.Image) Option {
	return withPart(scenarios.Part{Scenario: &scenarios.Scenario{Images: images}})
}

// WithFaults adds faults, to be tried after those of earlier options. One with the
// name of an earlier fault changes that fault.
func WithFaults(faults ...scenarios.Fault) Option {
	return withPart(scenarios.Part{Scenario: &scenarios.Scenario{Faults: faults}})
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

// WithLog logs each request, with the fault that was injected, and each call of the
// control API that was to change something, with what it did. Without it New logs
// nothing, and Run into the test's log. Nil logs nothing.
func WithLog(l *slog.Logger) Option {
	return func(c *config) {
		c.server("WithLog")
		c.log, c.changes = logTo(l), logChangesTo(l)
		if l != nil {
			c.warn = append(c.warn, func(err error) { l.Warn(err.Error()) })
		}
	}
}

// WithJournalTo writes each request to w, before its answer is sent: a line of JSON
// with the name of its sandbox, if it has one, and the request as
// GET /_fake/requests shows it. Nothing is dropped, whatever the journal keeps. One
// line is written at a time; an error of w ends nothing.
func WithJournalTo(w io.Writer) Option {
	return func(c *config) { c.server("WithJournalTo"); c.record = writeTo(w) }
}

// WithJournal limits the journal: how many requests it keeps, the latest, and how
// many bytes of each body. With 0 requests it keeps none, so that Requests and
// CheckRequests see none.
func WithJournal(requests, bodyBytes int) Option {
	return func(c *config) {
		c.server("WithJournal")
		c.journal.Requests, c.journal.Body = max(requests, 0), max(bodyBytes, 0)
	}
}

// WithJournalBytes limits how many bytes of headers and bodies the journal keeps
// in all, those of the latest requests. 0 is no limit.
func WithJournalBytes(n int) Option {
	return func(c *config) { c.server("WithJournalBytes"); c.journal.Bytes = max(n, 0) }
}

// WithBodyTimeout limits how long the server waits for more of a body that a
// request has announced, in real time: then the answer is 400, and the journal has
// the request, which was pending before. 0 is no limit.
func WithBodyTimeout(d time.Duration) Option {
	return func(c *config) { c.server("WithBodyTimeout"); c.patience = max(d, 0) }
}

// WithSandboxes limits how many sandboxes there may be at the same time, and how
// long one may go without a call, in real time, before it is removed; 0 is no limit
// of time, and without any sandboxes 0 of them.
func WithSandboxes(most int, idle time.Duration) Option {
	return func(c *config) {
		c.server("WithSandboxes")
		c.sandboxes = sandbox.Limits{Most: max(most, 0), Idle: max(idle, 0)}
	}
}

// WithSandboxesOnly refuses calls that name no sandbox, with a 400, so that no test
// uses the default one by mistake. The control API at the root still works.
func WithSandboxesOnly() Option {
	return func(c *config) { c.server("WithSandboxesOnly"); c.only = true }
}

// InMemory makes Run and Start serve over connections in memory instead of sockets, so
// that a test can run inside a bubble of testing/synctest: there all waiting takes no
// time, that of the client and that of the server, and the server's clock is the
// bubble's. Clients reach the server through [Server.Client], [Server.Transport] or
// [Server.Dial]; others are refused at its URL. The server must be started and
// closed inside the bubble.
func InMemory() Option {
	return func(c *config) { c.server("InMemory"); c.inMemory = true }
}

// WithPublicURL sets how clients reach the server, where that is not how their calls
// arrive: behind a proxy that ends TLS, for example. The URLs in answers begin with
// it. It is an error unless it is the URL of a host, with http or https.
func WithPublicURL(text string) Option {
	return func(c *config) {
		c.server("WithPublicURL")
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			c.mistakes = append(c.mistakes, fmt.Errorf("public URL %q: want one such as https://images.example/fake", text))
			return
		}
		c.public = u
	}
}

// WithControlHosts adds names to which the control API answers. A call over a network
// is refused with a 403 unless its Host header is an IP address, localhost, the name
// in the server's URL or public URL, or one of these; so a web page that somebody
// opens cannot reach the API through their browser. The name * is every name.
func WithControlHosts(names ...string) Option {
	return func(c *config) { c.server("WithControlHosts"); c.controlHosts = append(c.controlHosts, names...) }
}

// WithControlToken demands a token of the calls of the control API, as Authorization:
// Bearer TOKEN, or as the password of Basic authentication, which browsers ask for.
// Without it the answer is 401, but for GET /_fake/health. Empty: none is demanded.
func WithControlToken(token string) Option {
	return func(c *config) { c.server("WithControlToken"); c.token = token }
}

// guard is who may call the control API.
func (c *config) guard() *control.Guard {
	g := &control.Guard{Hosts: c.controlHosts, Token: c.token}
	if c.public != nil {
		g.Trust(c.public.Scheme + "://" + c.public.Host)
	}
	return g
}

// check merges the parts, and returns everything that is wrong with the options.
func (c *config) check() (*scenarios.Scenario, error) {
	sc, err := c.scenario()
	return sc, errors.Join(append([]error{err, c.overrides.Validate()}, c.mistakes...)...)
}

// scenario merges the parts. Only if that fails, texts are named after the calls
// that gave them: a fault's place is in its text.
func (c *config) scenario() (*scenarios.Scenario, error) {
	sc, err := c.merge()
	if err != nil {
		c.naming = true
		return c.merge()
	}
	return sc, nil
}

func (c *config) merge() (*scenarios.Scenario, error) {
	var parts []scenarios.Part
	var failed error
	for _, open := range c.parts {
		opened, err := open()
		failed = errors.Join(failed, err)
		parts = append(parts, opened...)
	}
	if failed != nil {
		return nil, failed // without all parts, what is wrong with the whole cannot be known
	}
	return scenarios.Merge(parts...)
}

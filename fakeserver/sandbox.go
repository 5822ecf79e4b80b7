package fakeserver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Sandbox is a world of its own on a server: it shares no images, faults, limits,
// tokens, clock or journal with others, so that tests which run at the same time do
// not disturb each other although they share a server. Its methods may be called by
// many goroutines. Make one with [Server.Sandbox].
type Sandbox struct {
	// URL is where clients reach the sandbox, without a slash at the end: the server's
	// URL, and the sandbox's path. Clients that can send a header reach it at the
	// server's URL, too: see [Sandbox.Header].
	URL string

	box
	server *Server
}

// Sandbox makes a sandbox, which starts from the options as a server does. If they
// have no scenario and no part of one, it plays what the server plays, from its start. The
// dialect and the strictness that the server's options set apply, unless the
// sandbox's own do. The name is part of its URL: up to 63 lower-case
// letters, digits and dashes; empty: it gets one such as sandbox-1. Options that are
// for the whole server are an error: [WithLog], [WithJournal], [WithJournalBytes], [WithJournalTo],
// [WithBodyTimeout], [WithSandboxes], [WithSandboxesOnly], [WithPublicURL], [WithTLS],
// [WithControlHosts], [WithControlToken] and [WithCoverage]. Other errors say what is wrong with the name
// or the options, that the name is taken, or that there are too many sandboxes.
//
// A server listens before it has sandboxes: URL is made of the server's.
func (s *Server) Sandbox(name string, opts ...Option) (*Sandbox, error) {
	cfg := newConfig(opts)
	if len(cfg.ofServer) > 0 {
		return nil, fmt.Errorf("%s is for the whole server, not for a sandbox", strings.Join(cfg.ofServer, ", "))
	}
	sc, err := cfg.check()
	if err != nil {
		return nil, err
	}
	if len(cfg.parts) == 0 {
		sc = nil
	}
	inner, err := s.sandboxes.Add(name, sc, cfg.overrides)
	if err != nil {
		return nil, err
	}
	return &Sandbox{URL: s.URL + inner.PathOf(), box: box{sandbox: inner, fail: s.fail}, server: s}, nil
}

// Name is the sandbox's name.
func (b *Sandbox) Name() string { return b.sandbox.Name() }

// Header is the header that names the sandbox in a request to the server's URL.
func (b *Sandbox) Header() (key, value string) { return sandbox.Header, b.Name() }

// Close removes the sandbox, and ends its waiting calls. It may be called repeatedly.
func (b *Sandbox) Close() {
	if inner, err := b.server.sandboxes.Find(b.Name()); err == nil && inner == b.sandbox {
		b.server.sandboxes.Remove(b.Name())
	}
}

// AuthURL is where clients sign in: OS_AUTH_URL.
func (b *Sandbox) AuthURL() string { return b.URL + keystone.Path }

// Env is what OpenStack's commands and libraries read from the environment to reach
// the sandbox, OS_AUTH_URL and others, and FAKEGLANCE_URL, FAKEGLANCE_TOKEN and
// FAKEGLANCE_SANDBOX for tests.
func (b *Sandbox) Env() map[string]string { return b.sandbox.Access(b.URL).Env }

// Client is an HTTP client of the server. See [Server.Client].
func (b *Sandbox) Client() *http.Client { return b.server.Client() }

// Transport is that of Client. See [Server.Transport].
func (b *Sandbox) Transport() http.RoundTripper { return b.server.Transport() }

// Dial connects to the server. See [Server.Dial].
func (b *Sandbox) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return b.server.Dial(ctx, network, address)
}

// A box is what a Server and a Sandbox have in common.
type box struct {
	sandbox   *sandbox.Sandbox
	notDriven *notDriven        // of a subtest of EachScenario; nil: it is none
	fail      func(text string) // fails the test of Run; nil: there is none
}

// Token is a token that is always valid, also in strict mode: that of a member of
// the default project.
func (b *box) Token() string { return b.sandbox.Token() }

// Requests are the requests since the scenario began: the answered ones in the
// order of their answers, then those that are pending. The journal keeps the
// latest 10,000 in at most 64 MiB, unless WithJournal or WithJournalBytes say
// otherwise. Calls of the control API are not journaled.
func (b *box) Requests() []Request {
	records := b.sandbox.Requests(journal.Filter{})
	requests := make([]Request, len(records))
	for i := range records {
		requests[i] = newRequest(&records[i])
	}
	return requests
}

// ClearRequests empties the journal, and leaves everything else as it is. Pending
// requests stay in it. From then on Requests, WaitRequests and CheckRequests are
// about the requests that are pending or come later; Seq counts on.
func (b *box) ClearRequests() { b.sandbox.ClearRequests() }

// WaitRequests returns once the answers of n requests since the scenario began
// are known, or with the context's error. An answer is known before its client
// has it; that of a delayed, held or hanging call counts as known when the wait
// begins.
func (b *box) WaitRequests(ctx context.Context, n int) error {
	return b.sandbox.WaitRequests(ctx, n, journal.Filter{})
}

// Play starts a scenario in place of the present one, with other images, tokens
// and faults, an empty journal, and a clock that shows real time. Pending
// requests end in the scenario they came to. WithDialect and WithStrictAuth still
// apply. Issued tokens end, as with Reset. The error says what is wrong with the
// scenario, or that it is nil; then nothing changes.
func (b *box) Play(sc *scenarios.Scenario) error { return b.sandbox.Play(sc) }

// StartFrom plays a scenario as Play does, and makes it the one that Reset comes
// back to, as if the server, or the sandbox, had started with it.
func (b *box) StartFrom(sc *scenarios.Scenario) error { return b.sandbox.StartFrom(sc) }

// Reset starts again from what the server, or the sandbox, started with, whatever
// it has played since. Tokens that were issued end with what was played before:
// clients have to sign in again. Token gives one that goes on.
func (b *box) Reset() { b.sandbox.Reset() }

// Restart starts the present scenario again, the one that Play started last.
func (b *box) Restart() { b.sandbox.Restart() }

// Scenario is what is in force: the scenario that is played, its images as they
// were at the start, and the faults and limits that there are now. The caller may
// change what it gets.
func (b *box) Scenario() *scenarios.Scenario { return b.sandbox.InForce() }

// Advance moves the server's clock forward: tokens expire, windows open and
// close, images stop lingering, delays and imports end. It panics if d is negative:
// time does not go back, and what has ended cannot begin again. The clock stays at
// 292 years ahead of real time, where durations end.
func (b *box) Advance(d time.Duration) {
	if err := b.sandbox.Advance(d); err != nil {
		panic("fakeserver: Advance: " + err.Error())
	}
}

// Now is the time on the server's clock: real time, and what Advance added.
func (b *box) Now() time.Time { return b.sandbox.Now() }

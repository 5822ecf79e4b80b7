package fakeserver

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pipeline"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Server is a fake image service. It is an http.Handler, and its methods may be
// called by many goroutines. Make one with Run, Start or New.
type Server struct {
	// URL is the server's address, without a slash at the end. Run and Start set
	// it. Of a server made by New it is empty, and whoever listens may set it.
	URL string

	sandbox  *sandbox.Sandbox
	pipeline pipeline.Pipeline
	closing  context.Context // done once the server closes
	close    context.CancelFunc

	http *httptest.Server // nil: the server does not listen itself
}

// New returns a server that does not listen: a handler for an http.Server, or for
// calls of ServeHTTP. The error says what is wrong with its options.
func New(opts ...Option) (*Server, error) {
	cfg := newConfig(opts)
	sc, err := cfg.scenario()
	if err != nil {
		return nil, err
	}
	box, err := sandbox.New(sc, cfg.overrides, cfg.journal)
	if err != nil {
		return nil, err
	}
	s := &Server{sandbox: box}
	s.closing, s.close = context.WithCancel(context.Background())
	s.pipeline = pipeline.Pipeline{Sandbox: box, Log: cfg.log, Closing: s.closing, Patience: cfg.patience}
	return s, nil
}

// ServeHTTP answers a request: the control API below /_fake/, and everything else
// as the scenario says.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, control.Prefix) {
		control.Serve(s.closing, s.sandbox, rw, r)
		return
	}
	s.pipeline.ServeHTTP(rw, r)
}

// closeTime is how long answers on their way may take once the server closes.
const closeTime = 20 * time.Millisecond

// Close stops the server and cuts the answers that it is still holding back. It
// may be called repeatedly.
func (s *Server) Close() {
	s.close()
	if s.http != nil {
		// What is not answered by then is waiting for its client.
		cut := time.AfterFunc(closeTime, func() { _ = s.http.Config.Close() })
		defer cut.Stop()
		s.http.Close()
	}
}

// Token is a token that is always valid, also in strict mode: that of a member of
// the default project.
func (s *Server) Token() string { return s.sandbox.Token() }

// AuthURL is where clients sign in: OS_AUTH_URL.
func (s *Server) AuthURL() string { return s.URL + "/identity/v3" }

// Client is an HTTP client of the server, whose idle connections Close closes. Of
// a server made by New it is http.DefaultClient.
func (s *Server) Client() *http.Client {
	if s.http == nil {
		return http.DefaultClient
	}
	return s.http.Client()
}

// Images are all images, oldest first.
func (s *Server) Images() []scenarios.Image { return s.sandbox.Images() }

// Image is the image with the id. A deleted one is not found.
func (s *Server) Image(id string) (scenarios.Image, bool) { return s.sandbox.Image(id) }

// AddImage adds an image as if it had been in the scenario, created now, and
// returns it with its defaults filled in. The error says what is wrong with it,
// or that its id is taken.
func (s *Server) AddImage(image scenarios.Image) (scenarios.Image, error) {
	return s.sandbox.AddImage(image)
}

// Inject adds a fault, which is tried before those that are there. Remove takes
// it out again, and may be called repeatedly. The error says what is wrong with
// the fault, or that its name is taken.
func (s *Server) Inject(f scenarios.Fault) (remove func(), err error) {
	_, remove, err = s.sandbox.Inject(f)
	return remove, err
}

// Fail makes the next calls of an operation answer with a status: as many as
// times says, or with 0 all of them. It ends with the test, or earlier if remove
// is called. An unknown operation or status fails the test.
func (s *Server) Fail(t TB, op scenarios.Operation, status, times int) (remove func()) {
	t.Helper()
	remove, err := s.Inject(scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{op}},
		Times:  times,
		Inject: scenarios.Injection{Status: status},
	})
	if err != nil {
		t.Fatalf("fakeserver: Fail: %v", err)
		return func() {}
	}
	t.Cleanup(remove)
	return remove
}

// A FaultStatus is a fault and what it has done so far.
type FaultStatus struct {
	Fault    scenarios.Fault `json:"fault"`    // with the name it goes by
	Seen     int             `json:"seen"`     // calls that matched it, and that no earlier fault was injected into
	Injected int             `json:"injected"` // those of them that it was injected into
}

// Faults are all faults, in the order in which they are tried.
func (s *Server) Faults() []FaultStatus {
	statuses := s.sandbox.Faults()
	faults := make([]FaultStatus, len(statuses))
	for i, st := range statuses {
		faults[i] = FaultStatus(st)
	}
	return faults
}

// Requests are the requests since the scenario began: the answered ones in the
// order of their answers, then those that are pending. The journal keeps the
// latest 10,000 in at most 64 MiB, unless WithJournal or WithJournalBytes say
// otherwise. Calls of the control API are not journaled.
func (s *Server) Requests() []Request {
	records := s.sandbox.Requests(journal.Filter{})
	requests := make([]Request, len(records))
	for i := range records {
		requests[i] = newRequest(&records[i])
	}
	return requests
}

// ClearRequests empties the journal, and leaves everything else as it is. Pending
// requests stay in it. From then on Requests, WaitRequests and CheckRequests are
// about the requests that are pending or come later; Seq counts on.
func (s *Server) ClearRequests() { s.sandbox.ClearRequests() }

// WaitRequests returns once the answers of n requests since the scenario began
// are known, or with the context's error. An answer is known before its client
// has it; that of a delayed or hanging call, when the wait begins.
func (s *Server) WaitRequests(ctx context.Context, n int) error {
	return s.sandbox.WaitRequests(ctx, n, journal.Filter{})
}

// Play starts a scenario in place of the present one, with other images, tokens
// and faults, an empty journal, and a clock that shows real time. Pending
// requests end in the scenario they came to. WithDialect and WithStrictAuth still
// apply. The error says what is wrong with the scenario; then nothing changes.
func (s *Server) Play(sc *scenarios.Scenario) error { return s.sandbox.Play(sc) }

// Reset starts the present scenario again.
func (s *Server) Reset() { s.sandbox.Reset() }

// Advance moves the server's clock forward: tokens expire, windows open and
// close, images stop lingering, delays end.
func (s *Server) Advance(d time.Duration) { s.sandbox.Advance(d) }

// Now is the time on the server's clock: real time, and what Advance added.
func (s *Server) Now() time.Time { return s.sandbox.Now() }

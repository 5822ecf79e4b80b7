package fakeserver

import (
	"context"
	"errors"
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
	// it. Of a server made by New it is empty, and whoever listens may set it
	// before the first request. If it has a path, because the server is mounted
	// with http.StripPrefix, then the URLs in answers have it too: those of the
	// catalog, of the version documents, and in Location.
	URL string

	sandbox  *sandbox.Sandbox
	pipeline pipeline.Pipeline
	closing  context.Context // done once the server closes
	close    context.CancelFunc

	http *httptest.Server // nil: the server does not listen itself

	notDriven *notDriven // of a subtest of EachScenario; nil: it is none
}

// New returns a server that does not listen: a handler for an http.Server, or for
// calls of ServeHTTP. The error says what is wrong with its options.
func New(opts ...Option) (*Server, error) {
	cfg := newConfig(opts)
	sc, err := cfg.scenario()
	if err = errors.Join(err, cfg.overrides.Validate()); err != nil {
		return nil, err
	}
	box, err := sandbox.New(sc, cfg.overrides, cfg.journal)
	if err != nil {
		return nil, err
	}
	s := &Server{sandbox: box}
	s.closing, s.close = context.WithCancel(context.Background())
	s.pipeline = pipeline.Pipeline{Sandbox: box, Log: cfg.log, Closing: s.closing, Patience: cfg.patience, Mount: s.mount}
	return s, nil
}

// ServeHTTP answers a request: the control API below /_fake/, and everything else
// as the scenario says. A fault that drops the connection needs one: without a
// network, as with an httptest.ResponseRecorder, such a fault panics.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, control.Prefix) {
		control.Serve(s.closing, s.sandbox, rw, r)
		return
	}
	s.pipeline.ServeHTTP(rw, r)
}

// mount is the path of the server's URL: /fake of http://127.0.0.1:8080/fake.
// Empty: it has none.
func (s *Server) mount() string {
	_, rest, _ := strings.Cut(s.URL, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return strings.TrimSuffix(rest[i:], "/")
	}
	return ""
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
// a server made by New it is a plain client if URL is set, and else one whose
// requests all fail, with an error that says why: the server does not listen.
func (s *Server) Client() *http.Client {
	switch {
	case s.http != nil:
		return s.http.Client()
	case s.URL != "":
		return new(http.Client)
	}
	return &http.Client{Transport: nowhere{}}
}

// nowhere is the transport to a server that does not listen.
type nowhere struct{}

func (nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return nil, errors.New("fakeserver: the server does not listen: start it with Run or Start, or set the URL of the server that listens for it")
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

// ImageNamed is the oldest image with the name. A deleted one is not found.
func (s *Server) ImageNamed(name string) (scenarios.Image, bool) { return s.sandbox.ImageNamed(name) }

// ChangeImage changes an image as nothing but time, or another client, would: it
// becomes active, protected, somebody else's. It returns what the image is then.
// Change may be called repeatedly. The error says that there is no such image, or
// what would be wrong with it; then nothing changes. Id and creation time cannot
// change.
func (s *Server) ChangeImage(id string, change func(*scenarios.Image)) (scenarios.Image, error) {
	return s.sandbox.ChangeImage(id, func(img *scenarios.Image) error { change(img); return nil })
}

// FreeImage ends the use of an image, so that it can be deleted: what was in its
// InUseBy is gone. The error says that there is no such image.
func (s *Server) FreeImage(id string) error {
	_, err := s.ChangeImage(id, func(img *scenarios.Image) { img.InUseBy = "" })
	return err
}

// RemoveImage deletes an image, also a protected one or one in use, as another
// client may do meanwhile. It reports whether there was one.
func (s *Server) RemoveImage(id string) bool { return s.sandbox.RemoveImage(id) }

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
	return s.injectFor(t, "Fail", op, times, scenarios.Injection{Status: status})
}

// Drop makes the next calls of an operation end without an answer, in the way that
// kind says: as many as times says, or with 0 all of them. Nothing is done to the
// images. It ends like Fail.
func (s *Server) Drop(t TB, op scenarios.Operation, kind scenarios.Drop, times int) (remove func()) {
	t.Helper()
	return s.injectFor(t, "Drop", op, times, scenarios.Injection{Drop: kind})
}

// injectFor injects a fault until the end of a test.
func (s *Server) injectFor(t TB, method string, op scenarios.Operation, times int, in scenarios.Injection) (remove func()) {
	t.Helper()
	remove, err := s.Inject(scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{op}},
		Times:  times,
		Inject: in,
	})
	if err != nil {
		t.Fatalf("fakeserver: %s: %v", method, err)
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
// apply. Issued tokens end, as with Reset. The error says what is wrong with the
// scenario, or that it is nil; then nothing changes.
func (s *Server) Play(sc *scenarios.Scenario) error { return s.sandbox.Play(sc) }

// Reset starts the present scenario again. Tokens that were issued end with what
// was played before: clients have to sign in again. Token gives one that goes on.
func (s *Server) Reset() { s.sandbox.Reset() }

// Advance moves the server's clock forward: tokens expire, windows open and
// close, images stop lingering, delays and imports end. It panics if d is negative:
// time does not go back, and what has ended cannot begin again; and if the clock
// would be more than 292 years ahead, where durations end.
func (s *Server) Advance(d time.Duration) {
	if err := s.sandbox.Advance(d); err != nil {
		panic("fakeserver: Advance: " + err.Error())
	}
}

// Now is the time on the server's clock: real time, and what Advance added.
func (s *Server) Now() time.Time { return s.sandbox.Now() }

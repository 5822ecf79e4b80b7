package fakeserver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Server is a fake image service. It is an http.Handler and may be used by
// many goroutines. Make one with Run or New.
type Server struct {
	// URL is the server's address, without a slash at the end. Run sets it; of a
	// server made by New it is empty, and whoever listens may set it.
	URL string

	world   atomic.Pointer[world] // never nil
	size    journalSize
	log     logFunc         // nil: none
	running context.Context // done once the server is closed
	stop    context.CancelFunc

	http *httptest.Server // nil: the server does not listen itself
}

// New makes a server that does not listen: a handler for an http.Server, or for
// calling ServeHTTP. The error says what is wrong with its scenario.
func New(opts ...Option) (*Server, error) {
	cfg := config{size: journalSize{requests: DefaultJournal, body: DefaultJournalBody}}
	for _, opt := range opts {
		opt(&cfg)
	}
	sc, err := cfg.scenario()
	if err != nil {
		return nil, err
	}
	s := &Server{size: cfg.size, log: cfg.log}
	s.running, s.stop = context.WithCancel(context.Background())
	script, err := prepare(sc)
	if err != nil {
		return nil, err
	}
	s.world.Store(newWorld(script, s.size))
	return s, nil
}

// play puts a new world in the place of the present one.
func (s *Server) play(sc script) {
	s.world.Swap(newWorld(sc, s.size)).journal.retire()
}

// closeTime is how long answers on their way may take once the server closes.
const closeTime = 20 * time.Millisecond

// Close stops the server and cuts the answers that it still holds back. It may
// be called again.
func (s *Server) Close() {
	s.stop()
	if s.http != nil {
		// What still waits then waits for its client.
		cut := time.AfterFunc(closeTime, func() { _ = s.http.Config.Close() })
		defer cut.Stop()
		s.http.Close()
	}
}

// Token is a token that always works, in strict mode too: that of a member of
// the default project.
func (s *Server) Token() string { return s.world.Load().keystone.Token() }

// AuthURL is where clients sign in: OS_AUTH_URL.
func (s *Server) AuthURL() string { return s.URL + "/identity/v3" }

// Client is an HTTP client of the server, whose idle connections Close closes.
// Of a server made by New it is http.DefaultClient.
func (s *Server) Client() *http.Client {
	if s.http == nil {
		return http.DefaultClient
	}
	return s.http.Client()
}

// Images is every image there is, oldest first.
func (s *Server) Images() []scenarios.Image {
	all := s.world.Load().images.All()
	images := make([]scenarios.Image, len(all))
	for i, img := range all {
		images[i] = img.Scenario()
	}
	return images
}

// Image is the image with the id. A deleted one is not there.
func (s *Server) Image(id string) (scenarios.Image, bool) {
	img, ok := s.world.Load().images.Get(id)
	if !ok {
		return scenarios.Image{}, false
	}
	return img.Scenario(), true
}

// AddImage puts an image in, as if it had stood in the scenario, but made now.
// It returns the image with what was left to the server filled in. The error
// says what is wrong with it, or that its id is taken.
func (s *Server) AddImage(image scenarios.Image) (scenarios.Image, error) {
	w := s.world.Load()
	img, err := w.newImage(image)
	if err != nil {
		return scenarios.Image{}, err
	}
	return img.Scenario(), nil
}

func (w *world) newImage(image scenarios.Image) (*registry.Image, error) {
	if err := image.Validate(); err != nil {
		return nil, err
	}
	if image.Count > 1 {
		return nil, fmt.Errorf("count: %d images cannot be added at once", image.Count)
	}
	if image.ID == "" {
		image.ID = w.images.NewID(w.seed)
	}
	seeded, err := registry.Seed([]scenarios.Image{image}, w.seed, w.clock.Now())
	if err != nil {
		return nil, err
	}
	if err := w.images.Add(seeded[0]); err != nil {
		return nil, err
	}
	return seeded[0], nil
}

// Inject adds a fault, which is tried before those that are there. remove takes
// it out again, and may be called more than once. The error says what is wrong
// with the fault, or that its name is taken.
func (s *Server) Inject(f scenarios.Fault) (remove func(), err error) {
	faults := s.world.Load().faults
	name, err := faults.Add(f)
	if err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { faults.Remove(name) }), nil
}

// Fail makes the next calls of an operation answer with a status: so many of
// them, or with times 0 all until remove is called. It panics if the operation
// or the status is none that a server knows.
func (s *Server) Fail(op scenarios.Operation, status, times int) (remove func()) {
	remove, err := s.Inject(scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{op}},
		Times:  times,
		Inject: scenarios.Injection{Status: status},
	})
	if err != nil {
		panic(err)
	}
	return remove
}

// A FaultStatus is a fault and what it has done so far.
type FaultStatus struct {
	Fault    scenarios.Fault `json:"fault"`    // with the name it goes by
	Seen     int             `json:"seen"`     // calls that matched it and came as far as it
	Injected int             `json:"injected"` // those of them that it struck
}

// Faults is every fault, in the order in which they are tried.
func (s *Server) Faults() []FaultStatus {
	statuses := s.world.Load().faults.Statuses()
	faults := make([]FaultStatus, len(statuses))
	for i, st := range statuses {
		faults[i] = FaultStatus{st.Fault, st.Seen, st.Injected}
	}
	return faults
}

// Requests is what clients asked since the scenario began, in the order in
// which they were answered. The journal keeps the latest 10,000, if nothing
// else is said. Calls of the control API are not in it.
func (s *Server) Requests() []Request { return s.world.Load().journal.requests() }

// WaitRequests returns once clients have asked n times since the scenario
// began, or with the context's error. A request counts from the moment in which
// its answer is known, which is before its client has it.
func (s *Server) WaitRequests(ctx context.Context, n int) error {
	for {
		w := s.world.Load()
		if err := w.journal.wait(ctx, n); err != nil {
			return err
		}
		if s.world.Load() == w {
			return nil
		}
	}
}

// Play starts a scenario in place of the present one: other images, tokens and
// faults, an empty journal, a clock that shows real time. Requests on their way
// end in the world they came to. If the scenario has an error, nothing changes.
func (s *Server) Play(sc *scenarios.Scenario) error {
	if err := sc.Validate(); err != nil {
		return err
	}
	script, err := prepare(sc)
	if err != nil {
		return err
	}
	s.play(script)
	return nil
}

// Reset starts the present scenario again, from its start.
func (s *Server) Reset() { s.play(s.world.Load().script) }

// Advance makes the server's clock jump: tokens expire, windows open and close,
// images stop lingering, delays end.
func (s *Server) Advance(d time.Duration) { s.world.Load().clock.Advance(d) }

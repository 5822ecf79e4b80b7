package fakeserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/memnet"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pipeline"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Server is a fake image service. It is an http.Handler, and its methods may be
// called by many goroutines. Make one with Run, Start or New.
//
// Its methods are about its default sandbox, the one at its URL. [Server.Sandbox]
// makes others.
type Server struct {
	// URL is the server's address, without a slash at the end. Run and Start set
	// it. Of a server made by New it is empty, and whoever listens may set it
	// before the first request. If it has a path, because the server is mounted
	// with http.StripPrefix, then the URLs in answers have it too: those of the
	// catalog, of the version documents, and in Location.
	URL string

	box
	sandboxes   *sandbox.Set
	only        bool         // calls that name no sandbox are refused
	public      *url.URL     // how clients reach the server; nil: as their calls say
	certificate *certificate // nil: the server speaks plain HTTP
	guard       *control.Guard
	pipeline    pipeline.Pipeline
	control     control.API
	notes       *notes             // of what clients are driven through; nil: none are made
	warn        []func(error)      // of what goes wrong later
	close       context.CancelFunc // ends every wait

	http   *httptest.Server // nil: the server does not listen itself
	memory *memnet.Listener // nil: it listens on a socket
	bubble string           // in which it was started, if it listens in memory; empty: in none
}

// New returns a server that does not listen: a handler for an http.Server, or for
// calls of ServeHTTP. The error says what is wrong with its options.
func New(opts ...Option) (*Server, error) {
	cfg := newConfig(opts)
	sc, err := cfg.check()
	if err != nil {
		return nil, err
	}
	certificate, err := cfg.certificate()
	if err != nil {
		return nil, err
	}
	notes, err := cfg.notes()
	if err != nil {
		return nil, err
	}
	closing, cancel := context.WithCancel(context.Background())
	sandboxes, err := sandbox.NewSet(closing, sc, cfg.overrides, cfg.journal, cfg.sandboxes)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &Server{
		box:         box{sandbox: sandboxes.Default, fail: cfg.fail},
		sandboxes:   sandboxes,
		only:        cfg.only,
		public:      cfg.public,
		certificate: certificate,
		guard:       cfg.guard(),
		pipeline:    pipeline.Pipeline{Log: each(cfg.log, cfg.record, notes.log()), Patience: cfg.patience},
		control:     control.API{Sandboxes: sandboxes, Log: cfg.changes, Patience: cfg.patience},
		notes:       notes,
		warn:        cfg.warn,
		close:       cancel,
	}
	if cfg.inMemory {
		s.memory = memnet.Listen(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80})
	}
	return s, nil
}

// ServeHTTP answers a request in the sandbox that it is for: the control API below
// /_fake/, and everything else as the scenario says. A fault that drops the
// connection needs one: without a network, as with an httptest.ResponseRecorder,
// such a fault panics.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	isControl := control.IsCall(r.URL.Path)
	if isControl {
		if err := s.guard.Check(r, s.names()...); err != nil {
			control.Refuse(rw, err)
			return
		}
	}
	b, inside, err := s.sandboxes.Pick(r)
	switch {
	case err != nil:
		control.Refuse(rw, err)
	case isControl:
		s.control.Serve(b, s.address(r), rw, inside)
	case s.only && b == s.sandboxes.Default:
		control.Refuse(rw, errNoSandbox)
	default:
		s.pipeline.Serve(b, rw, pipeline.Request{Request: inside, Whole: r, Address: s.address(r)})
	}
}

// Behind returns the server inside a handler that changes requests before the server
// sees them, as one does that reads X-Forwarded-Host. The control API still checks
// the Host that was sent, too.
func (s *Server) Behind(wrap func(http.Handler) http.Handler) http.Handler {
	inner := wrap(s)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if control.IsCall(r.URL.Path) {
			if err := s.guard.CheckHost(r, s.names()...); err != nil {
				control.Refuse(rw, err)
				return
			}
		}
		inner.ServeHTTP(rw, r)
	})
}

// names are the names of the server's own URLs.
func (s *Server) names() []string {
	var names []string
	if u, err := url.Parse(s.URL); err == nil {
		names = append(names, u.Hostname())
	}
	if s.public != nil {
		names = append(names, s.public.Hostname())
	}
	return names
}

// errNoSandbox is the error of a call to a server that has only named sandboxes.
var errNoSandbox = errors.New("the call names no sandbox, and this server answers in sandboxes only: " +
	"POST /_fake/sandboxes makes one, and its answer says how to reach it")

// address is how the client of a request reaches the server.
func (s *Server) address(r *http.Request) wire.Address {
	if s.public != nil {
		return wire.Address{Scheme: s.public.Scheme, Host: s.public.Host, Mount: strings.TrimSuffix(s.public.Path, "/")}
	}
	a := wire.AddressOf(r)
	a.Mount = s.mount()
	if prefix := r.Header.Get("X-Forwarded-Prefix"); strings.HasPrefix(prefix, "/") {
		a.Mount = strings.TrimRight(prefix, "/") + a.Mount
	}
	return a
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

// Reload reads the scenarios that the server has started from again, as WithScenario
// does, and plays them from their start: in the server's default sandbox, and in
// sandboxes that were made without a scenario of their own. One that plays something
// else by now goes on with it, and comes back to the new version by Reset. After an
// error nothing has changed, and GET /_fake/health tells of it until Reload succeeds.
func (s *Server) Reload(names ...string) error {
	return s.sandboxes.Reload(func() (*scenarios.Scenario, error) { return scenarios.Load(names...) })
}

// Version is the version of fakeglance that is running: v1.2.3, or (devel).
func Version() string { return control.Version() }

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
	if s.memory != nil {
		s.memory.Cut() // a connection that was taken over waits for its client
	}
	if s.notes != nil {
		if err := s.notes.finish(); err != nil {
			for _, warn := range s.warn {
				warn(fmt.Errorf("coverage: %w", err))
			}
		}
	}
}

// AuthURL is where clients sign in: OS_AUTH_URL.
func (s *Server) AuthURL() string { return s.URL + keystone.Path }

// Client is an HTTP client of the server, whose idle connections Close closes. Of
// a server made by New it is a plain client if URL is set, and else one whose
// requests all fail, with an error that says why: the server does not listen.
func (s *Server) Client() *http.Client {
	switch {
	case s.http != nil:
		return s.http.Client()
	case s.URL != "" && s.certificate != nil:
		return &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: s.certificate.pool(), MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		}}
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
	return nil, errNotListening
}

var errNotListening = errors.New("fakeserver: the server does not listen: start it with Run or Start, or set the URL of the server that listens for it")

package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Set is the sandboxes of one server: the default one, which has no name and is
// always there, and others that come and go.
type Set struct {
	Default *Sandbox

	limits    Limits
	overrides Overrides
	journal   journal.Limits
	closing   context.Context // ends the waiting calls of all sandboxes

	loading sync.RWMutex // held for writing while another version of what the default sandbox started from is loaded
	problem string       // why the latest one is not played; empty: it is, or there was none

	mu    sync.RWMutex
	named map[string]*Sandbox
	made  int       // sandboxes that got a name from the set
	swept time.Time // when idle sandboxes were last looked for
}

// Limits say how many named sandboxes there may be, and for how long.
type Limits struct {
	Most int           // at the same time; 0: none
	Idle time.Duration // without a call, in real time, until a sandbox is removed; 0: for ever
}

// NewSet returns a set with a default sandbox, which plays a scenario. Closing is
// done once the server closes. The error says what is wrong with the scenario, or
// with the overrides.
func NewSet(closing context.Context, sc *scenarios.Scenario, overrides Overrides, journal journal.Limits, limits Limits) (*Set, error) {
	b, err := New(closing, sc, overrides, journal)
	if err != nil {
		return nil, err
	}
	return &Set{
		Default: b, limits: limits, overrides: overrides, journal: journal, closing: closing,
		named: make(map[string]*Sandbox),
	}, nil
}

// ErrUnknownSandbox is the error of a name that no sandbox has.
var ErrUnknownSandbox = errors.New("there is no such sandbox")

// Add adds a sandbox that plays a scenario; nil: what the default sandbox plays
// now, from its start. What the overrides leave open is as in the default one. Without a name it
// gets one. The error
// says what is wrong with the name, the scenario or the overrides, or that there
// are too many sandboxes; it is ErrTaken if the name is taken.
func (s *Set) Add(name string, sc *scenarios.Scenario, overrides Overrides) (*Sandbox, error) {
	if name != "" {
		if err := CheckName(name); err != nil {
			return nil, err
		}
	}
	if err := overrides.Validate(); err != nil {
		return nil, err
	}
	s.loading.RLock()
	defer s.loading.RUnlock()
	script, err := s.Default.World().script, error(nil)
	if sc != nil {
		script, err = newScript(sc)
	}
	if err != nil {
		return nil, err
	}
	overrides.Dialect = cmp.Or(overrides.Dialect, s.overrides.Dialect)
	overrides.Strict = cmp.Or(overrides.Strict, s.overrides.Strict)
	if name == "" {
		name = s.freeName()
	}
	b := newSandbox(s.closing, name, script, overrides, s.journal)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(time.Now())
	switch {
	case s.named[name] != nil:
		b.end()
		return nil, fmt.Errorf("sandbox %q: %w", name, ErrTaken)
	case len(s.named) >= s.limits.Most:
		b.end()
		return nil, fmt.Errorf("there are %d sandboxes, as many as there may be: remove one", len(s.named))
	}
	s.named[name] = b
	return b, nil
}

// freeName makes a name that no sandbox has, and that is not made again.
func (s *Set) freeName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		s.made++
		if name := fmt.Sprintf("sandbox-%d", s.made); s.named[name] == nil {
			return name
		}
	}
}

// Find returns the sandbox with a name, which is in use then.
func (s *Set) Find(name string) (*Sandbox, error) {
	s.mu.RLock()
	b := s.named[name]
	s.mu.RUnlock()
	if now := time.Now(); b == nil || s.isIdle(b, now) || !b.use(now) {
		return nil, fmt.Errorf("sandbox %q: %w; %s", name, ErrUnknownSandbox, s.names())
	}
	return b, nil
}

// Remove removes a sandbox and ends its waiting calls. It reports whether there
// was one.
func (s *Set) Remove(name string) bool {
	s.mu.Lock()
	b := s.named[name]
	delete(s.named, name)
	s.mu.Unlock()
	if b != nil {
		b.end()
	}
	return b != nil
}

// All returns the named sandboxes, in the order of their names.
func (s *Set) All() []*Sandbox {
	s.mu.Lock()
	s.sweep(time.Now())
	all := slices.Collect(maps.Values(s.named))
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b *Sandbox) int { return cmp.Compare(a.name, b.name) })
	return all
}

// names says which sandboxes there are.
func (s *Set) names() string {
	const most = 20
	var names []string
	all := s.All()
	for _, b := range all[:min(len(all), most)] {
		names = append(names, b.name)
	}
	switch {
	case len(names) == 0:
		return "there is none: POST /_fake/sandboxes makes one"
	case len(all) > most:
		return fmt.Sprintf("there are %d, such as %s", len(all), strings.Join(names, ", "))
	}
	return "there are " + strings.Join(names, ", ")
}

func (s *Set) isIdle(b *Sandbox, now time.Time) bool {
	return s.limits.Idle > 0 && now.UnixNano()-b.used.Load() > int64(s.limits.Idle)
}

// sweep removes idle sandboxes, but not more often than is worth it. The caller
// holds the lock for writing.
func (s *Set) sweep(now time.Time) {
	if s.limits.Idle == 0 || len(s.named) < s.limits.Most && now.Sub(s.swept) < min(time.Second, s.limits.Idle) {
		return
	}
	s.swept = now
	for name, b := range s.named {
		if s.isIdle(b, now) {
			delete(s.named, name)
			b.end()
		}
	}
}

const maxName = 63

// nameForm is the form of a name, but for its length.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// CheckName returns an error that says why a sandbox cannot have a name. The name
// is part of URLs, so clients must be able to work with it.
func CheckName(name string) error {
	var reason string
	switch at := versionIn(name); {
	case name == "":
		reason = "it is empty"
	case len(name) > maxName:
		reason = fmt.Sprintf("it has %d characters, and may have %d", len(name), maxName)
	case !nameForm.MatchString(name):
		reason = "want lower-case letters, digits and dashes, and a letter or a digit first"
	case at >= 0:
		reason = fmt.Sprintf("%q in it reads as the version of an API, at which gophercloud cuts URLs", name[at:at+2])
	default:
		return nil
	}
	return fmt.Errorf("name %q: %s", name, reason)
}

// versionIn returns where a text has a v before a digit; -1: nowhere.
func versionIn(name string) int {
	for i := range max(len(name)-1, 0) {
		if name[i] == 'v' && '0' <= name[i+1] && name[i+1] <= '9' {
			return i
		}
	}
	return -1
}

package sandbox

import (
	"cmp"
	"context"
	"hash/fnv"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A World is one playing of a scenario: what a request sees from its arrival to
// its answer.
type World struct {
	script   *script
	began    time.Time // by real time
	dialect  *dialect.Dialect
	seed     uint64
	clock    *clock.Clock
	images   *registry.Registry
	glance   *glance.API
	keystone *keystone.API
	faults   *fault.Injector
	journal  *journal.Journal
	attempts attempts
	requests atomic.Uint64 // that arrived: the number of the next request id

	imageName func(id string) string // is images.Name, made once
}

func (b *Sandbox) newWorld(sc *script) *World {
	w := &World{
		script:  sc,
		began:   time.Now(),
		dialect: dialect.Of(cmp.Or(b.overrides.Dialect, sc.scenario.Dialect)),
		seed:    seedOf(sc.scenario),
		clock:   new(clock.Clock),
		images:  registry.New(sc.images),
		journal: journal.New(b.limits),
	}
	w.images.Clock = w.clock.Now
	w.images.Use(&b.sums)
	w.imageName = w.images.Name
	auth := sc.scenario.Auth
	if b.overrides.Strict != nil {
		auth.Strict = *b.overrides.Strict
	}
	w.glance = &glance.API{
		Dialect: w.dialect, Images: w.images, Seed: w.seed, Downloads: sc.downloads,
		DropData: sc.scenario.Storage.DropData, MaxImageSize: sc.scenario.Storage.MaxImageSize,
		JobPlan: sc.scenario.Jobs,
	}
	w.keystone = keystone.New(auth, b.ownSeed(w.seed), w.clock)
	if w.dialect.DomainRoles {
		w.keystone.GrantDomain()
	}
	w.faults = fault.New(w.seed, w.clock.Now(), sc.scenario.Faults, sc.scenario.Limits)
	return w
}

// ownSeed is a seed that sandboxes of other names do not have, so that a token of one
// is none in another: a client that takes it there has mixed them up.
func (b *Sandbox) ownSeed(seed uint64) uint64 {
	if b.name == "" {
		return seed
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, b.name)
	return ids.Mix(seed ^ h.Sum64())
}

// Dialect is how the world's services answer.
func (w *World) Dialect() *dialect.Dialect { return w.dialect }

// Began is when the world began, by real time: no other one of its sandbox did then.
func (w *World) Began() time.Time { return w.began }

// Scenario is what the world plays, without its images. Nobody may change it.
func (w *World) Scenario() *scenarios.Scenario { return w.script.scenario }

// Images is the number of images.
func (w *World) Images() int { return w.images.Len() }

// ImageName is the name of an image, which may be deleted; empty: it has none, or
// there was no such image.
func (w *World) ImageName(id string) string { return w.images.Name(id) }

// Now is the time on the world's clock.
func (w *World) Now() time.Time { return w.clock.Now() }

// Date is the Date of the world's answers, which is by its clock, like every other
// time in them: a client may subtract the one from the other. Empty: that is the
// time of day.
func (w *World) Date() string {
	if !w.clock.Moved() {
		return ""
	}
	return w.clock.Now().Format(http.TimeFormat)
}

// Sleep waits until the world's clock has moved on by d, or ctx is done: then it
// returns the context's error.
func (w *World) Sleep(ctx context.Context, d time.Duration) error { return w.clock.Sleep(ctx, d) }

// Journal is where the world's requests are kept.
func (w *World) Journal() *journal.Journal { return w.journal }

// Glance is the world's image service.
func (w *World) Glance() *glance.API { return w.glance }

// Keystone is the world's identity service.
func (w *World) Keystone() *keystone.API { return w.keystone }

// RequestID is the id of a request that has just arrived: the one it brings
// along, with the prefix that all have, or else a new one.
func (w *World) RequestID(r *http.Request) string {
	n := w.requests.Add(1)
	if given := r.Header["X-Openstack-Request-Id"]; len(given) > 0 && given[0] != "" {
		if !strings.HasPrefix(given[0], "req-") {
			return "req-" + given[0] // as Glance does
		}
		return given[0]
	}
	var buf [40]byte
	return string(ids.AppendUUID(append(buf[:0], "req-"...), w.seed, ids.Request, n))
}

// Requests is how many requests have arrived, whether the journal was cleared or not.
func (w *World) Requests() uint64 { return w.requests.Load() }

// SignsBody reports whether a request is signed over its body.
func (w *World) SignsBody(r *http.Request) bool { return w.keystone.SignsBody(r) }

// Decide says which fault is injected into a call, and counts it.
func (w *World) Decide(c *fault.Call) fault.Decision {
	c.ImageName = w.imageName
	return w.faults.Decide(c)
}

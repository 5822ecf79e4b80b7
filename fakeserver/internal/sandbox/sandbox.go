// Package sandbox is one world that clients see: its images, tokens, faults,
// clock and journal. Sandboxes share nothing.
package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Overrides are what holds for a sandbox whatever its scenario says. They
// survive Play and Reset.
type Overrides struct {
	Dialect scenarios.Dialect // empty: the scenario's
	Strict  *bool             // nil: as the scenario says
}

// Validate returns an error that says what is wrong with the overrides.
func (o *Overrides) Validate() error {
	return (&scenarios.Scenario{Dialect: o.Dialect}).Validate()
}

// ErrOver is the error of waiting for what will not come any more.
var ErrOver = errors.New("the sandbox was removed, or its server has closed")

// A Sandbox plays a scenario, and can start it again or play another one. Its
// methods may be called by many goroutines.
type Sandbox struct {
	name      string // empty: it is a server's default one
	overrides Overrides
	limits    journal.Limits
	born      time.Time
	used      atomic.Int64           // when the latest call came, in real time as Unix nanoseconds
	first     atomic.Pointer[script] // what Reset comes back to
	world     atomic.Pointer[World]  // never nil
	sums      registry.SumsInUse     // of the images of all its worlds

	closing context.Context // done once the sandbox is removed, or its server closes
	close   context.CancelFunc
}

// New returns a sandbox that plays a scenario until closing is done. The error says
// what is wrong with the scenario, or with the overrides.
func New(closing context.Context, sc *scenarios.Scenario, overrides Overrides, limits journal.Limits) (*Sandbox, error) {
	if err := overrides.Validate(); err != nil {
		return nil, err
	}
	script, err := newScript(sc)
	if err != nil {
		return nil, err
	}
	return newSandbox(closing, "", script, overrides, limits), nil
}

func newSandbox(closing context.Context, name string, script *script, overrides Overrides, limits journal.Limits) *Sandbox {
	b := &Sandbox{name: name, overrides: overrides, limits: limits, born: time.Now()}
	b.used.Store(b.born.UnixNano())
	b.closing, b.close = context.WithCancel(closing)
	b.first.Store(script)
	b.world.Store(b.newWorld(script))
	context.AfterFunc(b.closing, b.sums.Close)
	return b
}

// Name is the sandbox's name; empty: it is its server's default one.
func (b *Sandbox) Name() string { return b.name }

// Closing is done once the sandbox is removed, or its server closes: that ends
// every wait.
func (b *Sandbox) Closing() context.Context { return b.closing }

// Age is how long the sandbox has been there, in real time.
func (b *Sandbox) Age() time.Duration { return time.Since(b.born) }

// use notes that a call came. It reports false if the sandbox was removed.
func (b *Sandbox) use(now time.Time) bool {
	b.used.Store(now.UnixNano())
	return b.closing.Err() == nil
}

// end ends the sandbox's waiting calls, for it is removed.
func (b *Sandbox) end() { b.close() }

// World is what the sandbox plays now. A request stays in the world it came to.
func (b *Sandbox) World() *World { return b.world.Load() }

// Play starts a scenario in place of the present one. The error says what is
// wrong with the scenario; then nothing has changed.
func (b *Sandbox) Play(sc *scenarios.Scenario) error {
	script, err := newScript(sc)
	if err != nil {
		return err
	}
	b.start(script)
	return nil
}

// StartFrom plays a scenario, and makes it the one that Reset comes back to. The
// error says what is wrong with the scenario; then nothing has changed.
func (b *Sandbox) StartFrom(sc *scenarios.Scenario) error {
	script, err := newScript(sc)
	if err != nil {
		return err
	}
	b.first.Store(script)
	b.start(script)
	return nil
}

// Reset starts again from what the sandbox started with, whatever it has played
// since.
func (b *Sandbox) Reset() { b.start(b.first.Load()) }

// Restart starts the present scenario again.
func (b *Sandbox) Restart() { b.start(b.World().script) }

func (b *Sandbox) start(sc *script) {
	old := b.world.Swap(b.newWorld(sc))
	old.journal.Retire()
	old.faults.Retire()
}

// Token is a token that is always valid, also in strict mode: that of a member
// of the default project.
func (b *Sandbox) Token() string { return b.World().keystone.Token() }

// Images are all images, oldest first.
func (b *Sandbox) Images() []scenarios.Image {
	all := b.World().images.All()
	images := make([]scenarios.Image, len(all))
	for i, img := range all {
		images[i] = img.Scenario()
	}
	return images
}

// Image is the image with the id. A deleted one is not found.
func (b *Sandbox) Image(id string) (scenarios.Image, bool) {
	img, ok := b.World().images.Get(id)
	if !ok {
		return scenarios.Image{}, false
	}
	return img.Scenario(), true
}

// Len is the number of images.
func (b *Sandbox) Len() int { return b.World().images.Len() }

// Arrived is how many requests came since the scenario began, or the journal was
// cleared.
func (b *Sandbox) Arrived() int { return b.World().journal.Counts().Arrived }

// Known reports whether there is an image with the id, or was one.
func (b *Sandbox) Known(id string) bool { return b.World().images.Known(id) }

// Lingers reports whether answers still show a deleted image, and with which
// status.
func (b *Sandbox) Lingers(id string) (scenarios.Status, bool) {
	w := b.World()
	return w.images.Lingers(id, w.clock.Now())
}

// Scenario is what the sandbox plays. Nobody may change it.
func (b *Sandbox) Scenario() *scenarios.Scenario { return b.World().script.scenario }

// InForce is what the sandbox plays, with the dialect, the strictness, the faults
// and the limits that there are now. Its images are those of the start.
func (b *Sandbox) InForce() *scenarios.Scenario {
	w := b.World()
	sc := w.script.scenario.Clone()
	sc.Dialect = cmp.Or(b.overrides.Dialect, sc.Dialect)
	if b.overrides.Strict != nil {
		sc.Auth.Strict = *b.overrides.Strict
	}
	sc.Faults, sc.Limits = nil, nil
	for _, st := range w.faults.Statuses() {
		sc.Faults = append(sc.Faults, st.Fault)
	}
	for _, st := range w.faults.LimitStatuses() {
		sc.Limits = append(sc.Limits, st.Limit)
	}
	return sc
}

// History is what became of the scenario's images, in the order of the scenario.
func (b *Sandbox) History() []report.Image {
	w := b.World()
	images := make([]report.Image, len(w.script.images))
	for i, start := range w.script.images {
		img := report.Image{ID: start.ID, Name: start.Name}
		img.Start = report.ImageState{Exists: !report.IsDeleted(start.Status), Protected: start.Protected}
		if now, ok := w.images.Get(start.ID); ok {
			img.Now = report.ImageState{Exists: true, Protected: now.Protected}
		} else if status, ok := w.images.Lingers(start.ID, w.clock.Now()); ok {
			img.Shown = status
		}
		images[i] = img
	}
	return images
}

// AddImage adds an image as if it had been in the scenario, created now, and
// returns it with its defaults filled in. The error says what is wrong with it;
// it is ErrExists if the id is taken.
func (b *Sandbox) AddImage(image scenarios.Image) (scenarios.Image, error) {
	if err := image.Validate(); err != nil {
		return scenarios.Image{}, err
	}
	if image.Count > 1 {
		return scenarios.Image{}, fmt.Errorf("count: %d images cannot be added at once", image.Count)
	}
	w := b.World()
	if image.ID == "" {
		image.ID = w.images.NewID(w.seed)
	}
	seeded, err := registry.Seed([]scenarios.Image{image}, w.seed, w.clock.Now())
	if err != nil {
		return scenarios.Image{}, err
	}
	if err := w.images.Add(seeded[0]); err != nil {
		return scenarios.Image{}, fmt.Errorf("image %s: %w", image.ID, err)
	}
	return seeded[0].Scenario(), nil
}

// ErrExists is the error of an image whose id is taken.
var ErrExists = registry.ErrExists

// Requests are the requests since the scenario began that the filter selects, as
// far as the journal holds them: the answered ones in the order of their answers,
// then the pending ones.
func (b *Sandbox) Requests(f journal.Filter) []journal.Record {
	return b.World().journal.Records(f)
}

// WaitRequests returns once the answers of n requests of the present scenario
// that the filter selects are known, or with the context's error, or with ErrOver.
// If another scenario starts meanwhile it waits for n requests of that one.
func (b *Sandbox) WaitRequests(ctx context.Context, n int, f journal.Filter) error {
	return b.wait(ctx, func(ctx context.Context) error {
		for {
			w := b.World()
			if err := w.journal.Wait(ctx, n, f); err != nil || b.World() == w {
				return err
			}
		}
	})
}

// View is Requests for a reader that takes one after the other, and how many there
// were in all since the scenario began or the journal was cleared, at one moment.
func (b *Sandbox) View(f journal.Filter) *journal.View { return b.World().journal.View(f) }

// Decided is how many of the requests that the filter selects have a known
// answer: what WaitRequests waits for.
func (b *Sandbox) Decided(f journal.Filter) int { return b.World().journal.Count(f) }

// ClearRequests empties the journal, and nothing else.
func (b *Sandbox) ClearRequests() { b.World().journal.Clear() }

// Advance moves the sandbox's clock forward. It is an error to move it
// back. It stays at 292 years ahead of real time, where durations end.
func (b *Sandbox) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("the clock cannot go back by %s", -d)
	}
	b.World().clock.Advance(d)
	return nil
}

// Now is the time on the sandbox's clock.
func (b *Sandbox) Now() time.Time { return b.World().clock.Now() }

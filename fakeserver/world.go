package fakeserver

import (
	"cmp"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A world is what one playing of a scenario holds: its images, tokens, faults,
// clock and journal. Worlds share nothing. To play another scenario, or the same
// from its start, a server puts a new world in the place of the old.
type world struct {
	script   script // what it plays
	dialect  *dialect.Dialect
	seed     uint64
	clock    *clock.Clock
	images   *registry.Registry
	glance   *glance.API
	keystone *keystone.API
	faults   *fault.Injector
	journal  *journal
	calls    atomic.Uint64 // that came in: the number of the next request id

	imageName func(id string) string // what the faults call an image by
}

// A script is a scenario that is ready to be played, as often as one likes.
type script struct {
	scenario  *scenarios.Scenario       // validated, without its images, and nobody's to change
	images    []*registry.Image         // as they are at the start
	downloads map[string]*registry.Data // by URI
}

// prepare makes a script of a valid scenario, which it shares nothing with. The
// error is that of reading the file of data.
func prepare(sc *scenarios.Scenario) (script, error) {
	images, err := registry.Seed(sc.Images, seedOf(sc), time.Now())
	if err != nil {
		return script{}, err
	}
	var downloads map[string]*registry.Data
	if len(sc.Storage.Downloads) > 0 {
		downloads = make(map[string]*registry.Data)
	}
	for _, d := range sc.Storage.Downloads {
		if downloads[d.URI], err = registry.OpenData(d.Data); err != nil {
			return script{}, fmt.Errorf("download %q: %w", d.URI, err)
		}
	}
	own := *sc
	own.Images = nil
	return script{own.Clone(), images, downloads}, nil
}

func seedOf(sc *scenarios.Scenario) uint64 { return cmp.Or(sc.Seed, 1) }

// newWorld begins to play a script.
func newWorld(sc script, size journalSize) *world {
	w := &world{
		script:  sc,
		dialect: dialect.Of(sc.scenario.Dialect),
		seed:    seedOf(sc.scenario),
		clock:   new(clock.Clock),
		images:  registry.New(sc.images),
		journal: newJournal(size),
	}
	w.glance = &glance.API{
		Dialect: w.dialect, Images: w.images, Seed: w.seed, Downloads: sc.downloads,
		DropData: sc.scenario.Storage.DropData, MaxImageSize: sc.scenario.Storage.MaxImageSize,
	}
	w.keystone = keystone.New(sc.scenario.Auth, w.seed, w.clock)
	w.imageName = func(id string) string {
		if img, ok := w.images.Get(id); ok {
			return img.Name
		}
		return ""
	}
	w.faults = fault.New(w.seed, w.clock.Now(), sc.scenario.Faults, sc.scenario.Limits)
	return w
}

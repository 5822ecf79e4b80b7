package registry_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A model is the simplest possible registry: a slice that is searched from start to
// end, and sorted for each page.
type model []*entry

type entry struct {
	img       *registry.Image // if deleted: as it was before
	deleted   bool
	deletedAt time.Time
	until     time.Time // zero: lingers forever
	reads     int       // 0: any number
	lingers   bool
	as        scenarios.Status
}

func (m model) find(id string) *entry {
	for _, e := range m {
		if e.img.ID == id {
			return e
		}
	}
	return nil
}

func (e *entry) shows(now time.Time) bool {
	return !e.deleted || e.lingers && (e.until.IsZero() || now.Before(e.until))
}

func (e *entry) view() *registry.Image {
	if !e.deleted {
		return e.img
	}
	img := *e.img
	img.UpdatedAt, img.Status = e.deletedAt, cmp.Or(e.as, img.Status)
	return &img
}

func (e *entry) read() {
	if e.deleted && e.reads > 0 {
		e.reads--
		e.lingers = e.reads > 0
	}
}

func (m model) list(q registry.Query) ([]*registry.Image, error) {
	order := q.Order
	if order == nil {
		order = func(a, b *registry.Image) int {
			c := cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
			if !q.Oldest {
				c = -c
			}
			return c
		}
	}
	var marker *registry.Image
	if q.Marker != "" {
		e := m.find(q.Marker)
		if e == nil || e.deleted && q.MayMark == nil {
			return nil, registry.ErrUnknown
		}
		copied := *e.img
		if marker = &copied; e.deleted {
			copied.UpdatedAt, copied.Status = e.deletedAt, scenarios.Deleted
		}
	}
	var page []*registry.Image
	for _, e := range m {
		img := e.view()
		if e.shows(q.Now) && (q.Match == nil || q.Match(img)) && (marker == nil || order(img, marker) > 0) {
			page = append(page, img)
		}
	}
	slices.SortFunc(page, order)
	if q.Limit >= 0 {
		page = page[:min(q.Limit, len(page))]
	}
	for _, img := range page {
		m.find(img.ID).read()
	}
	return page, nil
}

// byName orders images so that many differ only by their ids, and so that a deletion
// changes the position of an image.
func byName(a, b *registry.Image) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), -a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.ID, b.ID))
}

// A comparison makes the same calls of a registry and a model, and compares the
// results.
type comparison struct {
	*testing.T
	rnd     *rand.Rand
	reg     *registry.Registry
	model   model
	now     time.Time
	created uint64
}

func TestRegistryAgreesWithModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &comparison{T: t, rnd: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1_700_000_000, 0)}
			var images []*registry.Image
			for range w.rnd.IntN(200) {
				img := w.image()
				images = append(images, img)
				w.model = append(w.model, &entry{img: img})
			}
			w.reg = registry.New(images)
			for range 1500 {
				w.step()
			}
		})
	}
}

func (w *comparison) step() {
	w.now = w.now.Add(time.Duration(w.rnd.IntN(3)) * time.Second)
	switch n := w.rnd.IntN(10); {
	case n < 3:
		w.add()
	case n < 6:
		w.delete()
	case n < 7:
		w.update()
	case n < 8:
		w.show()
	default:
		w.list()
	}
}

// image returns a new image, which may be older than others, or of the same age.
func (w *comparison) image() *registry.Image {
	w.created++
	created := w.now.Add(-time.Duration(w.rnd.IntN(4)) * time.Second)
	return &registry.Image{
		ID: ids.UUID(7, ids.Image, w.created), Name: string(rune('a' + w.rnd.IntN(4))), Status: scenarios.Active,
		CreatedAt: created, UpdatedAt: created,
	}
}

// anyID returns the id of an image, deleted or not, or an unknown one.
func (w *comparison) anyID() string {
	if len(w.model) == 0 || w.rnd.IntN(20) == 0 {
		return "unknown"
	}
	return w.model[w.rnd.IntN(len(w.model))].img.ID
}

func (w *comparison) add() {
	img := w.image()
	if err := w.reg.Add(img); err != nil {
		w.Fatalf("Add: %v", err)
	}
	w.model = append(w.model, &entry{img: img})
	if id := w.anyID(); w.model.find(id) != nil {
		if err := w.reg.Add(&registry.Image{ID: id}); !errors.Is(err, registry.ErrExists) {
			w.Fatalf("Add of a taken id: %v, want ErrExists", err)
		}
	}
}

func (w *comparison) delete() {
	id := w.anyID()
	var stay *scenarios.Linger
	switch w.rnd.IntN(4) {
	case 0:
		stay = &scenarios.Linger{For: time.Duration(1+w.rnd.IntN(60)) * time.Second}
	case 1:
		stay = &scenarios.Linger{Reads: 1 + w.rnd.IntN(3), As: scenarios.PendingDelete}
	}
	err := w.reg.Delete(id, w.now, always(stay), func(*registry.Image) error { return nil })
	e := w.model.find(id)
	if e == nil || e.deleted {
		if !errors.Is(err, registry.ErrUnknown) {
			w.Fatalf("Delete of an unknown image: %v, want ErrUnknown", err)
		}
		return
	}
	if err != nil {
		w.Fatalf("Delete: %v", err)
	}
	e.deleted, e.deletedAt = true, w.now
	if stay != nil {
		e.lingers, e.reads, e.as = true, stay.Reads, stay.As
		if stay.For > 0 {
			e.until = w.now.Add(stay.For)
		}
	}
}

func (w *comparison) update() {
	id, name := w.anyID(), string(rune('a'+w.rnd.IntN(4)))
	img, err := w.reg.Update(id, func(img *registry.Image) error {
		img.Name, img.UpdatedAt = name, w.now
		return nil
	})
	e := w.model.find(id)
	if e == nil || e.deleted {
		if !errors.Is(err, registry.ErrUnknown) {
			w.Fatalf("Update of an unknown image: %v, want ErrUnknown", err)
		}
		return
	}
	if err != nil || img.Name != name {
		w.Fatalf("Update: %v, %v", img, err)
	}
	e.img = img
}

func (w *comparison) show() {
	id := w.anyID()
	img, ok := w.reg.Show(id, scenarios.GetImage, w.now)
	e := w.model.find(id)
	if want := e != nil && e.shows(w.now); ok != want {
		w.Fatalf("Show: %v, want %v", ok, want)
	}
	if ok {
		if want := e.view(); describe(img.Image) != describe(want) {
			w.Fatalf("Show: %s, want %s", describe(img.Image), describe(want))
		}
		e.read()
	}
	present := 0
	for _, e := range w.model {
		if !e.deleted {
			present++
		}
	}
	if all := w.reg.All(); w.reg.Len() != present || len(all) != present {
		w.Fatalf("Len is %d and All has %d, want %d", w.reg.Len(), len(all), present)
	}
}

func (w *comparison) list() {
	q := registry.Query{Limit: w.rnd.IntN(8) - 1, Oldest: w.rnd.IntN(2) == 0, Now: w.now}
	if w.rnd.IntN(2) == 0 {
		q.Match = func(img *registry.Image) bool { return img.Name > "a" }
	}
	if w.rnd.IntN(2) == 0 {
		q.Order = byName
	}
	if w.rnd.IntN(2) == 0 {
		q.Marker = w.anyID()
	}
	if w.rnd.IntN(2) == 0 {
		q.MayMark = func(*registry.Image, bool) bool { return true }
	}
	got, err := w.reg.List(q)
	want, wantErr := w.model.list(q)
	if !errors.Is(err, wantErr) {
		w.Fatalf("List(%+v): %v, want %v", q, err, wantErr)
	}
	if g, w2 := describeAll(got), describeAll(want); !slices.Equal(g, w2) {
		w.Fatalf("List(%+v):\n%q, want\n%q", q, g, w2)
	}
}

func describe(img *registry.Image) string {
	return fmt.Sprintf("%s %s %s %v", img.ID, img.Name, img.Status, img.UpdatedAt.Unix())
}

func describeAll(images []*registry.Image) []string {
	var all []string
	for _, img := range images {
		all = append(all, describe(img))
	}
	return all
}

// Package registry keeps the images: one owner, one lock, in the order in which
// they came.
package registry

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Errors of a registry's methods.
var (
	ErrUnknown = errors.New("no such image")
	ErrExists  = errors.New("the id is taken") // by an image, or by one that was deleted: ids are never freed
)

// A TransitionError is a change of status that Glance does not allow.
type TransitionError struct{ From, To scenarios.Status }

func (e *TransitionError) Error() string {
	return fmt.Sprintf("an image cannot go from %s to %s", e.From, e.To)
}

// A Registry owns the images. Check and act are one step under its lock. The
// images it hands out are shared, and read only.
type Registry struct {
	mu        sync.RWMutex
	byID      index
	order     []*record // oldest first, with the gone ones until there are too many
	gone      int       // records in order that are gone
	settled   int       // the gone ones that the last compaction left in order
	lingering int       // records in order that are gone and may still be shown
	named     uint64    // ids handed out by NewID

	kept atomic.Int64 // images kept encoded, about
}

// maxEncoded is how many images are kept encoded: more would take more memory
// than the images.
const maxEncoded = 10_000

// A record is the place of an image in the registry, and outlives it.
type record struct {
	img     *Image // of a gone one, what is left of it
	gone    bool
	deleted int64   // when a client deleted it, in Unix nanoseconds; 0: none did
	linger  *linger // nil: not shown any more

	encoded atomic.Pointer[encoded] // nil: the image was not asked for since it changed
}

// encoded is an image as it is sent, kept for the next who asks for it.
type encoded struct {
	img  *Image
	text []byte
}

// New is a registry that holds the images. It panics if two have the same id:
// scenarios are checked before they come here.
func New(images []*Image) *Registry {
	r := &Registry{byID: newIndex(len(images)), order: make([]*record, 0, len(images))}
	records := make([]record, len(images)) // one allocation for all
	for i, img := range images {
		if r.byID.find(img.ID) != nil {
			panic("registry: two images have the id " + img.ID)
		}
		rec := &records[i]
		rec.img, rec.gone = img, isGone(img)
		r.byID.add(rec)
		if rec.gone {
			r.gone++
		}
		r.order = append(r.order, rec)
	}
	slices.SortFunc(r.order, func(a, b *record) int { return byAge(a.img, b.img) })
	return r
}

// byAge orders images by their age, oldest first, and by id where that is the same.
func byAge(a, b *Image) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// Get is the image with the id. An image that was deleted is not there.
func (r *Registry) Get(id string) (*Image, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	rec := r.byID.find(id)
	if rec == nil || rec.gone {
		return nil, false
	}
	return rec.img, true
}

// Show is the image as an operation of a client sees it: a deleted one too,
// while it lingers.
func (r *Registry) Show(id string, op scenarios.Operation, now time.Time) (Shown, bool) {
	r.mu.RLock()
	rec := r.byID.find(id)
	if rec == nil || !rec.gone {
		defer r.mu.RUnlock()
		if rec == nil {
			return Shown{}, false
		}
		return Shown{rec.img, rec}, true
	}
	r.mu.RUnlock()

	r.mu.Lock()
	defer r.mu.Unlock()
	if !rec.shows(op, now) {
		return Shown{}, false
	}
	img := rec.linger.img
	r.shown(rec)
	return Shown{img, rec}, true
}

// Shown is an image as Show found it.
type Shown struct {
	*Image
	rec *record
}

// Encode is what encode makes of the image. It is made once, and again when the
// image has changed: nobody may write to it.
func (r *Registry) Encode(s Shown, encode func(*Image) []byte) []byte {
	if e := s.rec.encoded.Load(); e != nil && e.img == s.Image {
		return e.text
	}
	e := &encoded{s.Image, encode(s.Image)}
	if s.rec.encoded.Load() != nil || r.kept.Add(1) <= maxEncoded {
		s.rec.encoded.Store(e)
	}
	return e.text
}

// Known reports whether there is an image with the id, or ever was.
func (r *Registry) Known(id string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byID.find(id) != nil
}

// Len is the number of images.
func (r *Registry) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.order) - r.gone
}

// All is every image, oldest first.
func (r *Registry) All() []*Image {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Image, 0, len(r.order)-r.gone)
	for _, rec := range r.order {
		if !rec.gone {
			all = append(all, rec.img)
		}
	}
	return all
}

// Add puts an image in. It returns ErrExists if its id is taken.
func (r *Registry) Add(img *Image) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID.find(img.ID) != nil {
		return ErrExists
	}
	rec := &record{img: img, gone: isGone(img)}
	r.byID.add(rec)
	if rec.gone {
		r.gone++
	}
	at := len(r.order)
	if at > 0 && byAge(img, r.order[at-1].img) < 0 {
		at, _ = r.find(img)
	}
	r.order = slices.Insert(r.order, at, rec)
	return nil
}

// NewID is an id that no image has, nor had: the next that the seed gives.
func (r *Registry) NewID(seed uint64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.named++
		// The numbers of seeded images count from the other end.
		if id := ids.UUID(seed, ids.Image, ^r.named); r.byID.find(id) == nil {
			return id
		}
	}
}

// find is the place of an image in order, or where it would be.
func (r *Registry) find(img *Image) (int, bool) {
	return slices.BinarySearchFunc(r.order, img, func(rec *record, img *Image) int { return byAge(rec.img, img) })
}

// Update changes an image: change gets a copy to write to, whose maps and
// slices are still shared and must be replaced, not written to. What it leaves
// is put in, unless it returns an error. Update returns ErrUnknown for an image
// that is not there, and a *TransitionError for a status that may not follow.
func (r *Registry) Update(id string, change func(*Image) error) (*Image, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.byID.find(id)
	if rec == nil || rec.gone {
		return nil, ErrUnknown
	}
	img := *rec.img
	if err := change(&img); err != nil {
		return nil, err
	}
	if !Legal(rec.img.Status, img.Status) {
		return nil, &TransitionError{rec.img.Status, img.Status}
	}
	img.ID, img.CreatedAt = rec.img.ID, rec.img.CreatedAt // its place in the order
	rec.img = &img
	return rec.img, nil
}

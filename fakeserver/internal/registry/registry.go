// Package registry owns the images of a server: one map, one order, one lock.
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
	ErrExists  = errors.New("the id is taken") // also by a deleted image, as long as it is remembered
)

// A TransitionError is a change of status that Glance does not allow.
type TransitionError struct{ From, To scenarios.Status }

func (e *TransitionError) Error() string {
	return fmt.Sprintf("an image cannot go from %s to %s", e.From, e.To)
}

// A Registry owns the images. Each method checks and acts in one step, under one
// lock. The images it returns are shared and must not be changed.
type Registry struct {
	Clock func() time.Time // decides which work is due; nil: real time. It is set before the first call

	mu         sync.RWMutex
	byID       index
	order      []*record  // by age, the oldest first; deleted ones stay until there are too many
	deleted    int        // records in order whose image is deleted
	compacted  int        // those of them that the last compaction left in order
	tombstones []*record  // of images that clients deleted and that are remembered, the oldest first
	lingering  int        // those of them that may still be shown
	idsMade    uint64     // number of ids that NewID has made
	pending    []pending  // by time
	sums       *SumsInUse // nil: none
	tasks      []looseTask

	due atomic.Pointer[time.Time] // when the first of pending is due; nil: there are none

	encodedImages atomic.Int64 // number of images kept in encoded form, roughly
}

// maxEncoded is how many images are kept in encoded form. With more, the encoded
// texts would take more memory than the images.
const maxEncoded = 10_000

// A record is the entry of an image. Once the image is deleted, it stays for as long as
// that is remembered.
type record struct {
	img       *Image // of a deleted image: what remains of it
	deleted   bool
	deletedAt int64   // when a client deleted it, in Unix nanoseconds; 0: no client did
	linger    *linger // nil: a deleted image is not shown any more

	encoded atomic.Pointer[encoded] // nil: nobody has asked for the image
}

// An encoded is an image as it is sent, kept for the next request.
type encoded struct {
	img  *Image
	text []byte
}

// New returns a registry of the images. It panics if two have the same id, which
// the validation of scenarios excludes.
func New(images []*Image) *Registry {
	r := &Registry{byID: newIndex(len(images)), order: make([]*record, 0, len(images))}
	records := make([]record, len(images)) // one allocation for all
	for i, img := range images {
		if r.byID.find(img.ID) != nil {
			panic("registry: two images have the id " + img.ID)
		}
		rec := &records[i]
		rec.img, rec.deleted = img, isDeleted(img)
		r.byID.add(rec)
		if rec.deleted {
			r.deleted++
		}
		r.order = append(r.order, rec)
	}
	slices.SortFunc(r.order, func(a, b *record) int { return byAge(a.img, b.img) })
	return r
}

// byAge orders images by age, the oldest first, and those of the same age by id.
func byAge(a, b *Image) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// Get returns the image with the id. It does not find deleted images.
func (r *Registry) Get(id string) (*Image, bool) {
	r.Settle()
	r.mu.RLock()
	defer r.mu.RUnlock()
	rec := r.byID.find(id)
	if rec == nil || rec.deleted {
		return nil, false
	}
	return rec.img, true
}

// Show returns the image as a client sees it by the operation: unlike Get it
// finds a deleted image while it lingers, and counts that.
func (r *Registry) Show(id string, op scenarios.Operation, now time.Time) (Shown, bool) {
	r.Settle()
	r.mu.RLock()
	rec := r.byID.find(id)
	if rec == nil || !rec.deleted {
		defer r.mu.RUnlock()
		if rec == nil {
			return Shown{}, false
		}
		return Shown{rec.img, rec}, true
	}
	r.mu.RUnlock()

	r.mu.Lock()
	defer r.mu.Unlock()
	if !rec.lingersIn(op, now) {
		return Shown{}, false
	}
	img := rec.linger.img
	r.countRead(rec)
	return Shown{img, rec}, true
}

// A Shown is an image as Show found it.
type Shown struct {
	*Image
	rec *record
}

// Encode returns encode(image). The result is kept until the image changes, so
// nobody may write to it.
func (r *Registry) Encode(s Shown, encode func(*Image) []byte) []byte {
	if e := s.rec.encoded.Load(); e != nil && e.img == s.Image {
		return e.text
	}
	e := &encoded{s.Image, encode(s.Image)}
	if s.rec.encoded.Load() != nil || r.encodedImages.Add(1) <= maxEncoded {
		s.rec.encoded.Store(e)
	}
	return e.text
}

// Name returns the name of the image with the id, also of one that is deleted;
// empty: there never was one, or it has no name.
func (r *Registry) Name(id string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if rec := r.byID.find(id); rec != nil {
		return rec.img.Name
	}
	return ""
}

// Named returns the oldest image with the name, as it is or was: it may be deleted.
func (r *Registry) Named(name string) (*Image, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var oldest *Image
	for _, s := range r.byID.slots {
		if s.rec != nil && s.rec.img.Name == name && (oldest == nil || byAge(s.rec.img, oldest) < 0) {
			oldest = s.rec.img
		}
	}
	return oldest, oldest != nil
}

// Known reports whether there is an image with the id, or was one.
func (r *Registry) Known(id string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byID.find(id) != nil
}

// Len returns the number of images, without the deleted ones.
func (r *Registry) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.order) - r.deleted
}

// Use says in which set the sums of the images are, of those that there are and those
// that come. It is called before anybody else uses the registry.
func (r *Registry) Use(sums *SumsInUse) {
	r.sums = sums
	var last *Sums // images made alike share them
	for _, rec := range r.order {
		if rec.img.Sums != last {
			last = rec.img.Sums
			sums.add(last)
		}
	}
}

// All returns the images that are not deleted, the oldest first.
func (r *Registry) All() []*Image {
	r.Settle()
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Image, 0, len(r.order)-r.deleted)
	for _, rec := range r.order {
		if !rec.deleted {
			all = append(all, rec.img)
		}
	}
	return all
}

// Add adds an image. It returns ErrExists if the id is taken.
func (r *Registry) Add(img *Image) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID.find(img.ID) != nil {
		return ErrExists
	}
	rec := &record{deleted: isDeleted(img)}
	r.put(rec, img)
	r.byID.add(rec)
	if rec.deleted {
		r.deleted++
	}
	at := len(r.order)
	if at > 0 && byAge(img, r.order[at-1].img) < 0 {
		at, _ = r.position(img)
	}
	r.order = slices.Insert(r.order, at, rec)
	return nil
}

// NewID returns the next id by the seed that no image has or had.
func (r *Registry) NewID(seed uint64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.idsMade++
		// Count down from the largest number: Seed counts up from 0.
		if id := ids.UUID(seed, ids.Image, ^r.idsMade); r.byID.find(id) == nil {
			return id
		}
	}
}

// position returns the index of the image in order, or where to insert it.
func (r *Registry) position(img *Image) (int, bool) {
	return slices.BinarySearchFunc(r.order, img, func(rec *record, img *Image) int { return byAge(rec.img, img) })
}

// Update replaces an image by what change makes of a copy, unless change returns
// an error, and returns the new image. The copy shares its maps and slices with
// the image: change must replace them, not write to them. Id and creation time
// stay as they are. An import that change puts the image in ends when it is due.
// Update returns ErrUnknown if there is no such image, and a *TransitionError if its
// status must not become the new one.
func (r *Registry) Update(id string, change func(*Image) error) (*Image, error) {
	r.Settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.update(id, change)
}

// update does what Update does. The caller holds the lock.
func (r *Registry) update(id string, change func(*Image) error) (*Image, error) {
	rec := r.byID.find(id)
	if rec == nil || rec.deleted {
		return nil, ErrUnknown
	}
	img := *rec.img
	if err := change(&img); err != nil {
		return nil, err
	}
	if !Legal(rec.img.Status, img.Status) {
		return nil, &TransitionError{rec.img.Status, img.Status}
	}
	img.ID, img.CreatedAt = rec.img.ID, rec.img.CreatedAt // they determine its position in order
	if img.Import != nil && img.Import != rec.img.Import {
		r.expect(rec, img.Import)
	}
	r.put(rec, &img)
	return rec.img, nil
}

// put makes an image that of the record. The caller holds the lock.
func (r *Registry) put(rec *record, img *Image) {
	r.sums.add(img.Sums)
	rec.img = img
}

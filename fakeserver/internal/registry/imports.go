package registry

import (
	"slices"
	"time"
)

// Work that takes time has no goroutine that waits for its end: the registry does what
// is due before it reads or changes an image.

// An Import is the end of an import that takes time.
type Import struct {
	Due    time.Time    // by the registry's clock
	Finish func(*Image) // makes the image what it is from then on, as the change of an Update does

	// Cancel ends the import of an image that was given another status meanwhile.
	Cancel func(img *Image, now time.Time)
}

// A pending is work that is not due yet.
type pending struct {
	due time.Time
	rec *record // the image that it is the import of; nil: it is no import
	do  func()  // called with the lock held
}

// An Update changes an image as the method of that name does.
type Update func(id string, change func(*Image) error) (*Image, error)

// After has work done when it is due by the registry's clock, in one step with
// everything that is due before it. The work must use no other method of the registry
// than the update that it is given.
func (r *Registry) After(due time.Time, work func(update Update)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.schedule(pending{due: due, do: func() { work(r.update) }})
}

// expect has an import completed when it is due. The caller holds the lock.
func (r *Registry) expect(rec *record, imp *Import) {
	r.schedule(pending{due: imp.Due, rec: rec, do: func() {
		if rec.img.Import != imp {
			return // it is in another one by now
		}
		img := *rec.img
		img.Import = nil
		imp.Finish(&img)
		r.put(rec, &img)
	}})
}

// schedule has work done when it is due. The caller holds the lock.
func (r *Registry) schedule(p pending) {
	at, _ := slices.BinarySearchFunc(r.pending, p, func(other, p pending) int {
		if other.due.After(p.due) {
			return 1
		}
		return -1 // of what is due at the same time, the earlier one comes first
	})
	r.pending = slices.Insert(r.pending, at, p)
	first := r.pending[0].due
	r.due.Store(&first)
}

// forget drops the import of an image that is deleted. The caller holds the lock.
func (r *Registry) forget(rec *record) {
	if rec.img.Import != nil {
		r.pending = slices.DeleteFunc(r.pending, func(p pending) bool { return p.rec == rec })
	}
}

// Settle does the work that is due, in the order in which it is. The other methods
// need nobody to call it before them.
func (r *Registry) Settle() {
	due := r.due.Load()
	if due == nil {
		return
	}
	now := r.now()
	if now.Before(*due) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.pending) > 0 && !now.Before(r.pending[0].due) {
		p := r.pending[0]
		r.pending = slices.Delete(r.pending, 0, 1)
		p.do()
	}
	r.due.Store(nil)
	if len(r.pending) > 0 {
		next := r.pending[0].due
		r.due.Store(&next)
	}
}

func (r *Registry) now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock()
}

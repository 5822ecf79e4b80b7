package registry

import (
	"slices"
	"time"
)

// An Import is the end of an import that takes time. Nothing waits for it: the
// registry completes what is due before it reads or changes an image.
type Import struct {
	Due    time.Time    // by the registry's clock
	Finish func(*Image) // makes the image what it is from then on, as the change of an Update does

	// Cancel ends the import of an image that was given another status meanwhile.
	Cancel func(img *Image, now time.Time)
}

// A pending is an import that is not complete.
type pending struct {
	rec *record
	*Import
}

// expect has an import completed when it is due. The caller holds the lock.
func (r *Registry) expect(rec *record, imp *Import) {
	at, _ := slices.BinarySearchFunc(r.imports, imp, func(p pending, imp *Import) int {
		if p.Due.After(imp.Due) {
			return 1
		}
		return -1 // of those that are due at the same time, the earlier one comes first
	})
	r.imports = slices.Insert(r.imports, at, pending{rec, imp})
	first := r.imports[0].Due
	r.due.Store(&first)
}

// forget drops the import of an image that is deleted. The caller holds the lock.
func (r *Registry) forget(rec *record) {
	if rec.img.Import != nil {
		r.imports = slices.DeleteFunc(r.imports, func(p pending) bool { return p.rec == rec })
	}
}

// settle completes the imports that are due, in the order in which they are. It
// takes the lock for that.
func (r *Registry) settle() {
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
	for len(r.imports) > 0 && !now.Before(r.imports[0].Due) {
		p := r.imports[0]
		r.imports = slices.Delete(r.imports, 0, 1)
		if p.rec.img.Import != p.Import {
			continue // it is in another one by now
		}
		img := *p.rec.img
		img.Import = nil
		p.Finish(&img)
		p.rec.img = &img
	}
	r.due.Store(nil)
	if len(r.imports) > 0 {
		next := r.imports[0].Due
		r.due.Store(&next)
	}
}

func (r *Registry) now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock()
}

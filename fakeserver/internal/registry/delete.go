package registry

import (
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Delete deletes an image, unless allowed returns an error, which Delete then
// returns. Linger, which is called once the deletion is certain, says how long
// clients still see the image; nil: not at all. Delete returns ErrUnknown if there
// is no such image, or it is deleted already.
func (r *Registry) Delete(id string, now time.Time, linger func() *scenarios.Linger, allowed func(*Image) error) error {
	r.Settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.byID.find(id)
	if rec == nil || rec.deleted {
		return ErrUnknown
	}
	if err := allowed(rec.img); err != nil {
		return err
	}
	if linger != nil {
		if stay := linger(); stay != nil {
			rec.linger = newLinger(rec.img, now, stay)
			r.lingering++
		}
	}
	r.forget(rec)
	rec.img = remains(rec.img)
	rec.deleted, rec.deletedAt = true, now.UnixNano()
	if rec.encoded.Swap(nil) != nil {
		r.encodedImages.Add(-1)
	}
	r.deleted++
	r.compact(now)
	r.remember(rec, now)
	return nil
}

// maxDeleted is how many deleted images are remembered, beside those that still
// linger. The oldest are forgotten first: then there never was such an image.
const maxDeleted = 100_000

// remember notes that an image is deleted, and forgets the oldest one, if there are
// too many. The caller holds the lock.
func (r *Registry) remember(rec *record, now time.Time) {
	r.tombstones = append(r.tombstones, rec)
	// Two, as one that lingers goes to the end: so that they become fewer again.
	for range 2 {
		if len(r.tombstones) <= maxDeleted {
			return
		}
		oldest := r.tombstones[0]
		r.tombstones[0] = nil
		r.tombstones = r.tombstones[1:]
		if oldest.lingers(now) {
			r.tombstones = append(r.tombstones, oldest)
		} else {
			r.byID.remove(oldest)
		}
	}
}

// remains returns what is kept of a deleted image: the attributes that order a
// list, because the image may still be a marker, without those that can be large.
func remains(img *Image) *Image {
	if len(img.Tags) == 0 && len(img.Properties) == 0 && len(img.Members) == 0 && len(img.Tasks) == 0 && img.Data == nil && img.Staged == nil && img.Import == nil {
		return img
	}
	left := *img
	left.Tags, left.Properties, left.Members, left.Tasks, left.Data, left.Staged, left.Import = nil, nil, nil, nil, nil, nil, nil
	return &left
}

// marker returns the image as other images are compared with it when it is the
// marker of a list.
func (rec *record) marker() *Image {
	if rec.deletedAt == 0 {
		return rec.img
	}
	img := *rec.img
	img.Status, img.UpdatedAt = scenarios.Deleted, time.Unix(0, rec.deletedAt).UTC()
	return &img
}

// isDeleted reports whether a new image is one that was deleted before.
func isDeleted(img *Image) bool {
	return img.Status == scenarios.Deleted || img.Status == scenarios.PendingDelete
}

// A linger keeps a deleted image visible to clients.
type linger struct {
	until time.Time // zero: forever
	reads int       // answers that may still show the image; 0: any number
	in    []scenarios.Operation
	img   *Image // as it is shown
}

func newLinger(img *Image, now time.Time, stay *scenarios.Linger) *linger {
	shown := *img
	shown.UpdatedAt = now
	if stay.As != "" {
		shown.Status = stay.As
	}
	l := &linger{reads: stay.Reads, in: stay.In, img: &shown}
	if stay.For > 0 {
		l.until = now.Add(stay.For)
	}
	if len(l.in) == 0 {
		l.in = []scenarios.Operation{scenarios.GetImage, scenarios.GetImages}
	}
	return l
}

// Lingers reports whether clients still see a deleted image, by get_image or
// get_images, and with which status. It does not count as a read.
func (r *Registry) Lingers(id string, now time.Time) (scenarios.Status, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	rec := r.byID.find(id)
	if rec == nil || !rec.deleted || !rec.lingersIn(scenarios.GetImage, now) && !rec.lingersIn(scenarios.GetImages, now) {
		return "", false
	}
	return rec.linger.img.Status, true
}

// lingersIn reports whether the operation still shows the deleted image.
func (rec *record) lingersIn(op scenarios.Operation, now time.Time) bool {
	return rec.lingers(now) && slices.Contains(rec.linger.in, op)
}

// lingers reports whether some operation still shows the deleted image.
func (rec *record) lingers(now time.Time) bool {
	l := rec.linger
	return l != nil && (l.until.IsZero() || now.Before(l.until))
}

// countRead counts an answer that shows a lingering image. The caller holds the
// lock for writing.
func (r *Registry) countRead(rec *record) {
	if rec.linger.reads == 0 {
		return
	}
	if rec.linger.reads--; rec.linger.reads == 0 {
		rec.linger = nil
		r.lingering--
	}
}

// compact removes the deleted records from the order once those that were deleted
// since the last compaction are half of it. That way the average deletion takes
// the same time however many images there are, or linger.
func (r *Registry) compact(now time.Time) {
	if fresh := r.deleted - r.compacted; fresh < 64 || fresh <= len(r.order)/2 {
		return
	}
	r.lingering = 0
	r.order = slices.DeleteFunc(r.order, func(rec *record) bool {
		if rec.lingers(now) {
			r.lingering++
			return false
		}
		return rec.deleted
	})
	r.deleted, r.compacted = r.lingering, r.lingering
}

package registry

import (
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Delete takes an image out, if allowed says nil of it. With stay it lingers:
// see scenarios.Linger. Delete returns ErrUnknown for an image that is not
// there, a lingering one too.
func (r *Registry) Delete(id string, now time.Time, stay *scenarios.Linger, allowed func(*Image) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.byID.find(id)
	if rec == nil || rec.gone {
		return ErrUnknown
	}
	if err := allowed(rec.img); err != nil {
		return err
	}
	if stay != nil {
		rec.linger = newLinger(rec.img, now, stay)
		r.lingering++
	}
	rec.img = remains(rec.img)
	rec.gone, rec.deleted = true, now.UnixNano()
	if rec.encoded.Swap(nil) != nil {
		r.kept.Add(-1)
	}
	r.gone++
	r.compact(now)
	return nil
}

// remains is what is kept of a deleted image: its place in any order, for it may
// still be a marker. Of what can be large nothing is.
func remains(img *Image) *Image {
	if len(img.Tags) == 0 && len(img.Properties) == 0 && len(img.Members) == 0 && len(img.Tasks) == 0 && img.Data == nil && img.Staged == nil {
		return img
	}
	left := *img
	left.Tags, left.Properties, left.Members, left.Tasks, left.Data, left.Staged = nil, nil, nil, nil, nil, nil
	return &left
}

// marker is the image as others are compared with it.
func (rec *record) marker() *Image {
	if rec.deleted == 0 {
		return rec.img
	}
	img := *rec.img
	img.Status, img.UpdatedAt = scenarios.Deleted, time.Unix(0, rec.deleted).UTC()
	return &img
}

func isGone(img *Image) bool {
	return img.Status == scenarios.Deleted || img.Status == scenarios.PendingDelete
}

// A linger keeps a deleted image in sight.
type linger struct {
	until time.Time // zero: without end
	reads int       // answers that may still show it; 0: any number
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

// Lingers reports whether a client still sees an image that was deleted, in some
// answer or other, and with which status.
func (r *Registry) Lingers(id string, now time.Time) (scenarios.Status, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	rec := r.byID.find(id)
	if rec == nil || !rec.gone || !rec.shows(scenarios.GetImage, now) && !rec.shows(scenarios.GetImages, now) {
		return "", false
	}
	return rec.linger.img.Status, true
}

// shows reports whether a gone record is still to be seen.
func (rec *record) shows(op scenarios.Operation, now time.Time) bool {
	l := rec.linger
	return l != nil && slices.Contains(l.in, op) && (l.until.IsZero() || now.Before(l.until))
}

// shown counts an answer that shows a lingering image.
func (r *Registry) shown(rec *record) {
	if rec.linger.reads == 0 {
		return
	}
	if rec.linger.reads--; rec.linger.reads == 0 {
		rec.linger = nil
		r.lingering--
	}
}

// compact takes the gone records out of the order once those that came since
// the last time are half of it, so that a deletion costs the same however many
// images there are, or linger.
func (r *Registry) compact(now time.Time) {
	if fresh := r.gone - r.settled; fresh < 64 || fresh <= len(r.order)/2 {
		return
	}
	r.lingering = 0
	r.order = slices.DeleteFunc(r.order, func(rec *record) bool {
		if rec.linger != nil && (rec.linger.until.IsZero() || now.Before(rec.linger.until)) {
			r.lingering++
			return false
		}
		return rec.gone
	})
	r.gone, r.settled = r.lingering, r.lingering
}

package registry

import (
	"errors"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// ErrChanged is returned for an image that somebody else has changed meanwhile.
var ErrChanged = errors.New("the image has changed")

// Replace puts another image in place of old, whatever their statuses are, if old
// is still what the registry has: otherwise it returns ErrChanged, or ErrUnknown
// if there is no such image any more. Id and creation time must be the same.
func (r *Registry) Replace(old, img *Image) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.byID.find(old.ID)
	switch {
	case rec == nil || rec.deleted:
		return ErrUnknown
	case rec.img != old:
		return ErrChanged
	}
	r.put(rec, img)
	return nil
}

// Changed returns the image with the changes that lead from its description in a
// scenario (see Image.Scenario) to another one, as of now. What descriptions do
// not have stays as it is: data, tasks, copies in stores, and an import, unless the
// status changes. The error is that of reading the data file of an image.
func (img *Image) Changed(to scenarios.Image, now time.Time) (*Image, error) {
	was := img.Scenario()
	newData := to.Data != scenarios.Data{}
	if newData { // what described the old data does not describe these
		for _, text := range []struct{ is, was *string }{{&to.Checksum, &was.Checksum}, {&to.OSHashAlgo, &was.OSHashAlgo}, {&to.OSHashValue, &was.OSHashValue}} {
			if *text.is == *text.was {
				*text.is = ""
			}
		}
	}
	seeded, err := Seed([]scenarios.Image{to}, 1, now)
	if err != nil {
		return nil, err
	}
	next := seeded[0]
	next.ID, next.CreatedAt, next.UpdatedAt = img.ID, img.CreatedAt, now
	next.Tasks, next.Staged, next.Stores, next.CachedAt = img.Tasks, img.Staged, img.Stores, img.CachedAt
	if to.Name == was.Name {
		next.NoName = img.NoName
	}
	if to.Owner == was.Owner {
		next.Owner = img.Owner
	}
	if slices.Equal(to.Members, was.Members) {
		next.Members = img.Members
	}
	if to.VirtualSize == was.VirtualSize {
		next.VirtualSize = img.VirtualSize
	}
	switch {
	case img.Import == nil:
	case to.Status == was.Status:
		next.Import = img.Import
	default:
		img.Import.Cancel(next, now)
	}
	if newData {
		return next, nil
	}
	next.Data = img.Data
	if to.Size == was.Size {
		next.Size = img.Size
	}
	if to.Checksum == was.Checksum && to.OSHashAlgo == was.OSHashAlgo && to.OSHashValue == was.OSHashValue {
		next.Sums = img.Sums
	}
	return next, nil
}

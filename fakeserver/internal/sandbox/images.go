package sandbox

import (
	"errors"
	"fmt"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// ErrUnknown is the error of an id that no image has.
var ErrUnknown = registry.ErrUnknown

// ImageNamed is the oldest image with the name.
func (b *Sandbox) ImageNamed(name string) (scenarios.Image, bool) {
	for _, img := range b.World().images.All() {
		if img.Name == name && !img.NoName {
			return img.Scenario(), true
		}
	}
	return scenarios.Image{}, false
}

// IDOf returns the id of the oldest image that has the name, or had it when it was
// deleted; empty: there is none.
func (b *Sandbox) IDOf(name string) string {
	if img, ok := b.World().images.Named(name); ok && name != "" {
		return img.ID
	}
	return ""
}

// ChangeImage changes an image, also in ways that no client may, and returns what
// it is then. Change may be called repeatedly; its error is returned, and nothing
// changes. So it is with what is wrong with the image afterwards. The error is
// ErrUnknown if there is no such image.
func (b *Sandbox) ChangeImage(id string, change func(*scenarios.Image) error) (scenarios.Image, error) {
	w := b.World()
	for {
		old, ok := w.images.Get(id)
		if !ok {
			return scenarios.Image{}, ErrUnknown
		}
		img := old.Scenario()
		was := img
		if err := change(&img); err != nil {
			return scenarios.Image{}, err
		}
		switch {
		case img.ID != was.ID:
			return scenarios.Image{}, errors.New("id: it cannot change")
		case !img.CreatedAt.Equal(was.CreatedAt):
			return scenarios.Image{}, errors.New("created_at: it cannot change")
		case img.Count > 1:
			return scenarios.Image{}, fmt.Errorf("count: one image cannot become %d", img.Count)
		case img.Status == scenarios.Deleted || img.Status == scenarios.PendingDelete:
			return scenarios.Image{}, fmt.Errorf("status: an image does not become %s like this: remove it", img.Status)
		}
		if img.Data != (scenarios.Data{}) && img.Size == was.Size {
			img.Size = 0 // that of the old data
		}
		if err := img.Validate(); err != nil {
			return scenarios.Image{}, err
		}
		next, err := old.Changed(img, w.clock.Now())
		if err != nil {
			return scenarios.Image{}, err
		}
		if err = w.images.Replace(old, next); err == nil {
			return next.Scenario(), nil
		} else if !errors.Is(err, registry.ErrChanged) {
			return scenarios.Image{}, err
		}
	}
}

// RemoveImage deletes an image as if a client that may do anything had, and reports
// whether there was one. It counts as no attempt.
func (b *Sandbox) RemoveImage(id string) bool {
	w := b.World()
	return w.images.Delete(id, w.clock.Now(), nil, func(*registry.Image) error { return nil }) == nil
}

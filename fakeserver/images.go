package fakeserver

import "github.com/fakeglance/fakeglance/scenarios"

// Images are all images, oldest first.
func (b *box) Images() []scenarios.Image { return b.sandbox.Images() }

// Image is the image with the id. A deleted one is not found.
func (b *box) Image(id string) (scenarios.Image, bool) { return b.sandbox.Image(id) }

// AddImage adds an image as if it had been in the scenario, created now, and
// returns it with its defaults filled in. The error says what is wrong with it,
// or that its id is taken.
func (b *box) AddImage(image scenarios.Image) (scenarios.Image, error) {
	return b.sandbox.AddImage(image)
}

// ImageNamed is the oldest image with the name. A deleted one is not found.
func (b *box) ImageNamed(name string) (scenarios.Image, bool) { return b.sandbox.ImageNamed(name) }

// ChangeImage changes an image as nothing but time, or another client, would: it
// becomes active, protected, somebody else's. It returns what the image is then.
// Change may be called repeatedly. The error says that there is no such image, or
// what would be wrong with it; then nothing changes. Id and creation time cannot
// change.
func (b *box) ChangeImage(id string, change func(*scenarios.Image)) (scenarios.Image, error) {
	return b.sandbox.ChangeImage(id, func(img *scenarios.Image) error { change(img); return nil })
}

// FreeImage ends the use of an image, so that it can be deleted: what was in its
// InUseBy is gone. The error says that there is no such image.
func (b *box) FreeImage(id string) error {
	_, err := b.ChangeImage(id, func(img *scenarios.Image) { img.InUseBy = "" })
	return err
}

// RemoveImage deletes an image, also a protected one or one in use, as another
// client may do meanwhile. It reports whether there was one.
func (b *box) RemoveImage(id string) bool { return b.sandbox.RemoveImage(id) }

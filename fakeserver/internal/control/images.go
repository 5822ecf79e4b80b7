package control

import (
	"errors"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

func getImages(b *sandbox.Sandbox, _ call) (any, error) {
	return map[string]any{"images": b.Images()}, nil
}

func getImage(b *sandbox.Sandbox, c call) (any, error) {
	img, ok := b.Image(c.vars.Get("id"))
	if !ok {
		return nil, c.noImage()
	}
	return img, nil
}

func (c call) noImage() error {
	return errorf(http.StatusNotFound, "no image has the id %q", c.vars.Get("id"))
}

func changeImage(b *sandbox.Sandbox, c call) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	img, err := b.ChangeImage(c.vars.Get("id"), func(img *scenarios.Image) error {
		return img.Change("body", body, noFiles())
	})
	if errors.Is(err, sandbox.ErrUnknown) {
		err = c.noImage()
	}
	if err == nil {
		c.note("changed the image %s", img.ID)
	}
	return img, err
}

func removeImage(b *sandbox.Sandbox, c call) (any, error) {
	if !b.RemoveImage(c.vars.Get("id")) {
		return nil, c.noImage()
	}
	c.note("deleted the image %s", c.vars.Get("id"))
	return nil, nil
}

func addImage(b *sandbox.Sandbox, c call) (any, error) {
	var img scenarios.Image
	if err := c.read(&img); err != nil {
		return nil, err
	}
	img, err := b.AddImage(img)
	if err == nil {
		c.note("added the image %s", img.ID)
	}
	return img, err
}

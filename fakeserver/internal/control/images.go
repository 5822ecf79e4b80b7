package control

import (
	"errors"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

func getImages(b *sandbox.Sandbox, _ call) (int, any, error) {
	return http.StatusOK, map[string]any{"images": b.Images()}, nil
}

func getImage(b *sandbox.Sandbox, c call) (int, any, error) {
	img, ok := b.Image(c.vars.Get("id"))
	if !ok {
		return 0, nil, c.noImage()
	}
	return http.StatusOK, img, nil
}

func (c call) noImage() error {
	return errorf(http.StatusNotFound, "no image has the id %q", c.vars.Get("id"))
}

func changeImage(b *sandbox.Sandbox, c call) (int, any, error) {
	body, err := c.body()
	if err != nil {
		return 0, nil, err
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
	return http.StatusOK, img, err
}

func removeImage(b *sandbox.Sandbox, c call) (int, any, error) {
	if !b.RemoveImage(c.vars.Get("id")) {
		return 0, nil, c.noImage()
	}
	c.note("deleted the image %s", c.vars.Get("id"))
	return http.StatusNoContent, nil, nil
}

func addImage(b *sandbox.Sandbox, c call) (int, any, error) {
	var img scenarios.Image
	if err := c.read(&img); err != nil {
		return 0, nil, err
	}
	img, err := b.AddImage(img)
	if err == nil {
		c.note("added the image %s", img.ID)
	}
	return http.StatusCreated, img, err
}

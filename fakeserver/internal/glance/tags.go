package glance

import (
	"errors"
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// AddTag is PUT /v2/images/{image_id}/tags/{tag}. A tag that is there already
// is no error.
func (a *API) AddTag(c *wire.Call) (wire.Reply, error) {
	if err := noBodyAtAll(c); err != nil {
		return wire.Reply{}, err
	}
	tag := c.Var("tag")
	if err := checkImage(object{{"tags", []any{tag}}}); err != nil {
		return wire.Reply{}, err
	}
	return a.changeTags(c, func(img *registry.Image) error {
		at, ok := slices.BinarySearch(img.Tags, tag)
		switch n := len(img.Tags) + 1; {
		case ok:
			return nil
		case n > maxTags:
			return wire.TooManyTagsHere.With(img.ID, n, maxTags)
		case wide(tag):
			return wire.TagWideHere
		}
		img.Tags = slices.Insert(slices.Clone(img.Tags), at, tag)
		return nil
	})
}

// DeleteTag is DELETE /v2/images/{image_id}/tags/{tag}.
func (a *API) DeleteTag(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	return a.changeTags(c, func(img *registry.Image) error {
		at, ok := slices.BinarySearch(img.Tags, c.Var("tag"))
		if !ok {
			return wire.NoRoute
		}
		img.Tags = slices.Delete(slices.Clone(img.Tags), at, at+1)
		return nil
	})
}

func (a *API) changeTags(c *wire.Call, edit func(*registry.Image) error) (wire.Reply, error) {
	id, err := id(c)
	if err != nil {
		return wire.Reply{}, err
	}
	_, err = a.Images.Update(id, func(img *registry.Image) error {
		if !found(c.Caller, img) {
			return registry.ErrUnknown
		}
		if err := change(c.Caller, img, modifyImage); err != nil {
			return err
		}
		img.UpdatedAt = c.Now
		return edit(img)
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = wire.MembersImageUnknown.With(id)
	}
	return wire.NoContent(http.StatusNoContent), err
}

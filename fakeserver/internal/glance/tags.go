package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var tagHandlers = handlers{
	scenarios.AddImageTag:    (*API).AddTag,
	scenarios.DeleteImageTag: (*API).DeleteTag,
}

// AddTag is PUT /v2/images/{image_id}/tags/{tag}. It is no error if the image has
// the tag already.
func (a *API) AddTag(c *wire.Call) (wire.Reply, error) {
	switch c.Pattern {
	case cloudTags:
		return a.addCloudTag(c)
	case cloudTagsV1:
		return a.addCloudTagV1(c)
	}
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	tag := c.Var("tag")
	if err := a.checkImage(pyjson.Object{{Key: "tags", Value: []any{tag}}}); err != nil {
		return wire.Reply{}, err
	}
	return a.changeTags(c, func(img *registry.Image) error {
		at, ok := slices.BinarySearch(img.Tags, tag)
		switch n := len(img.Tags) + 1; {
		case ok:
			return nil
		case n > maxTags:
			return dialect.TagAddTooMany.With(img.ID, n, maxTags)
		case hasFourByte(tag):
			return dialect.TagAddFourByte
		}
		img.Tags = slices.Insert(slices.Clone(img.Tags), at, tag)
		return nil
	})
}

// DeleteTag is DELETE /v2/images/{image_id}/tags/{tag}.
func (a *API) DeleteTag(c *wire.Call) (wire.Reply, error) {
	if c.Pattern == cloudTag {
		return a.deleteCloudTag(c)
	}
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	return a.changeTags(c, func(img *registry.Image) error {
		at, ok := slices.BinarySearch(img.Tags, c.Var("tag"))
		if !ok {
			return dialect.NoRoute
		}
		img.Tags = slices.Delete(slices.Clone(img.Tags), at, at+1)
		return nil
	})
}

func (a *API) changeTags(c *wire.Call, edit func(*registry.Image) error) (wire.Reply, error) {
	_, err := a.update(c, dialect.ImageNotFound, func(img *registry.Image) error {
		if err := authorizeChange(c.Caller, img, modifyImage); err != nil {
			return err
		}
		img.UpdatedAt = c.Now
		return edit(img)
	})
	return wire.NoContent(http.StatusNoContent), err
}

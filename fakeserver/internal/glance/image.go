package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var imageHandlers = handlers{
	scenarios.GetImage:   (*API).GetImage,
	scenarios.Deactivate: (*API).Deactivate,
	scenarios.Reactivate: (*API).Reactivate,
}

// GetImage is GET /v2/images/{image_id}.
func (a *API) GetImage(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	img, ok := a.Images.Show(id, c.Operation, c.Now)
	switch {
	case !ok || !canFind(c.Caller, img.Image):
		return wire.Reply{}, dialect.GetUnknown.With(id)
	case !mayGet(c.Caller, img.Image):
		return wire.Reply{}, dialect.NoRoute
	}
	if dependsOnCaller(img.Image, c.Caller) {
		return imageReply(http.StatusOK, img.Image, c.Caller), nil
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: a.Images.Encode(img, encodeImage)}, nil
}

func encodeImage(img *registry.Image) []byte {
	return appendImage(make([]byte, 0, 1024), img, wire.Caller{})
}

// Deactivate is POST /v2/images/{image_id}/actions/deactivate: from then on only
// admins can download the data.
func (a *API) Deactivate(c *wire.Call) (wire.Reply, error) {
	return a.act(c, scenarios.Active, scenarios.Deactivated)
}

// Reactivate is POST /v2/images/{image_id}/actions/reactivate.
func (a *API) Reactivate(c *wire.Call) (wire.Reply, error) {
	return a.act(c, scenarios.Deactivated, scenarios.Active)
}

// act changes the status of an image. If the image has the new status already,
// nothing changes.
func (a *API) act(c *wire.Call, from, to scenarios.Status) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	_, err := a.update(c, dialect.ImageUnknown, func(img *registry.Image) error {
		if err := authorizeChange(c.Caller, img, string(c.Operation)); err != nil {
			return err
		}
		switch img.Status {
		case from:
			img.Status, img.UpdatedAt = to, c.Now
		case to:
		default:
			return dialect.ActionForbidden.With(c.Operation, img.Status)
		}
		return nil
	})
	return wire.NoContent(http.StatusNoContent), err
}

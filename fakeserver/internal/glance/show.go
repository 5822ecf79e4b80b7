package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// GetImage is GET /v2/images/{image_id}.
func (a *API) GetImage(c *wire.Call) (wire.Reply, error) {
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	img, ok := a.Images.Show(id, c.Operation, c.Now)
	switch {
	case !ok || !found(c.Caller, img.Image):
		return wire.Reply{}, dialect.ImageUnknown.With(id)
	case !mayGet(c.Caller, img.Image):
		return wire.Reply{}, dialect.NoRoute
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: a.Images.Encode(img, encodeImage)}, nil
}

func encodeImage(img *registry.Image) []byte {
	return appendImage(make([]byte, 0, 1024), img)
}

package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The cache is that of a Glance which has none: its calls are answered, and
// nothing is ever in it.

// GetCache is GET /v2/cache.
func (a *API) GetCache(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := adminOnly(c, string(c.Operation)); err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"cached_images": []string{}, "queued_images": []string{}}), nil
}

// CacheImage is PUT /v2/cache/{image_id}.
func (a *API) CacheImage(c *wire.Call) (wire.Reply, error) {
	status, err := a.cached(c)
	if err == nil && status != scenarios.Active {
		err = wire.CacheNotActive
	}
	return wire.NoContent(http.StatusAccepted), err
}

// UncacheImage is DELETE /v2/cache/{image_id}.
func (a *API) UncacheImage(c *wire.Call) (wire.Reply, error) {
	_, err := a.cached(c)
	return wire.NoContent(http.StatusNoContent), err
}

// cached is the status of the image that a call on the cache is about.
func (a *API) cached(c *wire.Call) (scenarios.Status, error) {
	if err := noBody(c); err != nil {
		return "", err
	}
	img, err := a.find(c, wire.MembersImageUnknown)
	if err != nil {
		return "", err
	}
	return img.Status, adminOnly(c, string(c.Operation))
}

// ClearCache is DELETE /v2/cache.
func (a *API) ClearCache(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := adminOnly(c, string(c.Operation)); err != nil {
		return wire.Reply{}, err
	}
	switch c.Request.Header.Get("X-Image-Cache-Clear-Target") {
	case "", "cache", "queue":
		return wire.NoContent(http.StatusNoContent), nil
	}
	return wire.Reply{}, wire.CacheTarget
}

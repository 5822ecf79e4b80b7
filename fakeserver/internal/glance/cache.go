package glance

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var cacheHandlers = handlers{
	scenarios.CacheList:   (*API).GetCache,
	scenarios.CacheDelete: (*API).DeleteCached,
	scenarios.CacheImage:  (*API).AddToCache,
}

// GetCache is GET /v2/cache, for admins. The queue is always empty, because images
// are cached at once.
func (a *API) GetCache(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if !isAdmin(c.Caller) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(c.Operation))
	}
	b := []byte(`{"cached_images": [`)
	for i, img := range a.cached() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(append(b, `{"image_id": `...), img.ID)
		b = appendSeconds(append(b, `, "hits": 0, "last_accessed": `...), img.CachedAt)
		b = appendSeconds(append(b, `, "last_modified": `...), img.CachedAt)
		b = strconv.AppendInt(append(b, `, "size": `...), max(img.Size, 0), 10)
		b = append(b, '}')
	}
	b = append(b, `], "queued_images": []}`...)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: b}, nil
}

// cached returns the images in the cache, ordered by id.
func (a *API) cached() []*registry.Image {
	images := slices.DeleteFunc(a.Images.All(), func(img *registry.Image) bool { return img.CachedAt.IsZero() })
	slices.SortFunc(images, func(a, b *registry.Image) int { return strings.Compare(a.ID, b.ID) })
	return images
}

// appendSeconds appends a time in seconds since 1970.
func appendSeconds(b []byte, t time.Time) []byte {
	return strconv.AppendFloat(b, float64(t.UnixMicro())/1e6, 'f', -1, 64)
}

// AddToCache is PUT /v2/cache/{image_id}, for admins.
func (a *API) AddToCache(c *wire.Call) (wire.Reply, error) {
	err := a.changeCache(c, func(img *registry.Image) error {
		if img.Status != scenarios.Active {
			return dialect.CacheNotActive
		}
		img.CachedAt = c.Now
		return nil
	})
	return wire.NoContent(http.StatusAccepted), err
}

// DeleteCached is DELETE /v2/cache and DELETE /v2/cache/{image_id}.
func (a *API) DeleteCached(c *wire.Call) (wire.Reply, error) {
	if c.ImageID() == "" {
		return a.clearCache(c)
	}
	return a.deleteFromCache(c)
}

// deleteFromCache is DELETE /v2/cache/{image_id}, for admins. It is no error if the
// image is not in the cache.
func (a *API) deleteFromCache(c *wire.Call) (wire.Reply, error) {
	err := a.changeCache(c, func(img *registry.Image) error {
		img.CachedAt = time.Time{}
		return nil
	})
	return wire.NoContent(http.StatusNoContent), err
}

func (a *API) changeCache(c *wire.Call, edit func(*registry.Image) error) error {
	if err := checkUnusedBody(c); err != nil {
		return err
	}
	id, err := a.imageID(c)
	if err != nil {
		return err
	}
	_, err = a.Images.Update(id, func(img *registry.Image) error {
		switch {
		case !canFind(c.Caller, img):
			return registry.ErrUnknown
		case !isAdmin(c.Caller):
			return dialect.NotAuthorized.With(string(c.Operation))
		}
		return edit(img)
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = dialect.ImageNotFound.With(id)
	}
	return err
}

// clearCache is DELETE /v2/cache, for admins.
func (a *API) clearCache(c *wire.Call) (wire.Reply, error) {
	if err := checkUnusedBody(c); err != nil {
		return wire.Reply{}, err
	}
	if !isAdmin(c.Caller) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(c.Operation))
	}
	switch strings.ToLower(c.Request.Header.Get("X-Image-Cache-Clear-Target")) {
	case "", "cache":
	case "queue":
		return wire.NoContent(http.StatusNoContent), nil // the queue is empty
	default:
		return wire.Reply{}, dialect.CacheTargetUnknown
	}
	for _, img := range a.cached() {
		_, err := a.Images.Update(img.ID, func(img *registry.Image) error {
			img.CachedAt = time.Time{}
			return nil
		})
		if err != nil && !errors.Is(err, registry.ErrUnknown) { // it may have been deleted meanwhile
			return wire.Reply{}, err
		}
	}
	return wire.NoContent(http.StatusNoContent), nil
}

package glance

import (
	"errors"
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// DeleteCopy is DELETE /v2/stores/{store_id}/{image_id}: one store forgets an
// image that another has too. It is for admins, protected or not.
func (a *API) DeleteCopy(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	store := c.Var("store_id")
	if !slices.Contains(storeIDs, store) {
		return wire.Reply{}, dialect.StoreUnknown.With(store)
	}
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	_, err = a.Images.Update(id, func(img *registry.Image) error {
		if !found(c.Caller, img) {
			return registry.ErrUnknown
		}
		if err := mayDeleteCopy(c.Caller, img); err != nil {
			return err
		}
		switch {
		case img.Status != scenarios.Active:
			return dialect.CopyNotActive
		case len(img.Stores) < 2:
			return dialect.CopyLast
		case !slices.Contains(img.Stores, store):
			return dialect.CopyUnknown.With(id, store)
		}
		img.Stores = slices.DeleteFunc(slices.Clone(img.Stores), func(s string) bool { return s == store })
		img.UpdatedAt = c.Now
		return nil
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = dialect.CopyImageNotFound.With(id)
	}
	return wire.NoContent(http.StatusNoContent), err
}

// mayDeleteCopy says why a caller may not delete one copy of an image: Glance
// asks first who may know where the image is.
func mayDeleteCopy(who wire.Caller, img *registry.Image) error {
	switch {
	case administers(who):
		return nil
	case !who.System && owns(who, img) && who.Roles.Has(wire.Reader):
		return refused(who, img, deleteLocations)
	}
	return refused(who, img, getLocation)
}

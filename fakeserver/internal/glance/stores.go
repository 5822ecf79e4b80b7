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

var storeHandlers = handlers{
	scenarios.GetStores:           (*API).GetStores,
	scenarios.StoresInfoDetail:    (*API).GetStoresDetail,
	scenarios.DeleteImageLocation: (*API).DeleteCopy,
}

// storeIDs are the stores of the Glance whose answers are recorded, the default one
// first. They are only names: all data is in memory.
var storeIDs = []string{"fast", "slow"}

// uploadStore returns the store that an upload is for.
func uploadStore(c *wire.Call) (string, error) {
	store := c.Request.Header.Get("X-Image-Meta-Store")
	switch {
	case store == "":
		return storeIDs[0], nil
	case !slices.Contains(storeIDs, store):
		return "", dialect.UploadStoreUnknown.With(store)
	}
	return store, nil
}

// GetStores is GET /v2/info/stores.
func (a *API) GetStores(c *wire.Call) (wire.Reply, error) { return stores(c, false) }

// GetStoresDetail is GET /v2/info/stores/detail, for admins.
func (a *API) GetStoresDetail(c *wire.Call) (wire.Reply, error) { return stores(c, true) }

// stores answers with the list of stores, the default one first.
func stores(c *wire.Call, detail bool) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if detail && !isAdmin(c.Caller) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(c.Operation))
	}
	b := []byte(`{"stores": [`)
	for i, id := range storeIDs {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(append(b, `{"id": `...), id)
		b = appendText(append(b, `, "description": `...), id)
		if i == 0 {
			b = append(b, `, "default": "true"`...)
		}
		if detail {
			b = appendText(append(b, `, "type": "file", "properties": {"data_dir": `...), "/var/lib/glance/"+id)
			b = append(b, `, "chunk_size": 65536, "thin_provisioning": false}`...)
		}
		b = append(b, '}')
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, "]}"...)}, nil
}

// DeleteCopy is DELETE /v2/stores/{store_id}/{image_id}, for admins: it deletes the
// copy of an image's data in one store, if another store has one too. The image may
// be protected.
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
		if !canFind(c.Caller, img) {
			return registry.ErrUnknown
		}
		if err := authorizeDeleteCopy(c.Caller, img); err != nil {
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

// authorizeDeleteCopy returns an error unless the caller may delete one copy of an
// image. Glance first checks whether the caller may see where the copies are.
func authorizeDeleteCopy(who wire.Caller, img *registry.Image) error {
	switch {
	case isAdmin(who):
		return nil
	case !who.System && owns(who, img) && who.Roles.Has(wire.Reader):
		return forbidden(who, img, deleteLocations)
	}
	return forbidden(who, img, getLocation)
}

package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// stores are where data may be, the first by default: those of the Glance which
// the recorded answers come from. They are but names: there is one memory.
var stores = []string{"fast", "slow"}

// uploadStore is the store that an upload is for.
func uploadStore(c *wire.Call) (string, error) {
	store := c.Request.Header.Get("X-Image-Meta-Store")
	switch {
	case store == "":
		return stores[0], nil
	case !slices.Contains(stores, store):
		return "", wire.StoreUnknown.With(store)
	}
	return store, nil
}

// A storeInfo is a store as the API shows it.
type storeInfo struct {
	ID          string           `json:"id"`
	Description string           `json:"description"`
	Default     string           `json:"default,omitempty"` // "true" of one of them
	Type        string           `json:"type,omitempty"`
	Properties  *storeProperties `json:"properties,omitempty"`
}

type storeProperties struct {
	DataDir          string `json:"data_dir"`
	ChunkSize        int    `json:"chunk_size"`
	ThinProvisioning bool   `json:"thin_provisioning"`
}

// GetStores is GET /v2/info/stores.
func (a *API) GetStores(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	return storesReply(func(*storeInfo) {}), nil
}

// GetStoresDetail is GET /v2/info/stores/detail.
func (a *API) GetStoresDetail(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := adminOnly(c, string(c.Operation)); err != nil {
		return wire.Reply{}, err
	}
	return storesReply(func(s *storeInfo) {
		s.Type = "file"
		s.Properties = &storeProperties{DataDir: "/var/lib/glance/" + s.ID, ChunkSize: 65536}
	}), nil
}

func storesReply(detail func(*storeInfo)) wire.Reply {
	all := make([]storeInfo, len(stores))
	for i, id := range stores {
		all[i] = storeInfo{ID: id, Description: id}
		detail(&all[i])
	}
	all[0].Default = "true"
	return wire.JSON(http.StatusOK, map[string]any{"stores": all})
}

// GetUsage is GET /v2/info/usage: nobody has a quota.
func (a *API) GetUsage(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"usage": struct{}{}}), nil
}

// adminOnly says why a caller may not do what is for admins alone, and nil if it may.
func adminOnly(c *wire.Call, action string) error {
	if c.Caller.System || !c.Caller.Roles.Has(wire.Admin) {
		return wire.NotAuthorized.With(action)
	}
	return nil
}

// DeleteCopy is DELETE /v2/stores/{store_id}/{image_id}: one of several copies
// of an image's data goes.
func (a *API) DeleteCopy(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	store := c.Var("store_id")
	if !slices.Contains(stores, store) {
		return wire.Reply{}, wire.CopyStoreUnknown.With(store)
	}
	_, err := a.update(c, wire.CopyImageUnknown, func(img *registry.Image) error {
		if err := adminOnly(c, string(c.Operation)); err != nil {
			return err
		}
		at := slices.Index(img.Stores, store)
		switch {
		case img.Status != scenarios.Active:
			return wire.CopyNotActive
		case len(img.Stores) < 2 || at < 0:
			return wire.CopyIsLast
		}
		img.Stores = slices.Delete(slices.Clone(img.Stores), at, at+1)
		img.UpdatedAt = c.Now
		return nil
	})
	return wire.NoContent(http.StatusNoContent), err
}

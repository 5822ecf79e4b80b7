package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// storeIDs are where data may be, the first by default: those of the Glance which
// the recorded answers come from. They are but names: there is one memory.
var storeIDs = []string{"fast", "slow"}

// uploadStore is the store that an upload is for.
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

// GetUsage is GET /v2/info/usage: nobody has a quota.
func (a *API) GetUsage(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"usage": struct{}{}}), nil
}

// adminOnly says why a caller may not do what is for admins alone, and nil if it may.
func adminOnly(c *wire.Call, action string) error {
	if !administers(c.Caller) {
		return dialect.NotAuthorized.With(action)
	}
	return nil
}

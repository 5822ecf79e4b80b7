package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// GetImportMethods is GET /v2/info/import.
func (a *API) GetImportMethods(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	b := appendTexts([]byte(`{"import-methods": {"description": "Import methods available.", "type": "array", "value": `), importMethods)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, "}}"...)}, nil
}

// GetStores is GET /v2/info/stores.
func (a *API) GetStores(c *wire.Call) (wire.Reply, error) { return stores(c, false) }

// GetStoresDetail is GET /v2/info/stores/detail, for admins.
func (a *API) GetStoresDetail(c *wire.Call) (wire.Reply, error) { return stores(c, true) }

// stores is the list of stores, the default one first.
func stores(c *wire.Call, detail bool) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	if detail && !administers(c.Caller) {
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

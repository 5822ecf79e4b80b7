package glance

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var importHandlers = handlers{
	scenarios.ImportImage:      (*API).ImportImage,
	scenarios.GetImportMethods: (*API).GetImportMethods,
}

// The import methods of the Glance whose answers are recorded.
const (
	glanceDirect = "glance-direct"
	webDownload  = "web-download"
	copyImage    = "copy-image"
)

var importMethods = []string{glanceDirect, webDownload, copyImage}

// actionCopy is the name of copy-image in Glance's policy.
const actionCopy = "copy_image"

// An importRequest is the body of POST /v2/images/{image_id}/import.
type importRequest struct {
	method    string
	uri       any // as it is in the body; nil: none
	allStores bool
	named     bool     // the body has a list of stores
	stores    []string // to put the data into
}

// ImportImage is POST /v2/images/{image_id}/import. A real Glance imports the data
// after it has answered; here the import and its task are complete by then, unless
// the scenario says that the download takes time.
func (a *API) ImportImage(c *wire.Call) (wire.Reply, error) {
	req, err := parseImport(c)
	if err != nil {
		return wire.Reply{}, err
	}
	_, err = a.update(c, dialect.ImageUnknown, func(img *registry.Image) error {
		return a.doImport(c, req, img)
	})
	return wire.NoContent(http.StatusAccepted), err
}

// parseImport parses the body of an import, with the checks that Glance makes
// before it looks up the image.
func parseImport(c *wire.Call) (*importRequest, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	fields, ok := body.(pyjson.Object)
	if !ok {
		return nil, dialect.Internal // recorded
	}
	value, ok := fields.Get("method")
	if !ok {
		return nil, dialect.ImportFieldMissing.With("method")
	}
	method, ok := value.(pyjson.Object)
	if !ok {
		return nil, dialect.Internal // recorded
	}
	name, ok := method.Get("name")
	if !ok {
		return nil, dialect.ImportFieldMissing.With("name")
	}
	req := &importRequest{method: pyjson.Str(name)}
	if !slices.Contains(importMethods, req.method) {
		return nil, dialect.ImportMethodUnknown.With(req.method)
	}
	req.uri, _ = method.Get("uri")
	for _, key := range []string{"all_stores_must_succeed", "all_stores"} {
		value, ok := fields.Get(key)
		yes, isBool := value.(bool)
		if ok && !isBool {
			return nil, dialect.ImportNotBoolean.With(key)
		}
		req.allStores = key == "all_stores" && yes
	}
	list, named := fields.Get("stores")
	req.named = named
	names, _ := list.([]any)
	for _, name := range names {
		req.stores = append(req.stores, pyjson.Str(name))
	}
	return req, nil
}

// doImport imports the data of an image. Its checks have the order of Glance's.
func (a *API) doImport(c *wire.Call, req *importRequest, img *registry.Image) error {
	if err := req.checkStatus(img); err != nil {
		return err
	}
	if err := authorizeImport(c, req, img); err != nil {
		return err
	}
	if err := req.chooseStores(c); err != nil {
		return err
	}
	if req.method == copyImage {
		return a.copy(c, req, img)
	}
	from := Download{Data: img.Staged}
	if req.method == webDownload {
		var err error
		if from, err = a.webDownload(req); err != nil {
			return err
		}
	}
	a.runImport(c, req, img, from, func(img *registry.Image) { a.activate(img, from.Data, req.stores) })
	return nil
}

func authorizeImport(c *wire.Call, req *importRequest, img *registry.Image) error {
	if req.method == copyImage {
		return authorizeAdmin(c, actionCopy)
	}
	return authorizeChange(c.Caller, img, modifyImage)
}

// checkStatus returns an error unless the import is possible in the present state
// of the image.
func (req *importRequest) checkStatus(img *registry.Image) error {
	switch active := img.Status == scenarios.Active; {
	case active && req.method != copyImage:
		return dialect.ImportAlreadyActive
	case !active && req.method == copyImage:
		return dialect.ImportNotActive
	case req.method == webDownload && img.Status != scenarios.Queued:
		return dialect.ImportNotQueued
	case req.method == glanceDirect && (img.Status != scenarios.Uploading || img.Staged == nil):
		return dialect.ImportNotStaged
	case img.ContainerFormat == "":
		return dialect.ImportFormatMissing.With("container_format")
	case img.DiskFormat == "":
		return dialect.ImportFormatMissing.With("disk_format")
	}
	return nil
}

// chooseStores decides which stores the data is put into.
func (req *importRequest) chooseStores(c *wire.Call) error {
	header := c.Request.Header.Get("X-Image-Meta-Store")
	switch {
	case req.allStores && (req.named || header != ""):
		return dialect.ImportAllStores
	case req.allStores:
		req.stores = slices.Clone(storeIDs)
	case req.named && header != "":
		return dialect.ImportTwoStores
	case header != "":
		req.stores = []string{header}
	case len(req.stores) == 0:
		req.stores = storeIDs[:1:1]
	}
	for _, store := range req.stores {
		if !slices.Contains(storeIDs, store) {
			return dialect.ImportStoreUnknown.With(store)
		}
	}
	return nil
}

// copy copies the data of an image into further stores. There is nothing to do if
// they all have it.
func (a *API) copy(c *wire.Call, req *importRequest, img *registry.Image) error {
	var further []string
	for _, store := range req.stores {
		switch {
		case !slices.Contains(img.Stores, store):
			further = append(further, store)
		case !req.allStores:
			return dialect.ImportPresent.With(store)
		}
	}
	if len(further) > 0 {
		a.runImport(c, req, img, Download{}, func(img *registry.Image) {
			img.Stores = append(slices.Clone(img.Stores), further...)
		})
	}
	return nil
}

// A Download is what an import by web-download finds at a URI.
type Download struct {
	Data  *registry.Data
	Takes time.Duration // how long the import takes; 0: it is complete at once
	Fails string        // the message of the import's task, which fails; empty: it does not
}

// importFailed is the message of an import's task, whatever it failed of: recorded.
const importFailed = "Task failed due to Internal Error"

// webDownload returns what the scenario has for the URI of an import.
func (a *API) webDownload(req *importRequest) (Download, error) {
	uri, _ := req.uri.(string)
	if _, ok := a.Downloads[uri]; !ok && !isWeb(uri) {
		return Download{}, dialect.ImportURIRefused.With(pyjson.Str(req.uri))
	}
	return a.download(uri, dialect.ImportURIUnlisted)
}

// isWeb reports whether Glance could download from a URI.
func isWeb(uri string) bool {
	return strings.HasPrefix(uri, "http://") || strings.HasPrefix(uri, "https://")
}

// download returns what the scenario has for a URI, or the error for one that it
// does not list. Nothing is fetched from the network. An import of more data than an
// image may have fails.
func (a *API) download(uri string, unlisted *dialect.Problem) (Download, error) {
	d, ok := a.Downloads[uri]
	if !ok {
		return Download{}, unlisted.With(uri)
	}
	if a.MaxImageSize > 0 && d.Data.Size > a.MaxImageSize && d.Fails == "" {
		d.Fails = importFailed
	}
	return d, nil
}

// GetImportMethods is GET /v2/info/import.
func (a *API) GetImportMethods(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	b := appendTexts([]byte(`{"import-methods": {"description": "Import methods available.", "type": "array", "value": `), importMethods)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, "}}"...)}, nil
}

package glance

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
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
// after it has answered; here the import and its task are complete by then.
func (a *API) ImportImage(c *wire.Call) (wire.Reply, error) {
	req, err := parseImport(c)
	if err != nil {
		return wire.Reply{}, err
	}
	_, err = a.update(c, dialect.ImageUnknown, func(img *registry.Image) error {
		done, err := a.doImport(c, req, img)
		if err == nil && done {
			img.Tasks = append(slices.Clone(img.Tasks), a.newTask(c, req, img))
		}
		return err
	})
	return wire.NoContent(http.StatusAccepted), err
}

// taskExpiry is how long Glance keeps a completed task.
const taskExpiry = 48 * time.Hour

// newTask returns the task of a completed import.
func (a *API) newTask(c *wire.Call, req *importRequest, img *registry.Image) registry.Task {
	input := appendText([]byte(`{"image_id": `), img.ID)
	input = append(append(input, `, "import_req": `...), c.Body...)
	input = append(appendTexts(append(input, `, "backend": `...), req.stores), '}')
	return registry.Task{
		ID: ids.UUID(a.Seed, ids.Task, a.tasksMade.Add(1)), Type: "api_image_import", Status: "success",
		Owner: c.Caller.ProjectID, UserID: c.Caller.UserID, RequestID: c.RequestID,
		Input: input, Result: append(appendText([]byte(`{"image_id": `), img.ID), '}'),
		Message:   fmt.Sprintf("Copied %d MiB", img.Size>>20),
		CreatedAt: c.Now, UpdatedAt: c.Now, ExpiresAt: c.Now.Add(taskExpiry),
	}
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

// doImport imports the data of an image. Its checks have the order of Glance's. It
// reports false if there is nothing to do.
func (a *API) doImport(c *wire.Call, req *importRequest, img *registry.Image) (bool, error) {
	if err := authorizeImport(c, req, img); err != nil {
		return false, err
	}
	if err := req.checkStatus(img); err != nil {
		return false, err
	}
	if err := req.chooseStores(c); err != nil {
		return false, err
	}
	if req.method == copyImage {
		return req.copy(c, img)
	}
	data := img.Staged
	if req.method == webDownload {
		var err error
		if data, err = a.download(req); err != nil {
			return false, err
		}
	}
	a.activate(img, data, req.stores)
	finishImport(c, img)
	return true, nil
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

// copy copies the data of an image into further stores. It reports false if they
// all have it.
func (req *importRequest) copy(c *wire.Call, img *registry.Image) (bool, error) {
	var further []string
	for _, store := range req.stores {
		switch {
		case !slices.Contains(img.Stores, store):
			further = append(further, store)
		case !req.allStores:
			return false, dialect.ImportPresent.With(store)
		}
	}
	if len(further) == 0 {
		return false, nil
	}
	img.Stores = append(slices.Clone(img.Stores), further...)
	finishImport(c, img)
	return true, nil
}

// finishImport sets the properties that an image has after an import: two lists of
// stores, which are empty by then.
func finishImport(c *wire.Call, img *registry.Image) {
	img.UpdatedAt = c.Now
	ownProperties(img)
	img.Properties["os_glance_importing_to_stores"] = ""
	img.Properties["os_glance_failed_import"] = ""
}

// download returns the data that the scenario has for a URI. Nothing is fetched from
// the network.
func (a *API) download(req *importRequest) (*registry.Data, error) {
	uri, _ := req.uri.(string)
	data, ok := a.Downloads[uri]
	if !ok {
		return nil, dialect.ImportURIRefused.With(pyjson.Str(req.uri))
	}
	return data, nil
}

// GetImportMethods is GET /v2/info/import.
func (a *API) GetImportMethods(c *wire.Call) (wire.Reply, error) {
	if err := noDeclaredBody(c); err != nil {
		return wire.Reply{}, err
	}
	b := appendTexts([]byte(`{"import-methods": {"description": "Import methods available.", "type": "array", "value": `), importMethods)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, "}}"...)}, nil
}

// Package glance is the image API: for each operation a method that answers its
// calls, with the checks of a real Glance in their order.
package glance

import (
	"errors"
	"sync/atomic"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Handler answers the calls of one operation. If the operation has several
// endpoints, it tells them apart by the call's Pattern.
type Handler func(*API, *wire.Call) (wire.Reply, error)

type handlers map[scenarios.Operation]Handler

// chapters are the handlers of all operations of the image API. Each chapter
// declares its own beside their functions.
var chapters = []handlers{
	imageHandlers, listHandlers, createHandlers, updateHandlers, deleteHandlers,
	uploadHandlers, downloadHandlers, importHandlers,
	memberHandlers, tagHandlers, cloudTagHandlers, cloudCreateHandlers, cloudMemberHandlers, jobHandlers, taskHandlers,
	storeHandlers, cacheHandlers, discoveryHandlers,
}

// HandlerOf returns the handler of an operation of the image API; nil: it is not
// one of them.
func HandlerOf(op scenarios.Operation) Handler {
	for _, chapter := range chapters {
		if h, ok := chapter[op]; ok {
			return h
		}
	}
	return nil
}

// An API is the image service of one world. The registry has all of its state.
type API struct {
	Dialect      *dialect.Dialect
	Images       *registry.Registry
	Downloads    map[string]Download // what web-download finds, by URI; other URIs are refused
	Seed         uint64              // for generated ids
	MaxImageSize int64               // bytes of one image's data; 0: no limit
	JobPlan      scenarios.Jobs      // how jobs turn out
	DropData     bool                // keep only the size and the checksums of uploaded data

	tasksMade atomic.Uint64 // number of tasks made so far, for their ids
	jobs      jobs
}

// imageID returns the image_id of a call, or an error if the dialect considers it
// malformed.
func (a *API) imageID(c *wire.Call) (string, error) {
	id := c.ImageID()
	return id, a.Dialect.CheckImageID(id)
}

// find returns the image of a call; unknown is the error if the caller cannot
// find it.
func (a *API) find(c *wire.Call, unknown *dialect.Problem) (*registry.Image, error) {
	id, err := a.imageID(c)
	if err != nil {
		return nil, err
	}
	img, ok := a.Images.Get(id)
	if !ok || !canFind(c.Caller, img) {
		return nil, unknown.With(id)
	}
	return img, nil
}

// update changes the image of a call in one step; unknown is the error if the
// caller cannot find it.
func (a *API) update(c *wire.Call, unknown *dialect.Problem, change func(*registry.Image) error) (*registry.Image, error) {
	id, err := a.imageID(c)
	if err != nil {
		return nil, err
	}
	img, err := a.Images.Update(id, func(img *registry.Image) error {
		if !canFind(c.Caller, img) {
			return registry.ErrUnknown
		}
		return change(img)
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = unknown.With(id)
	}
	return img, err
}

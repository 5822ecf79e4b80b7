package fakeserver

import (
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A route is one row of the table of routes: what a client may ask for.
type route struct {
	operation    scenarios.Operation
	method, path string
	do           handler
	access       access
}

// A handler does one operation in a world.
type handler func(*world, *wire.Call) (wire.Reply, error)

// access is who may come as far as the handler.
type access int

const (
	withToken access = iota // whose token holds
	anybody                 // the handler looks for itself
)

// routes is the table of routes, those first that clients call most. Paths are
// as route.go leaves them: the version prefix is /v2, Keystone is below /identity.
var routes = []route{
	{scenarios.DeleteImage, "DELETE", "/v2/images/{image_id}", image((*glance.API).DeleteImage), withToken},
	{scenarios.GetImage, "GET", "/v2/images/{image_id}", image((*glance.API).GetImage), withToken},
	{scenarios.GetImages, "GET", "/v2/images", image((*glance.API).GetImages), withToken},
	{scenarios.GetVersions, "GET", "/", image((*glance.API).Choices), anybody},
	{scenarios.GetVersions, "GET", "/versions", image((*glance.API).GetVersions), anybody},

	{scenarios.CreateToken, "POST", "/identity/v3/auth/tokens", identity((*keystone.API).CreateToken), anybody},
}

func image(do func(*glance.API, *wire.Call) (wire.Reply, error)) handler {
	return func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.glance, c) }
}

func identity(do func(*keystone.API, *wire.Call) (wire.Reply, error)) handler {
	return func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.keystone, c) }
}

// routing is the router of the table, made when the first server needs it.
var routing = sync.OnceValue(func() *router[*route] {
	rows := make([]*route, len(routes))
	for i := range routes {
		rows[i] = &routes[i]
	}
	return newRouter(rows, func(r *route) (string, string) { return r.method, r.path })
})

package fakeserver

import (
	"net/http"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A route is an endpoint with what answers its calls.
type route struct {
	scenarios.Endpoint
	do func(*world, *wire.Call) (wire.Reply, error)
}

// routing is the router of the endpoints, made when the first server needs it.
var routing = sync.OnceValue(func() *router[*route] {
	var rows []*route
	for _, e := range scenarios.Endpoints() {
		row := newRoute(e)
		rows = append(rows, row)
		if e.Method == http.MethodGet && isIdentity(e.Path) {
			head := *row // Keystone has it for all that it shows, Glance for nothing
			head.Method = http.MethodHead
			rows = append(rows, &head)
		}
	}
	return newRouter(rows, func(r *route) (string, string) { return r.Method, r.Path })
})

func newRoute(e scenarios.Endpoint) *route {
	if isIdentity(e.Path) {
		do := keystone.HandlerOf(e.Operation)
		return &route{e, func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.keystone, c) }}
	}
	do := glance.HandlerOf(e.Operation)
	return &route{e, func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.glance, c) }}
}

func isIdentity(path string) bool { return strings.HasPrefix(path, "/identity") }

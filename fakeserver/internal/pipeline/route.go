package pipeline

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/router"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A route is an endpoint with what answers its calls.
type route struct {
	scenarios.Endpoint
	do func(*sandbox.World, *wire.Call) (wire.Reply, error)
}

// routes is the router of all endpoints, made when the first server needs it.
var routes = sync.OnceValue(func() *router.Router[*route] {
	var rows []*route
	for _, e := range scenarios.Endpoints() {
		row := newRoute(e)
		rows = append(rows, row)
		if e.Method == http.MethodGet && isIdentity(e.Path) {
			head := *row // Keystone has HEAD wherever it has GET, Glance nowhere
			head.Method = http.MethodHead
			rows = append(rows, &head)
		}
	}
	return router.New(rows, func(r *route) (string, string) { return r.Method, r.Path })
})

func newRoute(e scenarios.Endpoint) *route {
	if isIdentity(e.Path) {
		do := keystone.HandlerOf(e.Operation)
		return &route{e, func(w *sandbox.World, c *wire.Call) (wire.Reply, error) { return do(w.Keystone(), c) }}
	}
	do := glance.HandlerOf(e.Operation)
	return &route{e, func(w *sandbox.World, c *wire.Call) (wire.Reply, error) { return do(w.Glance(), c) }}
}

func isIdentity(path string) bool { return strings.HasPrefix(path, "/identity") }

// A target is what a request is for.
type target struct {
	route *route   // nil: there is no endpoint
	allow []string // without an endpoint: the methods of the path; nil: there is no such path
	side  side

	garbled bool // the path is not UTF-8, at which Glance itself fails: recorded
}

// side is the part of the service that a path belongs to.
type side int

const (
	imageSide    side = iota // the image API, below /v2 or any other version
	versionsSide             // all other paths, where Glance lists its versions
	identitySide             // below /identity, and what Keystone has below /v3
	vendorSide               // the vendors' own API, which their gateway routes
)

// route finds the endpoint that a request is for, and the variables of its path.
func (c *call) route() {
	if !c.world.Dialect().UnicodePaths && !utf8.ValidString(c.Request.URL.Path) {
		c.target.garbled = true
		return
	}
	path, side := c.path()
	c.target.side = side
	c.Identity = side == identitySide
	if path == "" {
		return
	}
	if path != c.Request.URL.Path {
		req := *c.Request
		req.URL = &url.URL{Scheme: c.Request.URL.Scheme, Path: path, RawQuery: c.Request.URL.RawQuery}
		c.Request = &req
	}
	found, vars, allow, ok := routes().Find(c.Request)
	if isVendors(path) || found != nil && found.Vendor {
		if !c.world.Dialect().CloudImages {
			return
		}
		c.target.side, c.Vendor = vendorSide, true
	}
	if !ok {
		if allow != nil && !found.OnlyMethod {
			c.target.allow = allow
		}
		return
	}
	c.target.route = found
	c.Operation, c.Pattern, c.Vars = found.Operation, found.Path, vars
}

// path is the path of a request as the table of endpoints has it; empty: the table
// cannot have it.
func (c *call) path() (string, side) {
	path := c.Request.URL.Path
	if strings.Contains(path, "//") {
		path = collapse(path)
	}
	if !c.world.Dialect().UnicodePaths {
		path = latin1(path)
	}
	first, rest := cut(path)
	switch {
	case first == "identity":
		return trimSlash(path), identitySide
	case first == "v3" && isKeystones(rest):
		return "/identity" + trimSlash(path), identitySide
	case first == "versions":
		return "/versions", versionsSide // Glance ignores what follows
	case c.Request.URL.Path == "/healthcheck":
		return path, versionsSide
	}
	if version, ok := acceptedVersion(c.Request.Header); ok {
		if !isVersion(version) {
			return "", versionsSide
		}
		return "/v2" + path, imageSide
	}
	if isVersion(first) {
		return "/v2" + rest, imageSide
	}
	return path, versionsSide
}

// cut takes the first segment off a path: /v2/images gives "v2" and "/images".
func cut(path string) (first, rest string) {
	path = strings.TrimPrefix(path, "/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// trimSlash ignores a slash at the end of a path, as Keystone does; Glance does not.
func trimSlash(path string) string { return strings.TrimSuffix(path, "/") }

// collapse makes one slash of several, as Glance does before it routes.
func collapse(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}

// latin1 reads each byte of a path as a character, as Glance's server does where
// a path is not ASCII: recorded.
func latin1(path string) string {
	for i := range len(path) {
		if path[i] >= utf8.RuneSelf {
			runes := make([]rune, len(path))
			for i := range len(path) {
				runes[i] = rune(path[i])
			}
			return string(runes)
		}
	}
	return path
}

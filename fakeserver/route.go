package fakeserver

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
)

// A target is what a request is for.
type target struct {
	route *route   // nil: no route
	allow []string // without a route: the methods that its path has
	side  side

	garbled bool // the path is no UTF-8, at which Glance itself fails: recorded
}

// side is the part of the service that a path belongs to.
type side int

const (
	imageSide    side = iota // below /v2
	versionsSide             // what Glance answers with its versions, whatever it is
	identitySide             // below /identity and /v3
)

// route finds what a request is for, and puts the operation and the variables
// of its path into the call.
func (c *call) route() target {
	if !c.world.dialect.UnicodePaths && !utf8.ValidString(c.Request.URL.Path) {
		return target{garbled: true}
	}
	path, side := c.path()
	if path != c.Request.URL.Path {
		req := *c.Request
		req.URL = &url.URL{Scheme: c.Request.URL.Scheme, Path: path, RawQuery: c.Request.URL.RawQuery}
		c.Request = &req
	}
	c.Identity = side == identitySide
	if path == glance.CloudImages && !c.world.dialect.CloudImages {
		return target{side: side}
	}
	found, vars, allow, ok := routing().find(c.Request)
	if !ok {
		return target{allow: allow, side: side}
	}
	c.Operation, c.Pattern, c.Vars = found.Operation, found.Path, vars
	return target{route: found, side: side}
}

// path is the path of a call as the table of routes has it.
func (c *call) path() (string, side) {
	path := c.Request.URL.Path
	if strings.Contains(path, "//") {
		path = collapse(path)
	}
	if !c.world.dialect.UnicodePaths {
		path = latin1(path)
	}
	first, rest := cut(path)
	switch {
	case first == "v2":
		return path, imageSide
	case first == "identity":
		return trimSlash(path), identitySide
	case first == "v3":
		// Keystone at the root. To Glance itself a bare /v3 means nothing: recorded.
		if rest == "" && !c.world.dialect.RootIdentity {
			return path, versionsSide
		}
		return "/identity" + trimSlash(path), identitySide
	case first == "versions":
		return "/versions", versionsSide // Glance does not look at what follows
	}
	if minor, ok := strings.CutPrefix(first, "v2."); ok && isMinor(minor) {
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

// trimSlash takes the slash off the end of a path: Keystone does, Glance does not.
func trimSlash(path string) string { return strings.TrimSuffix(path, "/") }

// isMinor reports whether the API has a version 2.n: each is a name for all of it.
func isMinor(n string) bool {
	v, err := strconv.Atoi(n)
	return err == nil && v >= 0 && v <= glance.MinorVersion && strconv.Itoa(v) == n
}

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

// latin1 reads each byte of a path as a character, as Glance's server does with
// what is not ASCII: recorded.
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

package pipeline

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/scenarios"
)

// acceptedVersion returns the version of the image API that an Accept header names.
// It has precedence over the path, whose first segment is then no version. ok is
// false if the header names none.
func acceptedVersion(h http.Header) (version string, ok bool) {
	return strings.CutPrefix(h.Get("Accept"), "application/vnd.openstack.images-")
}

// isVersion reports whether the image API has a version, v2 or v2.n. Each of them
// serves the whole API.
func isVersion(s string) bool {
	minor, ok := strings.CutPrefix(s, "v2.")
	if !ok {
		return s == "v2"
	}
	n, err := strconv.Atoi(minor)
	return err == nil && n >= 0 && n <= glance.MinorVersion && strconv.Itoa(n) == minor
}

// isKeystones reports whether a path below /v3 belongs to Keystone, which shares
// the port: /v3 itself, which clients are given as their OS_AUTH_URL, and the
// resources that Keystone has. At the others Glance lists its versions.
func isKeystones(rest string) bool {
	resource, _ := cut(rest)
	return resource == "" || keystoneResources()[resource]
}

// keystoneResources are the first segments of Keystone's paths.
var keystoneResources = sync.OnceValue(func() map[string]bool {
	all := make(map[string]bool)
	for _, e := range scenarios.Endpoints() {
		if rest, ok := strings.CutPrefix(e.Path, "/identity/v3/"); ok {
			resource, _ := cut(rest)
			all[resource] = true
		}
	}
	return all
})

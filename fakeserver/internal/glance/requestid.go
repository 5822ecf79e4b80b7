package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/scenarios"
)

// maxRequestID is how many characters a client's own X-Openstack-Request-Id may
// have: Glance's default.
const maxRequestID = 64

// Anonymous reports whether Glance knows nothing about the caller of a request
// although its token is valid: it has mistaken for the caller its own complaint that
// the request's id is too long. Its answers have no request id then: recorded.
func Anonymous(r *http.Request) bool {
	return len(r.Header.Get("X-Openstack-Request-Id")) > maxRequestID
}

// FailsAnonymous reports whether an operation fails if nothing is known about its
// caller.
func FailsAnonymous(op scenarios.Operation) bool {
	return !slices.Contains([]scenarios.Operation{
		scenarios.GetVersions, scenarios.GetSchema, scenarios.GetStores, scenarios.GetUsage, scenarios.GetImportMethods,
	}, op)
}

package glance

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/jsonschema"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// jsonBody returns the body of a call, which has to be an object or a list.
func jsonBody(c *wire.Call) (any, error) {
	if !hasBody(c) {
		return nil, dialect.BodyMissing
	}
	body, err := pyjson.Decode(c.Body)
	if err != nil {
		return nil, dialect.BodyMalformed
	}
	switch body.(type) {
	case pyjson.Object, []any:
		return body, nil
	}
	return nil, dialect.BodyNotObject
}

// hasBody reports whether Glance looks for a body. It ignores a chunked one if the
// method usually has no body.
func hasBody(c *wire.Call) bool {
	if n := c.Request.ContentLength; n >= 0 {
		return n > 0
	}
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, c.Request.Method)
}

// noBody refuses a body.
func noBody(c *wire.Call) error {
	if hasBody(c) {
		return dialect.BodyNotExpected
	}
	return nil
}

// checkUnusedBody is for calls whose body Glance parses without a use for it: one
// that is JSON makes it fail.
func checkUnusedBody(c *wire.Call) error {
	if !hasBody(c) {
		return nil
	}
	if _, err := jsonBody(c); err != nil {
		return err
	}
	return dialect.Internal
}

// MethodNotAllowed is the answer for a path that the API has, but not with the
// method of the call. Glance parses a body all the same.
func (a *API) MethodNotAllowed(c *wire.Call, allow []string) (wire.Reply, error) {
	if hasBody(c) {
		if _, err := jsonBody(c); err != nil {
			return wire.Reply{}, err
		}
	}
	return wire.Reply{}, dialect.MethodNotAllowed.WithHeader("Allow", strings.Join(allow, ", "), c.Request.Method)
}

// NoRoute is the answer for a path that the API does not have. A method that Glance
// has nowhere is not implemented.
func (a *API) NoRoute(c *wire.Call) (wire.Reply, error) {
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch:
		return wire.Reply{}, dialect.NoRoute
	}
	return wire.Reply{}, dialect.NotImplemented.With(c.Request.Method)
}

// The schemas that check the bodies that describe an image: Glance's, and IMS's.
var (
	imageSchema      = sync.OnceValue(func() jsonschema.Schema { return jsonschema.MustParse(imageSchemaText) })
	cloudImageSchema = sync.OnceValue(func() jsonschema.Schema { return jsonschema.MustParse(cloudImageSchemaText()) })
)

// checkImage checks the fields of an image that a client sends by the schema.
func (a *API) checkImage(fields pyjson.Object) error {
	schema := imageSchema
	if a.Dialect.CloudAttributes {
		schema = cloudImageSchema
	}
	if m := schema().Best(fields); m != nil {
		return dialect.SchemaMismatch.With(m)
	}
	return nil
}

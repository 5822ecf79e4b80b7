package glance

import (
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/jsonschema"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// jsonBody returns the body of a call, which has to be an object or a list.
func jsonBody(c *wire.Call) (any, error) {
	if len(c.Body) == 0 && c.Request.ContentLength >= 0 {
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

// noBody refuses a body, even a chunked one. Glance does so for methods that
// usually have a body.
func noBody(c *wire.Call) error {
	if c.Request.ContentLength != 0 {
		return dialect.BodyNotExpected
	}
	return nil
}

// noDeclaredBody refuses a body with a Content-Length. A chunked body is ignored:
// Glance does not look for one if the method usually has no body.
func noDeclaredBody(c *wire.Call) error {
	if c.Request.ContentLength > 0 {
		return dialect.BodyNotExpected
	}
	return nil
}

// checkUnusedBody is for calls whose body Glance parses without a use for it: one
// that is JSON makes it fail.
func checkUnusedBody(c *wire.Call) error {
	if len(c.Body) == 0 {
		return nil
	}
	if _, err := pyjson.Decode(c.Body); err != nil {
		return dialect.BodyMalformed
	}
	return dialect.Internal
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

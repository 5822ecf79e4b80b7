package glance

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// jsonBody is the body of a call: an object or a list.
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

// noBodyAtAll refuses a body, a chunked one too: what Glance does where the
// method is one that usually has a body.
func noBodyAtAll(c *wire.Call) error {
	if c.Request.ContentLength != 0 {
		return dialect.BodyNotExpected
	}
	return nil
}

// noBody refuses a body where Glance expects none.
func noBody(c *wire.Call) error {
	if c.Request.ContentLength > 0 {
		return dialect.BodyNotExpected
	}
	return nil
}

// unreadBody is what Glance makes of a body that it reads and has no use for:
// it fails, unless it cannot read it.
func unreadBody(c *wire.Call) error {
	if len(c.Body) == 0 {
		return nil
	}
	if _, err := pyjson.Decode(c.Body); err != nil {
		return dialect.BodyMalformed
	}
	return dialect.Internal
}

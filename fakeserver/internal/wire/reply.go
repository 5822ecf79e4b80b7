package wire

import (
	"encoding/json"
	"io"
	"net/http"
)

// A Reply is an answer that is not written yet, so that a fault can still replace
// or modify it. At most one of Body and Stream is set.
type Reply struct {
	Status      int
	ContentType string      // empty: the answer has none
	Header      http.Header // in addition to Content-Type, Content-Length, Date and the request id, or in their place; a key without values: the header is not sent
	Body        []byte
	Stream      io.Reader // a body that is too large to copy
	Length      int64     // of Stream, in bytes
	Fault       string    // the label of the injected fault, which its client is told; empty: none
	Date        string    // empty: the time of day
	NoRequestID bool      // true: the answer has no X-Openstack-Request-Id, because it was given before the service assigned one
	XRequestID  bool      // true: the request id, as it is sent, is sent as X-Request-Id, too
	NoLength    bool      // true: a 204 has no Content-Length, as Keystone's; false: it has one, as Glance's
	NoBody      bool      // true: only the header is sent, as to HEAD
}

// Set sets a header of the reply and returns the reply.
func (r Reply) Set(key, value string) Reply {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set(key, value)
	return r
}

// The content types of answers, as Glance writes them.
const (
	TypeJSON   = "application/json"
	TypeHTML   = "text/html; charset=UTF-8"
	TypePlain  = "text/plain; charset=UTF-8"
	TypeBinary = "application/octet-stream"
)

// NoContent returns an answer without a body. It has a content type all the same,
// as Glance's 204 do: recorded.
func NoContent(status int) Reply {
	return Reply{Status: status, ContentType: TypeHTML}
}

// JSON returns an answer with v, which must be encodable, as its body.
func JSON(status int, v any) Reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types are all our own
	}
	return Reply{Status: status, ContentType: TypeJSON, Body: body}
}

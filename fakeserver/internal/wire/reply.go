package wire

import (
	"encoding/json"
	"io"
	"net/http"
)

// A Reply is an answer not yet written, so that a fault can still replace or
// spoil it. Body and Stream are not both set.
type Reply struct {
	Status      int
	ContentType string      // empty: none
	Header      http.Header // beside Content-Type, Content-Length and the request id; nil: no more
	Body        []byte
	Stream      io.Reader // a body too large to hold twice
	Length      int64     // of Stream, in bytes
	NoRequestID bool      // true: the answer comes from before the service gave the request an id
	NoLength    bool      // true: a 204 has no Content-Length, as Keystone's have none
}

// Set adds a header to the reply and returns it.
func (r Reply) Set(key, value string) Reply {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set(key, value)
	return r
}

// Content types as Glance writes them.
const (
	TypeJSON   = "application/json"
	TypeHTML   = "text/html; charset=UTF-8"
	TypePlain  = "text/plain; charset=UTF-8"
	TypeBinary = "application/octet-stream"
)

// NoContent is an answer without a body. Glance gives even its 204 a content
// type: recorded.
func NoContent(status int) Reply {
	return Reply{Status: status, ContentType: TypeHTML}
}

// JSON is an answer whose body is v as JSON.
func JSON(status int, v any) Reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // v is ours: maps, slices and structs of plain values
	}
	return Reply{Status: status, ContentType: TypeJSON, Body: body}
}

package dialect

import (
	"errors"
	"fmt"
	"net/http"
)

// A Problem is one row of the table of errors: an answer that a service gives
// instead of success. It can be returned as an error itself if its message has
// no verbs; With fills them in.
type Problem struct {
	Status     int
	Message    string // may have verbs, as package fmt knows them
	Code       string // IMS's, for dialects whose errors have codes; empty: the answer is that of native
	KeepStatus bool   // true: the answer that has the code has Status too; false: it has 400, as most of IMS's do
	Shape      Shape
	Brief      string // why, in a word or two, for messages of checks; empty: the status says enough
}

// A Shape is the form of an error's body.
type Shape uint8

// The shapes, first those of WebOb, which differ in what surrounds the message, then
// the gateway's and Keystone's.
const (
	ShapeImage    Shape = iota // as WebOb does it for most errors
	ShapeMethod                // as for 405
	ShapeMedia                 // as for 415
	ShapeDetail                // the message follows WebOb's own explanation of the status
	ShapeBare                  // nothing surrounds the message
	ShapeGateway               // as Huawei's API gateway does it, in every dialect
	ShapeIdentity              // an object with a numeric code
	ShapePage                  // an HTML page
)

func (s Shape) isIdentity() bool { return s >= ShapeIdentity }

// With returns the problem as an error, with the verbs of its message filled in.
func (p *Problem) With(args ...any) error {
	return &Error{Problem: p, Message: fmt.Sprintf(p.Message, args...)}
}

// WithHeader is With for an answer that has a further header.
func (p *Problem) WithHeader(key, value string, args ...any) error {
	return &Error{Problem: p, Message: fmt.Sprintf(p.Message, args...), Header: http.Header{key: {value}}}
}

// Error returns the message as it is in the table.
func (p *Problem) Error() string { return p.Message }

// An Error is a problem as it occurred, with the verbs of its message filled in.
type Error struct {
	*Problem
	Message string
	Header  http.Header // added to the answer; nil: nothing
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error { return e.Problem }

// Brief is why an operation answered with an error, in a word or two. Empty: its
// status says enough.
func Brief(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Brief
	}
	return ""
}

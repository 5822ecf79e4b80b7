// Package dialect is how the errors of each service look: the table of errors,
// the three dialects, and the hops that may answer in the place of a service.
package dialect

import (
	"fmt"
	"net/http"
)

// A Problem is one row of the table of errors: an answer that a service gives
// instead of success. As an error it is sent as it stands; With fills in the
// words that its message has places for.
type Problem struct {
	Status  int
	Message string // with places as package fmt has them
	IMS     string // the code in the ims dialect; empty: as in native
	IMSOwn  bool   // true: the ims dialect keeps Status; false: it answers 400, as its extension layer does
	Shape   Shape
}

// A Shape is the form of an error's body.
type Shape uint8

const (
	ShapeImage    Shape = iota // WebOb's page, text or JSON, by Accept
	ShapeMethod                // the same for 405, whose text is laid out in another way
	ShapeMedia                 // the same for 415
	ShapeDetail                // the same for a message that follows WebOb's own words for the status
	ShapeBare                  // the same for a message that is all of the body's text
	ShapeIdentity              // Keystone's error object
	ShapePage                  // the plain HTML page that Keystone's router sends
)

// The errors of the image API, in Glance's words. Each stands in a recorded
// answer of a real Glance, but for those of the native and ims dialects alone,
// which follow the vendors' pages.
var (
	Unauthorized     = &Problem{Status: http.StatusUnauthorized, Message: "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required."}
	NoRoute          = &Problem{Status: http.StatusNotFound, Message: "The resource could not be found."}
	MethodNotAllowed = &Problem{Status: http.StatusMethodNotAllowed, Message: "The method %s is not allowed for this resource.", Shape: ShapeMethod}
	Internal         = &Problem{Status: http.StatusInternalServerError, Message: "The server has either erred or is incapable of performing the requested operation.", IMS: "IMG.0061"}
	BodyTooLarge     = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The request body is larger than %d bytes."}

	BodyNotExpected = &Problem{Status: http.StatusBadRequest, Message: "A body is not expected with this request.", IMS: "IMG.0001"}
	BodyInvalid     = &Problem{Status: http.StatusBadRequest, Message: "The request body is not valid: %s.", IMS: "IMG.0001"}
	ImageIDInvalid  = &Problem{Status: http.StatusBadRequest, Message: "The image_id %q is not a UUID.", IMS: "IMG.0066"}
	ImageUnknown    = &Problem{Status: http.StatusNotFound, Message: "No image found with ID %s", IMS: "IMG.0027"}
	NotAuthorized   = &Problem{Status: http.StatusForbidden, Message: "You are not authorized to complete %s action.", IMS: "IMG.0026", IMSOwn: true}

	DeleteUnknown   = &Problem{Status: http.StatusNotFound, Message: "Failed to find image %s to delete", IMS: "IMG.0027"}
	DeleteProtected = &Problem{Status: http.StatusForbidden, Message: "Image %s is protected and cannot be deleted.", IMS: "IMG.0028"}
	DeleteInUse     = &Problem{Status: http.StatusConflict, Message: "Image %s could not be deleted because it is in use: %s", IMS: "IMG.0014"}
	DeleteNotOwner  = &Problem{Status: http.StatusForbidden, Message: "You are not authorized to complete delete_image action.", IMS: "IMG.0092"}
	DeleteCreating  = &Problem{Status: http.StatusConflict, Message: "Image %s is being created and cannot be deleted.", IMS: "IMG.0090"} // in the ims dialect alone
	DeletePublic    = &Problem{Status: http.StatusForbidden, Message: "You are not authorized to complete delete_image action.", IMS: "IMG.0094"}
)

// With is the problem as an error, its message filled in.
func (p *Problem) With(args ...any) error {
	return &Error{Problem: p, Message: fmt.Sprintf(p.Message, args...)}
}

// WithHeader is the problem as an error, with a header in its answer.
func (p *Problem) WithHeader(key, value string, args ...any) error {
	return &Error{Problem: p, Message: fmt.Sprintf(p.Message, args...), Header: http.Header{key: {value}}}
}

// Error is the problem's message as it stands.
func (p *Problem) Error() string { return p.Message }

// An Error is a problem with its message filled in.
type Error struct {
	*Problem
	Message string
	Header  http.Header // added to the answer; nil: none
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error { return e.Problem }

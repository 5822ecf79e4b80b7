// Package dialect describes how the image services of different clouds answer:
// which requests they accept, and what their errors look like.
package dialect

import (
	"errors"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Dialect is everything in which one image service differs from the others.
// The zero value of each field is what OpenStack's own Glance does.
type Dialect struct {
	Name scenarios.Dialect

	// The path of a request.
	UnicodePaths bool // paths are read as UTF-8; false: byte by byte as Latin-1, and the service crashes on a path that is not UTF-8
	CloudImages  bool // the vendors' own calls exist, such as those below /v2/cloudimages
	OnlyUUIDs    bool // an image_id that is not a UUID is malformed; false: it is looked up like any other

	// The rest of it.
	Signatures    bool // a request may be signed instead of carrying a token; false: signatures are ignored
	DeleteOptions bool // the deletion of an image may have a body; false: it is refused

	// Users.
	DomainRoles bool // users have their roles in the domain, too; false: in their projects only

	// Images.
	CloudAttributes bool // images have the formats, the defaults and the attributes of IMS, and can be shared while they are private
	HidesStores     bool // images do not list the stores that have their data
	KeepsUnfinished bool // an image that is just getting its data cannot be deleted

	// Answers.
	XRequestID bool // the request id is sent as X-Request-Id, too

	// Errors.
	alwaysJSON    bool  // error bodies are JSON; false: JSON, HTML or plain text, by the Accept header
	jsonByDefault bool  // they are JSON without an Accept header; false: plain text
	codes         codes // the codes of injected errors; nil: errors have no code, not even that of the table of errors
}

// Of returns the dialect of a name. An empty name means native; an unknown name
// gives nil.
func Of(name scenarios.Dialect) *Dialect {
	if name == "" {
		return &native
	}
	for _, d := range []*Dialect{&native, &glance, &ims} {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// CheckImageID returns an error if an image_id is malformed.
func (d *Dialect) CheckImageID(id string) error {
	if d.OnlyUUIDs && !scenarios.IsUUID(id) {
		return ImageIDInvalid.With(id)
	}
	return nil
}

// Render returns the answer for an error of an operation. An error that is not in
// the table of errors becomes a 500.
func (d *Dialect) Render(c *wire.Call, err error) wire.Reply {
	e := asError(err)
	var rep wire.Reply
	switch {
	case e.Shape.isIdentity():
		return RenderIdentity(err)
	case e.Shape == ShapeGateway:
		return gatewayError(d, c, injection{e.Status, e.Code, e.Message})
	case d.codesOf(c) != nil && e.Code != "":
		rep = codedError(e.codedStatus(), e.Code, e.Message)
	default:
		rep = challenge(c, d.webobError(c.Request, e.Status, e.Message, e.Shape))
	}
	return e.addHeader(rep)
}

// StatusOf is the status with which the image service answers a problem, if it is
// not one of the vendors' own calls.
func (d *Dialect) StatusOf(p *Problem) int {
	if d.codes != nil && p.Code != "" {
		return p.codedStatus()
	}
	return p.Status
}

// codedStatus is the status of the answer that has the code.
func (p *Problem) codedStatus() int {
	if p.KeepStatus {
		return p.Status
	}
	return http.StatusBadRequest
}

// asError returns an error with the row of the table of errors that it belongs to.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	p := Internal
	errors.As(err, &p)
	return &Error{Problem: p, Message: p.Message}
}

func (e *Error) addHeader(rep wire.Reply) wire.Reply {
	for key, values := range e.Header {
		rep = rep.Set(key, values[0])
	}
	return rep
}

// challenge adds to a 401 what Keystone's middleware sends with it. The
// middleware answers before the request is given an id.
func challenge(c *wire.Call, r wire.Reply) wire.Reply {
	if r.Status != http.StatusUnauthorized {
		return r
	}
	r.NoRequestID = true
	return r.Set("WWW-Authenticate", `Keystone uri="`+c.Base()+`/identity"`)
}

// codesOf returns the codes of the errors of a call. The vendors' own calls are IMS's
// in every dialect: their clients look for its codes.
func (d *Dialect) codesOf(c *wire.Call) codes {
	if c.Vendor {
		return imsCodes
	}
	return d.codes
}

// codes are the codes that a service sends with its errors, by status. Status 0 has
// the code of all statuses that are not listed.
type codes map[int]string

func (c codes) of(status int) string {
	if code, ok := c[status]; ok {
		return code
	}
	return c[0]
}

// Package wire has what the server and the operations exchange: the call of a
// client, the reply to it, and the one function that writes replies.
package wire

import (
	"net"
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Call is one request of a client, on its way through the server.
type Call struct {
	Request   *http.Request       // its path is the one that was routed: no doubled slashes, version prefix /v2
	Operation scenarios.Operation // empty: no operation matches
	Pattern   string              // path of the endpoint: /v2/images/{image_id}; empty: no endpoint matches
	Identity  bool                // true: the call is for Keystone; false: for the image service
	Address   Address             // how its client reaches the sandbox
	Vendor    bool                // true: the call is for the vendors' own part of the image API, whose errors have codes in every dialect
	Caller    Caller
	Now       time.Time // the server's time when the call arrived
	RequestID string    // sent as X-Openstack-Request-Id with the answer
	Vars      Vars      // the path's variables, decoded
	Body      []byte    // the whole body; nil for operations that read it themselves

	// Linger returns how long a fault keeps the image visible that the call deletes;
	// nil: not at all. The operation that deletes calls it, once the deletion is
	// certain. Nil: no fault asks to be told.
	Linger func() *scenarios.Linger
}

// Vars are the variables of a path. No path has more than three, and an array needs no
// allocation.
type Vars [3]struct{ Name, Value string }

// Get returns the value of a variable. Empty: the path has no variable of that name.
func (v *Vars) Get(name string) string {
	for i := range v {
		if v[i].Name == name {
			return v[i].Value
		}
	}
	return ""
}

// Var returns the value of a variable of the call's path. Empty: the path has no
// variable of that name.
func (c *Call) Var(name string) string { return c.Vars.Get(name) }

// ImageID returns the id of the image that the call is about, as the client wrote
// it. Empty: the call is not about one image.
func (c *Call) ImageID() string { return c.Var("image_id") }

// Base returns the address of the call's sandbox, as its client reaches it, without
// a slash at the end.
func (c *Call) Base() string { return c.Address.String() }

// An Address is how clients reach a server, or a sandbox of it.
type Address struct {
	Scheme, Host string
	Mount        string // the path where it is, which a request no longer has; empty: none
}

// AddressOf returns the address that the client of a request has written.
func AddressOf(r *http.Request) Address {
	a := Address{Scheme: "http", Host: r.Host}
	if r.TLS != nil || r.URL.Scheme == "https" {
		a.Scheme = "https"
	}
	if own, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); a.Host == "" && ok {
		a.Host = own.String() // an HTTP/1.0 client need not say it
	}
	return a
}

// String is the address as a URL, without a slash at the end:
// http://127.0.0.1:9292, http://127.0.0.1:8080/fake.
func (a Address) String() string { return a.Scheme + "://" + a.Host + a.Mount }

// A Caller is the user, and the project, that a call acts for. The zero Caller is
// nobody: the call had no valid token.
type Caller struct {
	UserID, User       string // id and name
	ProjectID, Project string // id and name; empty: the token has no project
	System             bool   // the token is for the whole system, not for a project
	Roles              Role
}

// Known reports whether the call had a valid token.
func (c Caller) Known() bool { return c.UserID != "" }

// A Role is a set of roles.
type Role uint8

// The roles that Glance's and Keystone's policies know. An admin is a member too,
// and a member is a reader.
const (
	Reader Role = 1 << iota
	Member
	Admin
)

// Has reports whether r has all roles of want.
func (r Role) Has(want Role) bool { return r&want == want }

// Roles returns the set of the named roles and of those that they include. Roles
// that the policies do not know are ignored.
func Roles(names ...string) Role {
	var r Role
	for _, name := range names {
		switch name {
		case scenarios.RoleAdmin:
			r |= Admin | Member | Reader
		case scenarios.RoleMember:
			r |= Member | Reader
		case scenarios.RoleReader:
			r |= Reader
		}
	}
	return r
}

// Package wire is what passes between the server and its operations: the call
// of a client on its way in, the reply on its way out, the table of errors, and
// the one function that writes.
package wire

import (
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Call is one request of a client, on its way through the server.
type Call struct {
	Request   *http.Request       // its path as routed: without doubled slashes, the version prefix /v2
	Operation scenarios.Operation // empty where no operation fits
	Pattern   string              // the path of the endpoint: /v2/images/{image_id}; empty: no endpoint
	Identity  bool                // the call is for Keystone, not for the image service
	Caller    Caller
	Now       time.Time         // the server's time when the call came in
	RequestID string            // of the answer's X-Openstack-Request-Id
	Vars      Vars              // the path's variables, decoded
	Body      []byte            // the whole body, but for operations that stream it
	Linger    *scenarios.Linger // what a fault says of the image that the call deletes; nil: nothing
}

// Vars are the variables of a path: no path has more than two. An array costs a
// call no allocation.
type Vars [2]struct{ Name, Value string }

// Get is the variable called name. Empty: the path has none of that name.
func (v *Vars) Get(name string) string {
	for i := range v {
		if v[i].Name == name {
			return v[i].Value
		}
	}
	return ""
}

// Var is a variable of the call's path. Empty: the path has none of that name.
func (c *Call) Var(name string) string { return c.Vars.Get(name) }

// ImageID is the image the call is about, as the client wrote it. Empty for
// calls about none.
func (c *Call) ImageID() string { return c.Var("image_id") }

// Base is the address of the server as the client wrote it, scheme and host:
// http://127.0.0.1:9292.
func (c *Call) Base() string {
	scheme := "http"
	if c.Request.TLS != nil || c.Request.URL.Scheme == "https" {
		scheme = "https"
	}
	return scheme + "://" + c.Request.Host
}

// A Caller is who a token stands for. The zero Caller is nobody: its call had
// no token that holds.
type Caller struct {
	UserID, User       string // id and name
	ProjectID, Project string // id and name; empty: the token has no project
	System             bool   // the token is for the whole system, not for a project
	Roles              Role
}

// Known reports whether the call's token holds.
func (c Caller) Known() bool { return c.UserID != "" }

// A Role is a set of roles.
type Role uint8

// The roles that Glance's and Keystone's policies ask for. Who is an admin is a
// member too, and a member is a reader.
const (
	Reader Role = 1 << iota
	Member
	Admin
)

// Has reports whether all of want are among r.
func (r Role) Has(want Role) bool { return r&want == want }

// Roles is the set of the named roles and of those they include. Names of no
// meaning to the image service are passed over.
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

package keystone

import (
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// A request for a token: who asks, and what the token shall be for.
type request struct {
	methods  []string // each once
	identity object   // what each method needs, under its name
	scope    object   // empty: the body has none, or asks for none
	asks     bool     // the body has a scope, if only to say that it wants none
}

// The methods of signing in.
const (
	byPassword   = "password"
	byToken      = "token"
	byCredential = "application_credential"
)

// supported reports whether all methods are among those there are.
func (r request) supported() bool {
	for _, method := range r.methods {
		if method != byPassword && method != byToken && method != byCredential {
			return false
		}
	}
	return true
}

// scopes are the things that a token may be for, one at a time.
var scopes = []string{"project", "domain", "unscoped", "system", "OS-TRUST:trust"}

// parseRequest reads the body of create_token.
func parseRequest(c *wire.Call) (request, error) {
	whole, err := body(c)
	if err != nil {
		return request{}, err
	}
	if whole.value("auth") == nil {
		return request{}, fail(dialect.IdentityExpecting, "auth", "request body")
	}
	if err := checkBody(requestSchema(), whole.value("auth")); err != nil {
		return request{}, err
	}
	auth := whole.object("auth")
	req := request{identity: auth.object("identity"), scope: auth.object("scope"), asks: auth.has("scope")}
	if auth.text("scope") == "unscoped" {
		req.scope = object{{Key: "unscoped"}}
	}
	if err := req.checkNames(); err != nil {
		return request{}, err
	}
	methods, _ := req.identity.value("methods").([]any)
	for _, m := range methods {
		if method, _ := m.(string); !slices.Contains(req.methods, method) {
			req.methods = append(req.methods, method)
		}
	}
	for _, method := range req.methods {
		if !req.identity.has(method) {
			return request{}, fail(dialect.IdentityExpecting, method, "identity")
		}
	}
	return req, nil
}

// checkNames sees that whatever has to be named has an id or a name.
func (r request) checkNames() error {
	user := r.identity.object("password")
	for _, place := range []struct {
		in   object
		key  string
		path string
	}{
		{user, "user", "identity/password/user"},
		{user.object("user"), "domain", "identity/password/user/domain"},
		{r.scope, "project", "scope/project"},
		{r.scope.object("project"), "domain", "scope/project/domain"},
		{r.scope, "domain", "scope/domain"},
	} {
		named := place.in.object(place.key)
		if place.in.has(place.key) && !named.has("id") && !named.has("name") {
			return fail(dialect.IdentityNameMissing, place.path)
		}
	}
	return nil
}

// wants is the one thing that the token shall be for.
func (r request) wants() (string, error) {
	want := ""
	for _, scope := range scopes {
		switch {
		case !r.scope.has(scope):
		case want != "":
			return "", r.scopeUnclear()
		default:
			want = scope
		}
	}
	if want == "" && r.asks {
		return "", r.scopeUnclear()
	}
	return want, nil
}

func (request) scopeUnclear() error {
	return fail(dialect.IdentityExpecting, "system, project, domain, OS-TRUST:trust or unscoped", "scope")
}

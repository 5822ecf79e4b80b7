package keystone

import (
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// A tokenRequest is the body of create_token: who signs in, and what the token is
// wanted for.
type tokenRequest struct {
	methods  []string // without duplicates
	identity object   // what each method needs, under its name
	scope    object   // empty: the body has none, or an empty one
	hasScope bool     // the body has a scope, even if it is empty or "unscoped"
}

// The methods of signing in.
const (
	byPassword   = "password"
	byToken      = "token"
	byCredential = "application_credential"
)

// supported reports whether the service has all of the methods.
func (r tokenRequest) supported() bool {
	for _, method := range r.methods {
		if method != byPassword && method != byToken && method != byCredential {
			return false
		}
	}
	return true
}

// scopes are the kinds of things that a token may be for. A request names one.
var scopes = []string{"project", "domain", "unscoped", "system", "OS-TRUST:trust"}

// parseTokenRequest parses and checks the body of create_token.
func parseTokenRequest(c *wire.Call) (tokenRequest, error) {
	whole, err := body(c)
	if err != nil {
		return tokenRequest{}, err
	}
	if whole.value("auth") == nil {
		return tokenRequest{}, fail(dialect.IdentityExpecting, "auth", "request body")
	}
	if err := checkBody(requestSchema(), whole.value("auth")); err != nil {
		return tokenRequest{}, err
	}
	auth := whole.object("auth")
	req := tokenRequest{identity: auth.object("identity"), scope: auth.object("scope"), hasScope: auth.has("scope")}
	if auth.text("scope") == "unscoped" {
		req.scope = object{{Key: "unscoped"}}
	}
	if err := req.checkNames(); err != nil {
		return tokenRequest{}, err
	}
	methods, _ := req.identity.value("methods").([]any)
	for _, m := range methods {
		if method, _ := m.(string); !slices.Contains(req.methods, method) {
			req.methods = append(req.methods, method)
		}
	}
	for _, method := range req.methods {
		if !req.identity.has(method) {
			return tokenRequest{}, fail(dialect.IdentityExpecting, method, "identity")
		}
	}
	return req, nil
}

// checkNames checks that everything in the request has an id or a name.
func (r tokenRequest) checkNames() error {
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

// wantedScope returns the one scope that the request names; empty: it has none.
func (r tokenRequest) wantedScope() (string, error) {
	wanted := ""
	for _, scope := range scopes {
		switch {
		case !r.scope.has(scope):
		case wanted != "":
			return "", r.scopeError()
		default:
			wanted = scope
		}
	}
	if wanted == "" && r.hasScope {
		return "", r.scopeError()
	}
	return wanted, nil
}

func (tokenRequest) scopeError() error {
	return fail(dialect.IdentityExpecting, "system, project, domain, OS-TRUST:trust or unscoped", "scope")
}

package keystone_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

const base = "http://cloud.example:9292"

// An operation is a method of the API.
type operation func(*keystone.API, *wire.Call) (wire.Reply, error)

// A route is an endpoint of an operation, as in the server's table.
type route struct {
	do           operation
	method, path string
}

var routes = map[scenarios.Operation]route{
	"create_token":      {(*keystone.API).CreateToken, "POST", "/auth/tokens"},
	"validate_token":    {(*keystone.API).ValidateToken, "GET", "/auth/tokens"},
	"revoke_token":      {(*keystone.API).RevokeToken, "DELETE", "/auth/tokens"},
	"get_auth_projects": {(*keystone.API).GetAuthProjects, "GET", "/auth/projects"},
	"get_auth_domains":  {(*keystone.API).GetAuthDomains, "GET", "/auth/domains"},
	"get_auth_system":   {(*keystone.API).GetAuthSystem, "GET", "/auth/system"},
	"get_auth_catalog":  {(*keystone.API).GetAuthCatalog, "GET", "/auth/catalog"},

	"list_projects":      {(*keystone.API).ListProjects, "GET", "/projects"},
	"get_project":        {(*keystone.API).GetProject, "GET", "/projects/{project_id}"},
	"list_domains":       {(*keystone.API).ListDomains, "GET", "/domains"},
	"get_domain":         {(*keystone.API).GetDomain, "GET", "/domains/{domain_id}"},
	"list_users":         {(*keystone.API).ListUsers, "GET", "/users"},
	"get_user":           {(*keystone.API).GetUser, "GET", "/users/{user_id}"},
	"list_user_projects": {(*keystone.API).ListUserProjects, "GET", "/users/{user_id}/projects"},

	"list_application_credentials":  {(*keystone.API).ListApplicationCredentials, "GET", "/users/{user_id}/application_credentials"},
	"create_application_credential": {(*keystone.API).CreateApplicationCredential, "POST", "/users/{user_id}/application_credentials"},
	"get_application_credential":    {(*keystone.API).GetApplicationCredential, "GET", "/users/{user_id}/application_credentials/{application_credential_id}"},
	"delete_application_credential": {(*keystone.API).DeleteApplicationCredential, "DELETE", "/users/{user_id}/application_credentials/{application_credential_id}"},
}

// A client calls the operations of an API without a server.
type client struct {
	t     testing.TB
	api   *keystone.API
	clk   *clock.Clock
	token string // empty: none
}

// A testCall is a call of an operation.
type testCall struct {
	op      scenarios.Operation
	vars    []string // values of the variables in the path, in order
	query   string
	subject string // empty: no X-Subject-Token
	body    string
}

// A response is the reply to a testCall.
type response struct {
	wire.Reply
	err error
}

// as returns a client with another token.
func (v client) as(token string) client {
	v.token = token
	return v
}

// do calls the operation and returns the response, with an error rendered as the
// server would.
func (v client) do(q testCall) response {
	v.t.Helper()
	r, ok := routes[q.op]
	if !ok {
		v.t.Fatalf("no operation %q", q.op)
	}
	path, vars := r.path, wire.Vars{}
	for i, value := range q.vars {
		open, end := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		vars[i].Name, vars[i].Value = path[open+1:end], value
		path = path[:open] + value + path[end+1:]
	}
	req := httptest.NewRequest(r.method, base+"/identity/v3"+path+q.query, nil)
	if v.token != "" {
		req.Header.Set("X-Auth-Token", v.token)
	}
	if q.subject != "" {
		req.Header.Set("X-Subject-Token", q.subject)
	}
	call := &wire.Call{
		Request: req, Address: wire.AddressOf(req), Operation: q.op, Identity: true,
		Now: v.clk.Now(), Vars: vars, Body: []byte(q.body), Caller: v.api.Identify(req),
	}
	rep, err := r.do(v.api, call)
	if err != nil {
		var e *dialect.Error
		if !errors.As(err, &e) {
			v.t.Errorf("%s: the error is %T, not a *dialect.Error", q.op, err)
		}
		rep = dialect.RenderIdentity(err)
	}
	if rep.Header.Get("Vary") != "X-Auth-Token" {
		v.t.Errorf("%s: no Vary in %d %s", q.op, rep.Status, rep.Body)
	}
	return response{rep, err}
}

// signIn returns the token that a user gets by password: for the project, or unscoped
// if it is empty.
func (v client) signIn(user, project string) string {
	v.t.Helper()
	scope := `"unscoped"`
	if project != "" {
		scope = fmt.Sprintf(`{"project": {"name": %q, "domain": {"id": "default"}}}`, project)
	}
	return v.mustCreateToken(password(user, "secret", scope))
}

// mustCreateToken returns the token that create_token issues for the body.
func (v client) mustCreateToken(body string) string {
	v.t.Helper()
	got := v.do(testCall{op: scenarios.CreateToken, body: body})
	if got.Status != 201 {
		v.t.Fatalf("%s: %d %s", body, got.Status, got.Body)
	}
	return got.Header.Get("X-Subject-Token")
}

func password(user, secret, scope string) string {
	return fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user": {
		"name": %q, "domain": {"name": "Default"}, "password": %q}}}, "scope": %s}}`, user, secret, scope)
}

func withToken(token, scope string) string {
	return fmt.Sprintf(`{"auth": {"identity": {"methods": ["token"], "token": {"id": %q}}, "scope": %s}}`, token, scope)
}

// get returns the value in the response's body at a path of keys.
func (r response) get(t testing.TB, path ...string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(r.Body, &v); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("no %q in %s", key, r.Body)
		}
		v = m[key]
	}
	return v
}

// expect checks the status of the response, and that its body contains the text.
func (r response) expect(t testing.TB, status int, text string) {
	t.Helper()
	if r.Status != status || !strings.Contains(string(r.Body), text) {
		t.Errorf("got %d %s\nwant %d … %s", r.Status, r.Body, status, text)
	}
}

package keystone_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// cloud is a strict server with the users of the recorded conversations.
func cloud(t testing.TB) client {
	declare := func(name, project, role string) scenarios.User {
		return scenarios.User{Name: name, Password: "secret", Project: project, Roles: []string{role}}
	}
	clk := new(clock.Clock)
	return client{t: t, clk: clk, api: keystone.New(scenarios.Auth{Strict: true, Users: []scenarios.User{
		declare("admin", "admin", scenarios.RoleAdmin),
		declare("alice", "alpha", scenarios.RoleMember),
		declare("bob", "beta", scenarios.RoleMember),
		declare("rita", "alpha", scenarios.RoleReader),
	}}, 1, clk)}
}

// openCloud is a server whose scenario declares no users.
func openCloud(t testing.TB) client {
	clk := new(clock.Clock)
	return client{t: t, clk: clk, api: keystone.New(scenarios.Auth{}, 1, clk)}
}

const (
	inAlpha  = `{"project": {"name": "alpha", "domain": {"id": "default"}}}`
	inBeta   = `{"project": {"name": "beta", "domain": {"id": "default"}}}`
	inDomain = `{"domain": {"id": "default"}}`
	inSystem = `{"system": {"all": true}}`

	unauthorized = `{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}`
)

func identity(methods string) string { return `{"auth": {"identity": ` + methods + `}}` }

func user(fields string) string {
	return identity(`{"methods": ["password"], "password": {"user": {` + fields + `}}}`)
}

func scope(s string) string { return password("alice", "secret", s) }

func TestCreateToken(t *testing.T) {
	t.Parallel()
	alice, alpha := scenarios.UserID("alice"), scenarios.ProjectID("alpha")
	for _, test := range []struct {
		body   string
		status int
		text   string
	}{
		// The user.
		{user(`"name": "alice", "domain": {"name": "Default"}, "password": "secret"`), 201, `"name":"alice"`},
		{user(`"name": "alice", "domain": {"id": "nosuch", "name": "Default"}, "password": "secret"`), 201, `"name":"alice"`},
		{user(`"id": "` + alice + `", "password": "secret"`), 201, `"name":"alice"`},
		{user(`"id": "` + alice + `", "name": "bob", "domain": {"id": "default"}, "password": "secret"`), 201, `"name":"bob"`},
		{user(`"id": "alice", "password": "secret"`), 401, unauthorized},
		{user(`"name": "ALICE", "domain": {"id": "default"}, "password": "secret"`), 401, unauthorized},
		{user(`"name": "demo", "domain": {"id": "default"}, "password": ""`), 401, unauthorized},
		{user(`"name": "alice", "domain": {"id": "default"}, "password": "nope"`), 401, unauthorized},
		{user(`"name": "alice", "domain": {"id": "default"}, "password": ""`), 401, unauthorized},
		{user(`"name": "alice", "domain": {"id": "default"}`), 401, unauthorized},
		{user(`"name": "alice", "domain": {"name": "nosuch"}, "password": "secret"`), 401, unauthorized},
		{user(`"name": "alice", "password": "secret"`), 400, `Expecting to find domain in user. The server`},
		{user(`"name": "alice", "domain": {}`), 400, `Invalid input for field identity/password/user/domain: id or name must be present.`},
		{user(`"name": "alice", "domain": {"name": ""}`), 400, `Expecting to find id or name in domain. The server`},
		{user(`"name": ""`), 400, `Expecting to find id or name in user. The server`},
		{user(``), 400, `Invalid input for field identity/password/user: id or name must be present.`},
		{user(`"name": 1`), 400, `Invalid input for field 'identity/password/user/name': 1 is not of type 'string'`},

		// The scope.
		{scope(`{"project": {"id": "` + alpha + `"}}`), 201, `"id":"` + alpha + `","name":"alpha"`},
		{scope(inBeta), 401, unauthorized},
		{scope(`{"project": {"id": "` + scenarios.ProjectID("beta") + `"}}`), 401, unauthorized},
		{scope(`{"project": {"id": "alpha"}}`), 401, unauthorized},
		{scope(`{"project": {"name": "nosuch", "domain": {"id": "default"}}}`), 401, unauthorized},
		{scope(`{"project": {"name": "alpha", "domain": {"id": "nosuch"}}}`), 401, unauthorized},
		{scope(`{"project": {"name": "alpha"}}`), 400, `Expecting to find domain in project. The server`},
		{scope(`{"project": {}}`), 400, `Invalid input for field scope/project: id or name must be present.`},
		{scope(`{"project": {"name": "alpha", "domain": {}}}`), 400, `Invalid input for field scope/project/domain: id or name must be present.`},
		{scope(`{"project": {"id": "x"}, "system": {}}`), 400, `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope. The server`},
		{scope(`{}`), 400, `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope. The server`},
		{scope(`"what"`), 400, `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope. The server`},
		{scope(`null`), 400, `Invalid input for field 'scope': None is not of type 'object', 'string'`},
		{scope(`{"unscoped": {}}`), 201, `"methods":["password"]`},
		{scope(inDomain), 401, unauthorized},
		{scope(inSystem), 401, unauthorized},
		{scope(`{"system": {"all": "x"}}`), 400, `Invalid input for field 'scope/system/all': 'x' is not of type 'boolean'`},
		{scope(`{"OS-TRUST:trust": {"id": "x"}}`), 401, unauthorized},
		{scope(`{"OS-TRUST:trust": {}}`), 400, `Expecting to find trust_id in trust. The server`},
		{password("admin", "secret", inSystem), 201, `"system":{"all":true}`},
		{password("admin", "secret", inAlpha), 401, unauthorized},
		{password("rita", "secret", inAlpha), 201, `"name":"reader"}],"catalog"`},

		// The methods.
		{identity(`{"methods": []}`), 401, unauthorized},
		{identity(`{"methods": ["password"]}`), 400, `Expecting to find password in identity. The server`},
		{identity(`{"methods": ["password"], "password": {}}`), 400, `Expecting to find user in None. The server`},
		{identity(`{"methods": ["nosuch"]}`), 400, `Expecting to find nosuch in identity. The server`},
		{identity(`{"methods": ["nosuch"], "nosuch": {}}`), 401, `"message":"Attempted to authenticate with an unsupported method."`},
		{identity(`{"methods": "password"}`), 400, `Invalid input for field 'identity/methods': 'password' is not of type 'array'`},
		{identity(`{"methods": [1]}`), 400, `Invalid input for field 'identity/methods/0': 1 is not of type 'string'`},
		{identity(`{"methods": ["token"], "token": {}}`), 400, `Invalid input for field 'identity/token': 'id' is a required property`},
		{identity(`{"methods": ["token"], "token": {"id": ""}}`), 404, `No token in the request`},
		{identity(`{"methods": ["token"], "token": {"id": "nope"}}`), 404, `Could not recognize Fernet token`},

		// Malformed requests.
		{``, 400, `Expecting to find auth in request body. The server`},
		{`{}`, 400, `Expecting to find auth in request body. The server`},
		{`{"AUTH": {}}`, 400, `Expecting to find auth in request body. The server`},
		{`{"auth": null}`, 400, `Expecting to find auth in request body. The server`},
		{`{"auth": {}}`, 400, `'identity' is a required property`},
		{`{"auth": "it's"}`, 400, `\"it's\" is not of type 'object'`},
		{`{"auth": [true, {"a": null}]}`, 400, `[True, {'a': None}] is not of type 'object'`},
		{`[]`, 400, `Expecting to find valid JSON in request body. The server`},
		{`{"auth": {}} x`, 400, `Expecting to find valid JSON in request body. The server`},
		{"{\"auth\": \"\xff\"}", 400, `Expecting to find valid JSON in request body. The server`},
		{` `, 400, `Expecting to find valid JSON in request body. The server`},
	} {
		got := cloud(t).do(testCall{op: scenarios.CreateToken, body: test.body})
		if got.Status != test.status || !strings.Contains(string(got.Body), test.text) {
			t.Errorf("%s\ngot  %d %s\nwant %d … %s", test.body, got.Status, got.Body, test.status, test.text)
		}
		token, challenge := got.Header.Get("X-Subject-Token"), got.Header.Get("WWW-Authenticate")
		if (token != "") != (got.Status == 201) {
			t.Errorf("%s: %d with X-Subject-Token %q", test.body, got.Status, token)
		}
		if want := `Keystone uri="` + base + `/identity/v3"`; (challenge == want) != (got.Status == 401) {
			t.Errorf("%s: %d with WWW-Authenticate %q", test.body, got.Status, challenge)
		}
	}
}

// Without declared users every user and every project exists.
func TestOpenCloud(t *testing.T) {
	t.Parallel()
	const id = "0123456789abcdef0123456789abcdef"
	for _, test := range []struct {
		body string
		want wire.Caller
	}{
		{password("carol", "any", inAlpha), member("carol", "alpha")},
		{password("admin", "any", inAlpha), admin("admin", "alpha")},
		{password("carol", "", `{"project": {"id": "`+id+`"}}`), member("carol", id)},
		{password("carol", "", `{"project": {"id": "my-project"}}`), member("carol", "my-project")},
		{password("carol", "", `{"project": {"id": "`+scenarios.ProjectID("demo")+`"}}`), member("carol", "demo")},
		{user(`"id": "` + id + `", "password": ""`), wire.Caller{UserID: id, User: id}},
		{password("carol", "", inDomain), wire.Caller{UserID: scenarios.UserID("carol"), User: "carol", Roles: wire.Roles("member")}},
		{password("admin", "", inSystem), wire.Caller{UserID: scenarios.UserID("admin"), User: "admin", System: true, Roles: wire.Roles("admin")}},
		{withToken("whatever", inAlpha), member("demo", "alpha")},
	} {
		v := openCloud(t)
		if got := v.api.Identify(request(v.mustCreateToken(test.body))); got != test.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", test.body, got, test.want)
		}
	}
	for _, body := range []string{
		password("carol", "", inSystem),
		password("carol", "", `{"project": {"name": "alpha", "domain": {"name": "nosuch"}}}`),
		password("carol", "", `{"project": {"id": ""}}`),
		user(`"name": "carol", "domain": {"id": "default"}`),
	} {
		openCloud(t).do(testCall{op: scenarios.CreateToken, body: body}).expect(t, 401, unauthorized)
	}
}

// A project or user whose id alone is known gets its name when a request first uses
// the name.
func TestNamesAreLearned(t *testing.T) {
	t.Parallel()
	v := openCloud(t)
	id := scenarios.ProjectID("alpha")
	v.mustCreateToken(password("carol", "", `{"project": {"id": "`+id+`"}}`))
	v.signIn("carol", "alpha")
	token := v.mustCreateToken(password("carol", "", `{"project": {"id": "`+id+`"}}`))
	if got, want := v.api.Identify(request(token)), member("carol", "alpha"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]string{
		"":                                "Expecting to find auth in request body.",
		"application/json":                "Expecting to find auth in request body.",
		"Application/JSON; charset=utf-8": "Expecting to find auth in request body.",
		"application/x+json":              "Expecting to find auth in request body.",
		"text/plain":                      "Expecting to find application/json in Content-Type header.",
		"text/json":                       "Expecting to find application/json in Content-Type header.",
		";":                               "Expecting to find application/json in Content-Type header.",
	} {
		call := &wire.Call{Request: httptest.NewRequest("POST", base, nil), Address: wire.AddressOf(httptest.NewRequest("POST", base, nil)), Body: []byte("{}")}
		call.Request.Header.Set("Content-Type", contentType)
		if _, err := openCloud(t).api.CreateToken(call); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", contentType, err, want)
		}
	}
}

// Where users have their roles in the domain, too, they can sign in for it, and are
// told so. Their token has no project.
func TestDomainScope(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	v.api.GrantDomain()
	for name, want := range map[string]string{
		"alice": `"domain":{"id":"default","name":"Default"},"roles":[{"id":"*","name":"reader"},{"id":"*","name":"member"}],"catalog":[{`,
		"rita":  `"domain":{"id":"default","name":"Default"},"roles":[{"id":"*","name":"reader"}],"catalog":[{`,
	} {
		got := v.do(testCall{op: scenarios.CreateToken, body: password(name, "secret", inDomain)})
		if got.Status != 201 || !scenarios.MatchGlob("*"+want+"*", string(got.Body)) || strings.Contains(string(got.Body), `"project"`) {
			t.Errorf("%s: %d %s, want %s and no project", name, got.Status, got.Body, want)
		}
		w := v.as(got.Header.Get("X-Subject-Token"))
		w.do(testCall{op: scenarios.GetAuthDomains}).expect(t, 200, `"name":"Default"`)
		w.do(testCall{op: scenarios.ListProjects}).expect(t, 200, `"name":"beta"`)
		w.do(testCall{op: scenarios.GetProject, vars: []string{scenarios.ProjectID("beta")}}).expect(t, 200, `"name":"beta"`)
		w.do(testCall{op: scenarios.ListDomains}).expect(t, 403, "identity:list_domains")
	}
	v.as(v.mustCreateToken(password("alice", "secret", inAlpha))).do(testCall{op: scenarios.ListProjects}).expect(t, 403, "identity:list_projects")
	v.as(v.mustCreateToken(user(`"name": "alice", "domain": {"id": "default"}, "password": "secret"`))).do(testCall{op: scenarios.ListProjects}).expect(t, 403, "identity:list_projects")
	v.do(testCall{op: scenarios.CreateToken, body: password("alice", "secret", `{"domain": {"name": "nosuch"}}`)}).expect(t, 401, unauthorized)
	v.do(testCall{op: scenarios.CreateToken, body: password("alice", "wrong", inDomain)}).expect(t, 401, unauthorized)
}

package keystone_test

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// tokens returns a token of each kind, keyed by user and scope.
func tokens(v client) map[string]string {
	return map[string]string{
		"nobody":          "",
		"stranger":        "nope",
		"alice":           v.signIn("alice", "alpha"),
		"alice, unscoped": v.signIn("alice", ""),
		"rita":            v.signIn("rita", "alpha"),
		"bob":             v.signIn("bob", "beta"),
		"admin":           v.signIn("admin", "admin"),
		"admin, unscoped": v.signIn("admin", ""),
		"system":          v.mustCreateToken(password("admin", "secret", inSystem)),
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	const denied = `{"error":{"code":403,"message":"You are not authorized to perform the requested action: identity:%s.","title":"Forbidden"}}`
	alice, bob := scenarios.UserID("alice"), scenarios.UserID("bob")
	alpha, beta := scenarios.ProjectID("alpha"), scenarios.ProjectID("beta")
	admins := []string{"admin", "system"}
	everybody := []string{"alice", "alice, unscoped", "rita", "bob", "admin", "admin, unscoped", "system"}
	for _, test := range []struct {
		testCall
		may []string // the users who may call it; the others get 403
	}{
		{testCall{op: "list_users"}, admins},
		{testCall{op: "list_projects"}, admins},
		{testCall{op: "list_domains"}, admins},
		{testCall{op: "get_user", vars: []string{alice}}, []string{"alice", "alice, unscoped", "admin", "system"}},
		{testCall{op: "get_user", vars: []string{bob}}, []string{"bob", "admin", "system"}},
		{testCall{op: "list_user_projects", vars: []string{alice}}, []string{"alice", "alice, unscoped", "admin", "system"}},
		{testCall{op: "get_project", vars: []string{alpha}}, []string{"alice", "rita", "admin", "system"}},
		{testCall{op: "get_project", vars: []string{beta}}, []string{"bob", "admin", "system"}},
		{testCall{op: "get_domain", vars: []string{"default"}}, []string{"alice", "rita", "bob", "admin", "system"}},
		{testCall{op: "get_auth_projects"}, everybody},
		{testCall{op: "get_auth_domains"}, everybody},
		{testCall{op: "get_auth_system"}, everybody},
		{testCall{op: "list_application_credentials", vars: []string{alice}}, []string{"alice", "alice, unscoped", "admin", "system"}},
	} {
		v := cloud(t)
		may := make(map[string]bool)
		for _, who := range test.may {
			may[who] = true
		}
		for who, token := range tokens(v) {
			got := v.as(token).do(test.testCall)
			switch {
			case who == "nobody" || who == "stranger":
				got.expect(t, 401, unauthorized)
			case may[who]:
				if got.Status != 200 {
					t.Errorf("%s %v as %s: %d %s", test.op, test.vars, who, got.Status, got.Body)
				}
			default:
				got.expect(t, 403, fmt.Sprintf(denied, test.op))
			}
		}
	}
}

func TestReadOperations(t *testing.T) {
	t.Parallel()
	alice, alpha := scenarios.UserID("alice"), scenarios.ProjectID("alpha")
	const api = base + "/identity/v3"
	project := `{"id":"` + alpha + `","name":"alpha","domain_id":"default","description":"","enabled":true,"parent_id":"default","is_domain":false,"tags":[],"options":{},"links":{"self":"` + api + `/projects/` + alpha + `"}}`
	person := `{"id":"` + alice + `","name":"alice","domain_id":"default","enabled":true,"password_expires_at":null,"options":{},"links":{"self":"` + api + `/users/` + alice + `"}}`
	domain := `{"id":"default","name":"Default","description":"The default domain","enabled":true,"tags":[],"options":{},"links":{"self":"` + api + `/domains/default"}}`
	list := func(key, items, self string) string {
		return `"links":{"next":null,"previous":null,"self":"` + api + self + `"},"` + key + `":[` + items + `]}`
	}
	for _, test := range []struct {
		as string
		testCall
		status int
		want   string
	}{
		{"alice", testCall{op: "get_auth_projects"}, 200, list("projects", project, "/auth/projects")},
		{"alice", testCall{op: "get_auth_projects", query: "?name=x"}, 200, list("projects", project, "/auth/projects?name=x")},
		{"alice", testCall{op: "get_auth_domains"}, 200, `{"domains":[],` + list("", "", "/auth/domains")[:85]},
		{"alice", testCall{op: "get_auth_system"}, 200, `{"links":{"self":"` + api + `/auth/system"},"system":[]}`},
		{"admin", testCall{op: "get_auth_system"}, 200, `"system":[{"all":true}]`},
		{"admin, unscoped", testCall{op: "get_auth_system"}, 200, `"system":[{"all":true}]`},
		{"alice", testCall{op: "get_auth_catalog"}, 200, `"url":"` + base + `","region":"RegionOne"}`},
		{"alice, unscoped", testCall{op: "get_auth_catalog"}, 403, `"You are not authorized to perform the requested action."`},
		{"system", testCall{op: "get_auth_catalog"}, 403, `"You are not authorized to perform the requested action."`},

		{"alice", testCall{op: "get_project", vars: []string{alpha}}, 200, `{"project":` + project + `}`},
		{"admin", testCall{op: "get_project", vars: []string{"nosuch"}}, 404, `{"error":{"code":404,"message":"Could not find project: nosuch.","title":"Not Found"}}`},
		{"admin", testCall{op: "get_project", vars: []string{"alpha"}}, 404, `Could not find project: alpha.`},
		{"admin", testCall{op: "list_projects", query: "?name=alpha"}, 200, list("projects", project, "/projects?name=alpha")},
		{"admin", testCall{op: "list_projects", query: "?name=nosuch"}, 200, list("projects", "", "/projects?name=nosuch")},
		{"admin", testCall{op: "list_projects", query: "?domain_id=x"}, 200, `"projects":[]`},
		{"admin", testCall{op: "list_projects", query: "?enabled=False"}, 200, `"projects":[]`},
		{"admin", testCall{op: "list_projects", query: "?enabled=true&limit=1"}, 200, `"name":"beta"`},

		{"alice", testCall{op: "get_user", vars: []string{alice}}, 200, `{"user":` + person + `}`},
		{"admin", testCall{op: "get_user", vars: []string{"alice"}}, 404, `Could not find user: alice.`},
		{"admin", testCall{op: "list_users", query: "?name=alice"}, 200, list("users", person, "/users?name=alice")},
		{"alice", testCall{op: "list_user_projects", vars: []string{alice}}, 200, list("projects", project, "/users/"+alice+"/projects")},
		{"alice", testCall{op: "list_user_projects", vars: []string{alice}, query: "?name=x"}, 200, `"projects":[]`},
		{"admin", testCall{op: "list_user_projects", vars: []string{"nosuch"}}, 404, `Could not find user: nosuch.`},

		{"alice", testCall{op: "get_domain", vars: []string{"default"}}, 200, `{"domain":` + domain + `}`},
		{"alice", testCall{op: "get_domain", vars: []string{"nosuch"}}, 403, `identity:get_domain`},
		{"admin", testCall{op: "get_domain", vars: []string{"nosuch"}}, 404, `Could not find domain: nosuch.`},
		{"admin", testCall{op: "list_domains"}, 200, domain},
		{"admin", testCall{op: "list_domains", query: "?name=x"}, 200, `"domains":[]`},

		{"nobody", testCall{op: "list_users", body: "{"}, 400, `Expecting to find valid JSON in request body.`},
	} {
		v := cloud(t)
		v.as(tokens(v)[test.as]).do(test.testCall).expect(t, test.status, test.want)
	}
}

// A user who is not declared has the projects that the user got tokens for.
func TestOpenProjects(t *testing.T) {
	t.Parallel()
	v := openCloud(t)
	names := func(token string) (all []string) {
		for _, p := range v.as(token).do(testCall{op: "get_auth_projects"}).get(t, "projects").([]any) {
			all = append(all, p.(map[string]any)["name"].(string))
		}
		return all
	}
	unscoped := v.signIn("carol", "")
	if got := names(unscoped); len(got) != 1 || got[0] != scenarios.DefaultProject {
		t.Errorf("before the first scoped token the projects of carol are %v", got)
	}
	v.signIn("carol", "alpha")
	v.signIn("carol", "beta")
	v.signIn("carol", "alpha")
	if got := fmt.Sprint(names(unscoped)); got != "[alpha beta]" {
		t.Errorf("after the scoped tokens the projects of carol are %v", got)
	}
	v.as(unscoped).do(testCall{op: "get_auth_domains"}).expect(t, 200, `"name":"Default"`)
}

func TestValidateAndRevoke(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	all := tokens(v)
	const denied = "You are not authorized to perform the requested action: identity:"
	for _, test := range []struct {
		op     scenarios.Operation
		as, of string
		status int
		text   string
	}{
		{op: "validate_token", as: "alice", of: "alice", status: 200},
		{op: "validate_token", as: "alice", of: "alice, unscoped", status: 200},
		{op: "validate_token", as: "alice", of: "rita", status: 403, text: denied + "validate_token."},
		{op: "validate_token", as: "alice", of: "stranger", status: 404, text: "Could not recognize Fernet token"},
		{op: "validate_token", as: "alice", of: "nobody", status: 403, text: denied + "validate_token."},
		{op: "validate_token", as: "admin", of: "nobody", status: 404, text: "No token in the request"},
		{op: "validate_token", as: "admin", of: "bob", status: 200},
		{op: "validate_token", as: "system", of: "bob", status: 200},
		{op: "validate_token", as: "admin, unscoped", of: "bob", status: 403, text: denied + "validate_token."},
		{op: "validate_token", as: "nobody", of: "bob", status: 401, text: unauthorized},
		{op: "validate_token", as: "stranger", of: "bob", status: 401, text: unauthorized},

		{op: "revoke_token", as: "rita", of: "bob", status: 403, text: denied + "revoke_token."},
		{op: "revoke_token", as: "rita", of: "stranger", status: 404, text: "Could not recognize Fernet token"},
		{op: "revoke_token", as: "alice", of: "alice, unscoped", status: 204},
		{op: "revoke_token", as: "admin", of: "alice, unscoped", status: 404, text: "Failed to validate token"},
		{op: "validate_token", as: "admin", of: "alice, unscoped", status: 404, text: "Failed to validate token"},
		{op: "revoke_token", as: "admin", of: "bob", status: 204},
		{op: "validate_token", as: "bob", of: "bob", status: 401, text: unauthorized},
		{op: "revoke_token", as: "alice", of: "alice", status: 204},
		{op: "validate_token", as: "alice", of: "alice", status: 401, text: unauthorized},
	} {
		v.as(all[test.as]).do(testCall{op: test.op, subject: all[test.of]}).expect(t, test.status, test.text)
	}
	v.do(testCall{op: scenarios.CreateToken, body: withToken(all["bob"], inBeta)}).expect(t, 404, "Failed to validate token")
}

// Unless the server is strict, any token is valid until it is revoked.
func TestRevokeUnlessStrict(t *testing.T) {
	t.Parallel()
	v := openCloud(t).as("mine")
	v.do(testCall{op: "validate_token", subject: "any other"}).expect(t, 200, `"name":"demo"`)
	v.do(testCall{op: "revoke_token", subject: "any other"}).expect(t, 204, "")
	v.do(testCall{op: "validate_token", subject: "any other"}).expect(t, 404, "Failed to validate token")
	if v.api.Identify(request("any other")).Known() {
		t.Error("a revoked token is valid")
	}
	if !v.api.Identify(request("yet another")).Known() {
		t.Error("a token that was not revoked is invalid")
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	const version = `{"id":"v3.14","status":"stable","updated":"2020-04-07T00:00:00Z","links":[{"rel":"self","href":"http://cloud.example:9292/identity/v3/"}],"media-types":[{"base":"application/json","type":"application/vnd.openstack.identity-v3+json"}]}`
	const notFound = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"
	const notAllowed = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n"
	vary := map[string]string{"Vary": "X-Auth-Token"}
	allow := map[string]string{"Vary": "X-Auth-Token", "Allow": "GET, HEAD, OPTIONS, POST"}
	disallow := func(a *keystone.API, c *wire.Call) (wire.Reply, error) {
		return a.MethodNotAllowed(c, []string{"POST", "GET", "HEAD"})
	}
	for _, test := range []struct {
		do           operation
		method, path string
		status       int
		body         string
		header       map[string]string
	}{
		{(*keystone.API).GetIdentity, "GET", "/identity", 300, `{"versions":{"values":[` + version + `]}}`, map[string]string{"Location": base + "/identity/v3/", "Vary": "X-Auth-Token"}},
		{(*keystone.API).GetIdentity, "GET", "/identity/v3", 200, `{"version":` + version + `}`, vary},
		{(*keystone.API).NoRoute, "GET", "/identity/v3/nosuch", 404, notFound, vary},
		{(*keystone.API).NoRoute, "OPTIONS", "/identity/v3/nosuch", 200, "", map[string]string{"Vary": ""}},
		{(*keystone.API).GetHealthcheck, "GET", "/identity/healthcheck", 200, "", map[string]string{"Vary": ""}},
		{(*keystone.API).GetHealthcheck, "HEAD", "/identity/healthcheck", 204, "", map[string]string{"Vary": ""}},
		{disallow, "PUT", "/identity/v3/auth/tokens", 405, `{"message":"The method is not allowed for the requested URL."}`, allow},
		{disallow, "PUT", "/identity/v3", 405, notAllowed, allow},
		{disallow, "OPTIONS", "/identity/v3/auth/tokens", 200, "", allow},
	} {
		call := &wire.Call{Request: httptest.NewRequest(test.method, base+test.path, nil), Address: wire.AddressOf(httptest.NewRequest("GET", base, nil)), Identity: true, Pattern: test.path}
		rep, err := test.do(cloud(t).api, call)
		if err != nil {
			rep = dialect.RenderIdentity(err)
		}
		if rep.Status != test.status || string(rep.Body) != test.body {
			t.Errorf("%s %s: %d %s %v", test.method, test.path, rep.Status, rep.Body, rep.Header)
		}
		for key, want := range test.header {
			if got := rep.Header.Get(key); got != want {
				t.Errorf("%s %s: %s is %q, want %q", test.method, test.path, key, got, want)
			}
		}
	}
}

// Many operations at once, for the race detector. Of several credentials with the same
// name, only one is created.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	admin := v.signIn("admin", "admin")
	var created atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			token := v.signIn("alice", "alpha")
			v.as(token).do(testCall{op: "get_auth_projects"}).expect(t, 200, `"alpha"`)
			v.as(admin).do(testCall{op: "list_users"}).expect(t, 200, `"alice"`)
			v.as(admin).do(testCall{op: "validate_token", subject: token}).expect(t, 200, `"alice"`)
			got := v.as(token).do(testCall{
				op: "create_application_credential", vars: []string{scenarios.UserID("alice")},
				body: fmt.Sprintf(`{"application_credential": {"name": "%d"}}`, i%5),
			})
			if got.Status == 201 {
				created.Add(1)
			}
			v.as(admin).do(testCall{op: "revoke_token", subject: token}).expect(t, 204, "")
		})
	}
	wg.Wait()
	if created.Load() != 5 {
		t.Errorf("%d application credentials were created, with five names", created.Load())
	}
}

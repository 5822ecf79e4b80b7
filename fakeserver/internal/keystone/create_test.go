package keystone_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// cloud is a strict server with the users of the recorded conversations.
func cloud(t testing.TB) visitor {
	declare := func(name, project, role string) scenarios.User {
		return scenarios.User{Name: name, Password: "secret", Project: project, Roles: []string{role}}
	}
	clk := new(clock.Clock)
	return visitor{t: t, clk: clk, api: keystone.New(scenarios.Auth{Strict: true, Users: []scenarios.User{
		declare("admin", "admin", scenarios.RoleAdmin),
		declare("alice", "alpha", scenarios.RoleMember),
		declare("bob", "beta", scenarios.RoleMember),
		declare("rita", "alpha", scenarios.RoleReader),
	}}, 1, clk)}
}

// openCloud is a server where nobody is declared.
func openCloud(t testing.TB) visitor {
	clk := new(clock.Clock)
	return visitor{t: t, clk: clk, api: keystone.New(scenarios.Auth{}, 1, clk)}
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
		says   string
	}{
		// Who asks.
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

		// What for.
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

		// How.
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

		// Not a request at all.
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
		got := cloud(t).ask(question{op: scenarios.CreateToken, body: test.body})
		// HTML's characters come escaped from package json.
		got.Body = []byte(strings.ReplaceAll(string(got.Body), `\u0027`, "'"))
		if got.Status != test.status || !strings.Contains(string(got.Body), test.says) {
			t.Errorf("%s\ngot  %d %s\nwant %d … %s", test.body, got.Status, got.Body, test.status, test.says)
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

// The whole answer, as recorded but for ids and times.
func TestTokenDocument(t *testing.T) {
	t.Parallel()
	const want = `{"token":{"methods":["password"],
"user":{"domain":{"id":"default","name":"Default"},"id":"<hex>","name":"alice","password_expires_at":null},
"audit_ids":["<audit>"],"expires_at":"<time>","issued_at":"<time>",
"project":{"domain":{"id":"default","name":"Default"},"id":"<hex>","name":"alpha"},"is_domain":false,
"roles":[{"id":"<hex>","name":"reader"},{"id":"<hex>","name":"member"}],
"catalog":[
{"endpoints":[
{"id":"<hex>","interface":"public","region_id":"RegionOne","url":"http://cloud.example:9292/identity/v3","region":"RegionOne"},
{"id":"<hex>","interface":"internal","region_id":"RegionOne","url":"http://cloud.example:9292/identity/v3","region":"RegionOne"},
{"id":"<hex>","interface":"admin","region_id":"RegionOne","url":"http://cloud.example:9292/identity/v3","region":"RegionOne"}],
"id":"<hex>","type":"identity","name":"keystone"},
{"endpoints":[
{"id":"<hex>","interface":"public","region_id":"RegionOne","url":"http://cloud.example:9292","region":"RegionOne"},
{"id":"<hex>","interface":"internal","region_id":"RegionOne","url":"http://cloud.example:9292","region":"RegionOne"},
{"id":"<hex>","interface":"admin","region_id":"RegionOne","url":"http://cloud.example:9292","region":"RegionOne"}],
"id":"<hex>","type":"image","name":"glance"}]}}`
	v := cloud(t)
	body := scope(inAlpha)
	got := v.ask(question{op: scenarios.CreateToken, body: body})
	if text := normal(got.Body); got.Status != 201 || text != strings.ReplaceAll(want, "\n", "") {
		t.Errorf("got %d %s", got.Status, text)
	}
	token := got.Header.Get("X-Subject-Token")
	seen := v.as(token).ask(question{op: "validate_token", subject: token})
	if seen.Status != 200 || string(seen.Body) != string(got.Body) || seen.Header.Get("X-Subject-Token") != token {
		t.Errorf("validate_token shows another token: %d %s", seen.Status, seen.Body)
	}
	for _, q := range []question{
		{op: scenarios.CreateToken, body: body, query: "?nocatalog"},
		{op: "validate_token", subject: token, query: "?nocatalog=0"},
	} {
		if lean := v.as(token).ask(q).get(t, "token").(map[string]any); lean["catalog"] != nil || lean["roles"] == nil {
			t.Errorf("%s: with nocatalog the token is %v", q.op, lean)
		}
	}
}

func normal(body []byte) string {
	text := string(body)
	for pattern, name := range map[string]string{
		`"[0-9a-f]{32}"`: `"<hex>"`,
		`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"`: `"<time>"`,
		`"[\w-]{22}"`: `"<audit>"`,
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, name)
	}
	return text
}

func TestUnscopedTokenDocument(t *testing.T) {
	t.Parallel()
	got := cloud(t).ask(question{op: scenarios.CreateToken, body: scope(`"unscoped"`)})
	const want = `{"token":{"methods":["password"],"user":{"domain":{"id":"default","name":"Default"},"id":"<hex>","name":"alice","password_expires_at":null},"audit_ids":["<audit>"],"expires_at":"<time>","issued_at":"<time>"}}`
	if text := normal(got.Body); text != want {
		t.Errorf("got %s", text)
	}
}

// Where nobody is declared, everybody is who they say and may go where they ask.
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
		if got := v.api.Identify(request(v.mustGet(test.body))); got != test.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", test.body, got, test.want)
		}
	}
	for _, body := range []string{
		password("carol", "", inSystem),
		password("carol", "", `{"project": {"name": "alpha", "domain": {"name": "nosuch"}}}`),
		password("carol", "", `{"project": {"id": ""}}`),
		user(`"name": "carol", "domain": {"id": "default"}`),
	} {
		openCloud(t).ask(question{op: scenarios.CreateToken, body: body}).expect(t, 401, unauthorized)
	}
}

// A project or user that was known by its id alone takes the name that goes with it.
func TestNamesAreLearned(t *testing.T) {
	t.Parallel()
	v := openCloud(t)
	id := scenarios.ProjectID("alpha")
	v.mustGet(password("carol", "", `{"project": {"id": "`+id+`"}}`))
	v.signIn("carol", "alpha")
	token := v.mustGet(password("carol", "", `{"project": {"id": "`+id+`"}}`))
	if got, want := v.api.Identify(request(token)), member("carol", "alpha"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTokenMethod(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	first := v.ask(question{op: scenarios.CreateToken, body: scope(`"unscoped"`)})
	unscoped := first.Header.Get("X-Subject-Token")
	v.clk.Advance(time.Hour)
	got := v.ask(question{op: scenarios.CreateToken, body: withToken(unscoped, inAlpha)})
	if got.Status != 201 {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	if a, b := got.get(t, "token", "expires_at"), first.get(t, "token", "expires_at"); a != b {
		t.Errorf("the new token ends %v, the old one %v", a, b)
	}
	if a, b := got.get(t, "token", "issued_at"), first.get(t, "token", "issued_at"); a == b {
		t.Error("the new token was issued when the old one was")
	}
	if methods := fmt.Sprint(got.get(t, "token", "methods")); methods != "[token password]" {
		t.Errorf("methods are %s", methods)
	}
	audit := got.get(t, "token", "audit_ids").([]any)
	if old := first.get(t, "token", "audit_ids").([]any); len(audit) != 2 || audit[1] != old[0] || audit[0] == old[0] {
		t.Errorf("audit ids are %v after %v", audit, old)
	}
	again := v.ask(question{op: scenarios.CreateToken, body: withToken(got.Header.Get("X-Subject-Token"), inAlpha)})
	if chain := again.get(t, "token", "audit_ids").([]any); len(chain) != 2 || chain[1] != audit[1] {
		t.Errorf("audit ids are %v after %v", chain, audit)
	}

	system := v.mustGet(password("admin", "secret", inSystem))
	const fromSystem = "Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.."
	for _, test := range []struct {
		token, scope string
		status       int
		says         string
	}{
		{unscoped, inBeta, 401, unauthorized},
		{system, `"unscoped"`, 201, `"admin"`},
		{system, inSystem, 201, `"system":{"all":true}`},
		{system, `{"project": {"name": "admin", "domain": {"id": "default"}}}`, 403, fromSystem},
		{system, inDomain, 403, fromSystem},
	} {
		v.ask(question{op: scenarios.CreateToken, body: withToken(test.token, test.scope)}).expect(t, test.status, test.says)
	}

	both := `{"auth": {"identity": {"methods": ["token", "password"], "token": {"id": "` + unscoped + `"},
		"password": {"user": {"name": %q, "domain": {"id": "default"}, "password": "secret"}}}}}`
	v.ask(question{op: scenarios.CreateToken, body: fmt.Sprintf(both, "alice")}).expect(t, 201, `"alice"`)
	v.ask(question{op: scenarios.CreateToken, body: fmt.Sprintf(both, "bob")}).expect(t, 401, unauthorized)
	v.clk.Advance(23 * time.Hour)
	v.ask(question{op: scenarios.CreateToken, body: withToken(unscoped, inAlpha)}).expect(t, 404, "Failed to validate token")
}

// Two servers with one seed issue the same tokens to the same calls.
func TestTokensFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	issue := func(seed uint64) []string {
		clk := new(clock.Clock)
		v := visitor{t: t, clk: clk, api: keystone.New(scenarios.Auth{}, seed, clk)}
		var all []string
		for i := range 20 {
			got := v.ask(question{op: scenarios.CreateToken, body: scope(inAlpha)})
			all = append(all, got.Header.Get("X-Subject-Token"), fmt.Sprint(got.get(t, "token", "audit_ids")))
			made := v.as(all[0]).ask(question{
				op: "create_application_credential", vars: []string{scenarios.UserID("alice")},
				body: fmt.Sprintf(`{"application_credential": {"name": "app-%d"}}`, i),
			})
			all = append(all, fmt.Sprint(made.get(t, "application_credential", "id")), fmt.Sprint(made.get(t, "application_credential", "secret")))
		}
		return all
	}
	seen := make(map[string]bool)
	for _, seed := range []uint64{1, 2} {
		first, second := issue(seed), issue(seed)
		for i := range first {
			if first[i] != second[i] {
				t.Errorf("seed %d: %s, then %s", seed, first[i], second[i])
			}
			if seen[first[i]] {
				t.Errorf("seed %d: %s was issued before", seed, first[i])
			}
			seen[first[i]] = true
			if i%4 == 0 && !regexp.MustCompile(`^gAAAA[\w=-]{40,}$`).MatchString(first[i]) {
				t.Errorf("%s is not in the form of a Fernet token", first[i])
			}
		}
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
		call := &wire.Call{Request: httptest.NewRequest("POST", base, nil), Body: []byte("{}")}
		call.Request.Header.Set("Content-Type", contentType)
		if _, err := openCloud(t).api.CreateToken(call); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", contentType, err, want)
		}
	}
}

func FuzzCreateToken(f *testing.F) {
	for _, body := range []string{
		"", "{}", `{"auth": {}}`, scope(inAlpha), scope(inSystem), scope(inDomain), scope(`{}`), scope(`null`),
		withToken("x", inAlpha), withToken("", `"unscoped"`), user(`"id": "x"`), identity(`{"methods": []}`),
		identity(`{"methods": ["application_credential"], "application_credential": {"id": "x", "secret": "x"}}`),
		identity(`{"methods": ["application_credential"], "application_credential": null}`),
		identity(`{"methods": ["application_credential"], "application_credential": {"name": "x", "user": {"name": "x", "domain": {"id": "default"}}}}`),
		identity(`{"methods": ["password", "token"], "password": {"user": {}}, "token": {"id": "x"}}`),
	} {
		f.Add(body, "application/json", true)
		f.Add(body, "", false)
	}
	f.Fuzz(func(t *testing.T, body, contentType string, declared bool) {
		v := openCloud(t)
		if declared {
			v = cloud(t)
		}
		call := &wire.Call{Request: httptest.NewRequest("POST", base, nil), Now: v.clk.Now(), Body: []byte(body)}
		call.Request.Header.Set("Content-Type", contentType)
		rep, err := v.api.CreateToken(call)
		var e *wire.Error
		switch {
		case errors.As(err, &e):
			if e.Status < 400 || e.Status > 404 || e.Message == "" {
				t.Errorf("%d %q", e.Status, e.Message)
			}
		case err != nil:
			t.Errorf("the error is %T: %v", err, err)
		case rep.Status == 201:
			if token := rep.Header.Get("X-Subject-Token"); !v.api.Identify(request(token)).Known() {
				t.Errorf("the token %s does not hold", token)
			}
		case rep.Status != 401:
			t.Errorf("%d %s", rep.Status, rep.Body)
		}
	})
}

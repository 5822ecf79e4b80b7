package keystone_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

func newCredential(fields string) string { return `{"application_credential": {` + fields + `}}` }

func withCredential(fields string) string {
	return identity(`{"methods": ["application_credential"], "application_credential": {` + fields + `}}`)
}

func TestCreateApplicationCredential(t *testing.T) {
	t.Parallel()
	alice := []string{scenarios.UserID("alice")}
	v := cloud(t)
	all := tokens(v)
	v.as(all["alice"]).do(testCall{op: "create_application_credential", vars: alice, body: newCredential(`"name": "taken"`)}).expect(t, 201, "")
	for _, test := range []struct {
		as, body string
		status   int
		text     string
	}{
		{"alice", newCredential(`"name": "one"`), 201, `"expires_at":null,"unrestricted":null,"roles":[{"id":`},
		{"alice", newCredential(`"name": "two", "description": "d", "secret": "s3cr3t", "unrestricted": true, "expires_at": "2100-01-02T03:04:05"`), 201, `"expires_at":"2100-01-02T03:04:05.000000","unrestricted":true`},
		{"alice", newCredential(`"name": "three", "expires_at": "2100-01-02T03:04:05.5Z", "secret": null`), 201, `"expires_at":"2100-01-02T03:04:05.500000"`},
		{"alice", newCredential(`"name": "four", "roles": [{"name": "reader"}]`), 201, `"name":"reader","domain_id":null,"description":null,"options":{"immutable":true}}],"secret"`},
		{"alice, unscoped", newCredential(`"name": "five"`), 201, `"project_id":null,"system":null,"expires_at":null,"unrestricted":null,"roles":[]`},
		{"alice", newCredential(`"name": "taken"`), 409, "Conflict occurred attempting to store application_credential - Duplicate entry found with name taken."},
		{"alice", newCredential(``), 400, `'name' is a required property`},
		{"alice", `{}`, 400, `'name' is a required property`},
		{"alice", ``, 400, `'name' is a required property`},
		{"alice", `{"application_credential": null}`, 400, `None is not of type 'object'`},
		{"alice", newCredential(`"name": ""`), 400, `Invalid input for field 'name': '' is too short`},
		{"alice", newCredential(`"name": "` + strings.Repeat("x", 256) + `"`), 400, `x' is too long`},
		{"alice", newCredential(`"name": "x", "secret": 1`), 400, `Invalid input for field 'secret': 1 is not of type 'null', 'string'`},
		{"alice", newCredential(`"name": "x", "roles": [{}]`), 400, `Invalid input for field 'roles/0': {} does not have enough properties`},
		{"alice", newCredential(`"name": "x", "roles": [{"id": "a", "name": "b"}]`), 400, `Invalid input for field 'roles/0': {'id': 'a', 'name': 'b'} has too many properties`},
		{"alice", newCredential(`"name": "x", "roles": [{"name": "admin"}]`), 400, "Invalid application credential: Cannot create an application credential with unassigned role"},
		{"alice", newCredential(`"name": "x", "roles": [{"id": "nosuch"}]`), 400, "Invalid application credential: Cannot create an application credential with unassigned role"},
		{"alice", newCredential(`"name": "x", "roles": [{"name": "nosuch"}]`), 404, "Role nosuch is not defined"},
		{"alice", newCredential(`"name": "x", "expires_at": "2100-01-02"`), 400, "Timestamp not in expected format."},
		{"alice", newCredential(`"name": "x", "expires_at": "2001-01-02T03:04:05"`), 400, "The 'expires_at' must not be before now."},
		{"bob", newCredential(`"name": "x"`), 403, "identity:create_application_credential."},
		{"admin", newCredential(`"name": "x"`), 403, "identity:create_application_credential."},
		{"nobody", newCredential(`"name": "x"`), 401, unauthorized},
	} {
		got := v.as(all[test.as]).do(testCall{op: "create_application_credential", vars: alice, body: test.body})
		got.expect(t, test.status, test.text)
	}
	names := v.as(all["alice"]).do(testCall{op: "list_application_credentials", vars: alice, query: "?name=four"})
	if list := names.get(t, "application_credentials").([]any); len(list) != 1 || strings.Contains(string(names.Body), "secret") {
		t.Errorf("the list is %s", names.Body)
	}
}

func TestApplicationCredential(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	all := tokens(v)
	alice := scenarios.UserID("alice")
	create := func(token, fields string) (id, secret string) {
		got := v.as(token).do(testCall{op: "create_application_credential", vars: []string{alice}, body: newCredential(fields)})
		got.expect(t, 201, "")
		return got.get(t, "application_credential", "id").(string), got.get(t, "application_credential", "secret").(string)
	}
	id, secret := create(all["alice"], `"name": "one"`)
	proof := fmt.Sprintf(`"id": %q, "secret": %q`, id, secret)
	token := v.mustCreateToken(withCredential(proof))
	if got, want := v.api.Identify(request(token)), member("alice", "alpha"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	v.as(token).do(testCall{op: "validate_token", subject: token}).
		expect(t, 200, fmt.Sprintf(`"application_credential":{"id":%q,"name":"one","restricted":true}`, id))

	for _, test := range []struct {
		body   string
		status int
		text   string
	}{
		{withCredential(`"name": "one", "secret": "` + secret + `", "user": {"id": "` + alice + `"}`), 201, `"alice"`},
		{withCredential(`"name": "one", "secret": "` + secret + `", "user": {"name": "alice", "domain": {"id": "default"}}`), 201, `"alice"`},
		{withCredential(`"name": "one", "user": {"name": "alice", "domain": {"id": "nosuch"}}`), 401, unauthorized},
		{withCredential(`"name": "one", "user": {"name": "alice"}`), 400, "Expecting to find domain in user."},
		{withCredential(`"name": "one", "user": {"name": "nosuch", "domain": {"id": "default"}}`), 404, "Could not find user: nosuch."},
		{withCredential(`"name": "two", "user": {"id": "` + alice + `"}`), 401, unauthorized},
		{withCredential(`"name": "one"`), 400, "Expecting to find user in application credential."},
		{withCredential(``), 400, "Expecting to find name or ID in application credential."},
		{withCredential(`"id": "nosuch"`), 404, "Could not find Application Credential: nosuch."},
		{withCredential(`"id": "` + id + `", "secret": "x"`), 401, unauthorized},
		{withCredential(`"id": "` + id + `"`), 401, unauthorized},
		{withCredential(`"id": "` + id + `", "secret": 1`), 400, "Expecting to find string in password."},
		{identity(`{"methods": ["application_credential"]}`), 400, "Expecting to find application_credential in identity."},
		{strings.TrimSuffix(withCredential(proof), "}}") + `, "scope": "unscoped"}}`, 401, "Error authenticating with application credential: Application credentials cannot request a scope."},
		{withToken(token, inAlpha), 403, "Using a delegated token to create another token is not allowed.."},
	} {
		v.do(testCall{op: scenarios.CreateToken, body: test.body}).expect(t, test.status, test.text)
	}

	this := []string{alice, id}
	const noManaging = "Using method 'application_credential' is not allowed for managing additional application credentials.."
	for _, test := range []struct {
		token string
		testCall
		status int
		text   string
	}{
		{all["alice"], testCall{op: "get_application_credential", vars: this}, 200, `"name":"one"`},
		{all["admin"], testCall{op: "get_application_credential", vars: []string{scenarios.UserID("bob"), id}}, 200, `"name":"one"`},
		{all["bob"], testCall{op: "get_application_credential", vars: this}, 403, "identity:get_application_credential."},
		{all["bob"], testCall{op: "get_application_credential", vars: []string{scenarios.UserID("bob"), id}}, 403, "identity:get_application_credential."},
		{all["bob"], testCall{op: "delete_application_credential", vars: this}, 403, "identity:delete_application_credential."},
		{all["alice"], testCall{op: "get_application_credential", vars: []string{alice, "nosuch"}}, 404, "Could not find Application Credential: nosuch."},
		{token, testCall{op: "create_application_credential", vars: []string{alice}, body: newCredential(`"name": "more"`)}, 403, noManaging},
		{token, testCall{op: "delete_application_credential", vars: this}, 403, noManaging},
		{all["alice"], testCall{op: "delete_application_credential", vars: this}, 204, ""},
		{all["alice"], testCall{op: "delete_application_credential", vars: this}, 404, "Could not find Application Credential: " + id},
		{token, testCall{op: "get_auth_projects"}, 401, unauthorized},
	} {
		got := v.as(test.token).do(test.testCall)
		got.expect(t, test.status, test.text)
	}

	id, secret = create(all["alice"], `"name": "free", "unrestricted": true`)
	free := v.mustCreateToken(withCredential(fmt.Sprintf(`"id": %q, "secret": %q`, id, secret)))
	create(free, `"name": "created with another"`)

	id, secret = create(all["alice, unscoped"], `"name": "nowhere"`)
	nowhere := v.mustCreateToken(withCredential(fmt.Sprintf(`"id": %q, "secret": %q`, id, secret)))
	if got := v.api.Identify(request(nowhere)); got.ProjectID != "" || got.Roles != 0 || !got.Known() {
		t.Errorf("the token of an unscoped credential is for %+v", got)
	}
}

// When a credential expires, its tokens do too.
func TestApplicationCredentialExpires(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	end := v.clk.Now().Add(time.Hour).Format("2006-01-02T15:04:05")
	got := v.as(v.signIn("alice", "alpha")).do(testCall{
		op: "create_application_credential", vars: []string{scenarios.UserID("alice")},
		body: newCredential(`"name": "brief", "secret": "s", "expires_at": "` + end + `"`),
	})
	body := withCredential(fmt.Sprintf(`"id": %q, "secret": "s"`, got.get(t, "application_credential", "id")))
	token := v.mustCreateToken(body)
	v.clk.Advance(time.Hour)
	if v.api.Identify(request(token)).Known() {
		t.Error("the token is valid, but its credential has expired")
	}
	v.do(testCall{op: scenarios.CreateToken, body: body}).expect(t, 401, unauthorized)
}

func TestCredentialIsDeletedOnce(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	v.token = v.signIn("alice", "alpha")
	alice := scenarios.UserID("alice")
	got := v.do(testCall{op: "create_application_credential", vars: []string{alice}, body: newCredential(`"name": "one"`)})
	id := got.get(t, "application_credential", "id").(string)
	var deleted atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if v.do(testCall{op: "delete_application_credential", vars: []string{alice, id}}).Status == 204 {
				deleted.Add(1)
			}
		})
	}
	wg.Wait()
	if deleted.Load() != 1 {
		t.Errorf("%d of 50 deletions got 204, want 1", deleted.Load())
	}
}

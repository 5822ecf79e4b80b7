package keystone_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The whole document is as recorded from a real Keystone, except for ids and times.
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
	got := v.do(testCall{op: scenarios.CreateToken, body: body})
	if text := normalize(got.Body); got.Status != 201 || text != strings.ReplaceAll(want, "\n", "") {
		t.Errorf("got %d %s", got.Status, text)
	}
	token := got.Header.Get("X-Subject-Token")
	seen := v.as(token).do(testCall{op: "validate_token", subject: token})
	if seen.Status != 200 || string(seen.Body) != string(got.Body) || seen.Header.Get("X-Subject-Token") != token {
		t.Errorf("validate_token shows another token: %d %s", seen.Status, seen.Body)
	}
	for _, q := range []testCall{
		{op: scenarios.CreateToken, body: body, query: "?nocatalog"},
		{op: "validate_token", subject: token, query: "?nocatalog=0"},
	} {
		if lean := v.as(token).do(q).get(t, "token").(map[string]any); lean["catalog"] != nil || lean["roles"] == nil {
			t.Errorf("%s: with nocatalog the token is %v", q.op, lean)
		}
	}
}

// normalize replaces ids and times with placeholders.
func normalize(body []byte) string {
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
	got := cloud(t).do(testCall{op: scenarios.CreateToken, body: scope(`"unscoped"`)})
	const want = `{"token":{"methods":["password"],"user":{"domain":{"id":"default","name":"Default"},"id":"<hex>","name":"alice","password_expires_at":null},"audit_ids":["<audit>"],"expires_at":"<time>","issued_at":"<time>"}}`
	if text := normalize(got.Body); text != want {
		t.Errorf("got %s", text)
	}
}

func TestTokenMethod(t *testing.T) {
	t.Parallel()
	v := cloud(t)
	first := v.do(testCall{op: scenarios.CreateToken, body: scope(`"unscoped"`)})
	unscoped := first.Header.Get("X-Subject-Token")
	v.clk.Advance(time.Hour)
	got := v.do(testCall{op: scenarios.CreateToken, body: withToken(unscoped, inAlpha)})
	if got.Status != 201 {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	if a, b := got.get(t, "token", "expires_at"), first.get(t, "token", "expires_at"); a != b {
		t.Errorf("the new token expires %v, the old one %v", a, b)
	}
	if a, b := got.get(t, "token", "issued_at"), first.get(t, "token", "issued_at"); a == b {
		t.Error("the new token was issued at the same time as the old one")
	}
	if methods := fmt.Sprint(got.get(t, "token", "methods")); methods != "[token password]" {
		t.Errorf("methods are %s", methods)
	}
	audit := got.get(t, "token", "audit_ids").([]any)
	if old := first.get(t, "token", "audit_ids").([]any); len(audit) != 2 || audit[1] != old[0] || audit[0] == old[0] {
		t.Errorf("audit ids are %v after %v", audit, old)
	}
	again := v.do(testCall{op: scenarios.CreateToken, body: withToken(got.Header.Get("X-Subject-Token"), inAlpha)})
	if chain := again.get(t, "token", "audit_ids").([]any); len(chain) != 2 || chain[1] != audit[1] {
		t.Errorf("audit ids are %v after %v", chain, audit)
	}
	if kept := v.as(unscoped).do(testCall{op: "validate_token", subject: got.Header.Get("X-Subject-Token")}); string(kept.Body) != string(got.Body) {
		t.Errorf("the token has changed: %s, then %s", got.Body, kept.Body)
	}

	system := v.mustCreateToken(password("admin", "secret", inSystem))
	const fromSystem = "Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.."
	for _, test := range []struct {
		token, scope string
		status       int
		text         string
	}{
		{unscoped, inBeta, 401, unauthorized},
		{system, `"unscoped"`, 201, `"admin"`},
		{system, inSystem, 201, `"system":{"all":true}`},
		{system, `{"project": {"name": "admin", "domain": {"id": "default"}}}`, 403, fromSystem},
		{system, inDomain, 403, fromSystem},
	} {
		v.do(testCall{op: scenarios.CreateToken, body: withToken(test.token, test.scope)}).expect(t, test.status, test.text)
	}

	both := `{"auth": {"identity": {"methods": ["token", "password"], "token": {"id": "` + unscoped + `"},
		"password": {"user": {"name": %q, "domain": {"id": "default"}, "password": "secret"}}}}}`
	v.do(testCall{op: scenarios.CreateToken, body: fmt.Sprintf(both, "alice")}).expect(t, 201, `"alice"`)
	v.do(testCall{op: scenarios.CreateToken, body: fmt.Sprintf(both, "bob")}).expect(t, 401, unauthorized)
	v.clk.Advance(23 * time.Hour)
	v.do(testCall{op: scenarios.CreateToken, body: withToken(unscoped, inAlpha)}).expect(t, 404, "Failed to validate token")
}

// Two servers with the same seed issue the same tokens for the same calls.
func TestTokensFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	issue := func(seed uint64) []string {
		clk := new(clock.Clock)
		v := client{t: t, clk: clk, api: keystone.New(scenarios.Auth{}, seed, clk)}
		var all []string
		for i := range 20 {
			got := v.do(testCall{op: scenarios.CreateToken, body: scope(inAlpha)})
			all = append(all, got.Header.Get("X-Subject-Token"), fmt.Sprint(got.get(t, "token", "audit_ids")))
			made := v.as(all[0]).do(testCall{
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

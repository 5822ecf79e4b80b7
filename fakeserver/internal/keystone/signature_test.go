package keystone_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A signedRequest was signed by a vendor's SDK, with the access key AK and the secret
// key of keyAuth.
type signedRequest struct {
	name         string
	method, path string
	header       string // one field per line
	body         string
	made         time.Time
}

const (
	imagePath = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	alpha     = "7cd5162115e1e52def84e8db38ce0108" // project alpha
)

// huawei is when huaweicloud-sdk-go-v3 0.1.207 signed its requests.
var huawei = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func byHuawei(signed, signature string) string {
	return `User-Agent: huaweicloud-usdk-go/3.0
X-Project-Id: ` + alpha + `
X-Sdk-Date: 20260102T030405Z
Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders=` + signed + `, Signature=` + signature
}

// telekom is when gophertelekomcloud 0.9.4 signed its requests, in the older form.
var telekom = time.Date(2026, 11, 23, 15, 23, 1, 0, time.UTC)

func byTelekom(signed, signature string) string {
	return `Accept: application/json
Content-Type: application/json
User-Agent: golangsdk/2.0.0
X-Sdk-Date: 20261123T152301Z
Authorization: SDK-HMAC-SHA256 Credential=AK/20261123///sdk_request, SignedHeaders=` + signed + `, Signature=` + signature
}

var signedRequests = []signedRequest{
	{
		"huawei: query", "GET", "/v2/images?name=a%20b%2Fc~d%2A%C3%A9&tag=x%3Dy",
		byHuawei("user-agent;x-project-id;x-sdk-date", "cdb08db75d17556d4b69aef31e2dd7e1ef0fd7c8b53f3717cf8c7ff5b2e78df9"), "", huawei,
	},
	{
		"huawei: path", "PUT", imagePath + "/tags/a%20b",
		byHuawei("user-agent;x-project-id;x-sdk-date", "12fec7c7d0f9019b289e4daa4c08dac981d99ff56e96bcc5aef3de9fd1229961"), "", huawei,
	},
	{
		"huawei: body", "DELETE", imagePath,
		byHuawei("user-agent;x-project-id;x-sdk-date", "fa0d577a09bb139e9def56770d4f86698fb9b4105e1c3791ee13a571f3808df9"),
		"{\"delete_backup\":false}\n", huawei,
	},
	{
		"huawei: unsigned body", "PATCH", imagePath,
		byHuawei("user-agent;x-project-id;x-sdk-content-sha256;x-sdk-date", "3eec4015a821b239a3de67356e68362d43937eac4604946ad41573ffb0a30531") +
			"\nX-Sdk-Content-Sha256: UNSIGNED-PAYLOAD", "whatever", huawei,
	},
	{
		"telekom: query", "GET", "/v2/images?name=a+b%2Fc~d%2A%C3%A9&tag=x%3Dy",
		byTelekom("accept;host;user-agent;x-sdk-date", "3c56627b9fbb59090fa22c1c6f7393a1e09684398c22d42d114c8b6c844f233f"), "", telekom,
	},
	{
		"telekom: body", "DELETE", imagePath,
		byTelekom("accept;content-type;host;user-agent;x-sdk-date", "2610753fe454936f63ed14c3f90fb0983cb44ede0c5443ef9bd1e079098fe816"),
		"{\"delete_backup\":true}\n", telekom,
	},
}

func (s signedRequest) request() *http.Request {
	r := httptest.NewRequest(s.method, s.path, nil)
	r.Host = "127.0.0.1:38271"
	for line := range strings.SplitSeq(s.header, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	return r
}

var keyAuth = scenarios.Auth{
	Strict: true,
	Users:  []scenarios.User{{Name: "ann", Project: "alpha"}},
	Keys:   []scenarios.Key{{Access: "AK", Secret: "the secret", User: "ann"}},
}

// verify changes the request and verifies it at a time that differs from the time of
// signing by off.
func (s signedRequest) verify(api *keystone.API, change func(*http.Request), off time.Duration) (wire.Caller, error) {
	r := s.request()
	if change != nil {
		change(r)
	}
	return api.Verify(r, []byte(s.body), s.made.Add(off))
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, s := range signedRequests {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			api := keystone.New(keyAuth, 1, new(clock.Clock))
			if got, err := s.verify(api, nil, 0); err != nil || got != member("ann", "alpha") {
				t.Errorf("got %+v, %v", got, err)
			}
			for what, change := range map[string]func(*http.Request){
				"method": func(r *http.Request) { r.Method = "POST" },
				"path":   func(r *http.Request) { r.URL.Path += "x" },
				"query":  func(r *http.Request) { r.URL.RawQuery += "&limit=1" },
				"header": func(r *http.Request) { r.Header.Set("User-Agent", "another") },
				"date":   func(r *http.Request) { r.Header.Set("X-Sdk-Date", s.made.Add(time.Second).Format("20060102T150405Z")) },
			} {
				api := keystone.New(keyAuth, 1, new(clock.Clock))
				got, err := s.verify(api, change, 0)
				if err == nil || !strings.Contains(err.Error(), "canonical request") || got.Known() {
					t.Errorf("another %s: got %+v, %v", what, got, err)
				}
			}
			if r := s.request(); r.Header.Get("X-Sdk-Content-Sha256") == "" {
				if got, err := api.Verify(r, []byte(s.body+" "), s.made); err == nil || got.Known() {
					t.Errorf("another body: got %+v, %v", got, err)
				}
			}
		})
	}
}

// The error of a wrong signature shows no more than 4 KiB of what was signed.
func TestLongCanonicalRequest(t *testing.T) {
	t.Parallel()
	s := signedRequests[0]
	_, err := s.verify(keystone.New(keyAuth, 1, new(clock.Clock)), func(r *http.Request) { r.URL.RawQuery = "x=" + strings.Repeat("y", 1<<20) }, 0)
	if err == nil || len(err.Error()) > 4<<10+200 || !strings.HasSuffix(err.Error(), " more bytes") || !strings.Contains(err.Error(), strings.ToUpper(s.method)+"|/") {
		t.Errorf("got %d bytes: %.10000v", len(err.Error()), err)
	}
}

// If the clocks differ by more than 15 minutes, the signature is rejected.
func TestSignatureSkew(t *testing.T) {
	t.Parallel()
	api := keystone.New(keyAuth, 1, new(clock.Clock))
	for off, want := range map[time.Duration]bool{
		15 * time.Minute: true, -15 * time.Minute: true,
		15*time.Minute + time.Second: false, -15*time.Minute - time.Second: false,
	} {
		if _, err := signedRequests[0].verify(api, nil, off); (err == nil) != want {
			t.Errorf("off by %v: %v, want it accepted: %v", off, err, want)
		}
	}
}

func TestWrongSignaturesLock(t *testing.T) {
	t.Parallel()
	api := keystone.New(keyAuth, 1, new(clock.Clock))
	s := signedRequests[0]
	wrong := func(r *http.Request) { r.Method = "POST" }
	try := func(change func(*http.Request), off time.Duration, want string) {
		t.Helper()
		_, err := s.verify(api, change, off)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for range 4 {
		try(wrong, 0, "canonical request")
	}
	try(nil, 0, "") // resets the count
	for range 4 {
		try(wrong, 0, "canonical request")
	}
	try(nil, time.Hour, "off by") // does not count
	try(wrong, 0, "canonical request")
	try(nil, 0, "locked")
	try(nil, 5*time.Minute-time.Second, "locked")
	try(nil, 5*time.Minute, "")
}

func TestKeysAndProjects(t *testing.T) {
	t.Parallel()
	const nowhere = "0123456789abcdef0123456789abcdef"
	two := scenarios.Auth{
		Users: []scenarios.User{{Name: "ann", Project: "alpha"}},
		Keys:  []scenarios.Key{{Access: "AK", Secret: "the secret", User: "bob", Project: "beta", Roles: []string{"admin"}}},
	}
	for _, test := range []struct {
		name   string
		auth   scenarios.Auth
		header map[string]string
		want   wire.Caller
		err    string
	}{
		{"open: an unknown key", scenarios.Auth{}, map[string]string{"X-Project-Id": ""}, member("demo", "demo"), ""},
		{"open: in the requested project", scenarios.Auth{}, map[string]string{"X-Project-Id": nowhere}, member("demo", nowhere), ""},
		{"open: in a project whose name is known", two, map[string]string{"Authorization": "SDK-HMAC-SHA256 Access=x, Signature=y"}, member("demo", "alpha"), ""},
		{"strict: an unknown key", scenarios.Auth{Strict: true}, nil, wire.Caller{}, "no access key AK"},
		{"another algorithm", scenarios.Auth{}, map[string]string{"Authorization": "SDK-HMAC-SM3 Access=x, Signature=y"}, wire.Caller{}, "SDK-HMAC-SHA256"},
		{"no access key", scenarios.Auth{}, map[string]string{"Authorization": "SDK-HMAC-SHA256 Signature=y"}, wire.Caller{}, "Authorization header has to be"},
		{"a declared key needs a date", keyAuth, map[string]string{"X-Sdk-Date": ""}, wire.Caller{}, "X-Sdk-Date"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := keystone.New(test.auth, 1, new(clock.Clock))
			got, err := signedRequests[0].verify(api, func(r *http.Request) {
				for name, value := range test.header {
					r.Header.Set(name, value)
				}
			}, 0)
			if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %+v, %v\nwant %+v, %q", got, err, test.want, test.err)
			}
		})
	}
	// gophertelekomcloud does not sign the project, so the test can change it.
	for project, want := range map[string]bool{"": true, "beta": true, "alpha": false, nowhere: false} {
		api := keystone.New(two, 1, new(clock.Clock))
		s := signedRequests[len(signedRequests)-1]
		got, err := s.verify(api, func(r *http.Request) { r.Header.Set("X-Project-Id", project) }, 0)
		if (err == nil) != want || want && got != admin("bob", "beta") {
			t.Errorf("project %q: got %+v, %v", project, got, err)
		}
	}
}

func TestSigned(t *testing.T) {
	t.Parallel()
	api := keystone.New(keyAuth, 1, new(clock.Clock))
	r := signedRequests[0].request()
	if !keystone.Signed(r) || !api.SignsBody(r) {
		t.Error("a signed request is not recognized")
	}
	r.Header.Set("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")
	if api.SignsBody(r) {
		t.Error("SignsBody is true although the payload is declared unsigned")
	}
	r.Header.Set("X-Auth-Token", "t")
	if keystone.Signed(r) {
		t.Error("a request with a token counts as signed")
	}
	if keystone.Signed(request("")) {
		t.Error("a request without a signature counts as signed")
	}
}

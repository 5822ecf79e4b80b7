package fakeserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A server that is mounted below a path says so wherever it names itself.
func TestServerBelowAPath(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(fakeserver.WithScenario("one-image"), fakeserver.WithYAML(keys))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	mux := http.NewServeMux()
	mux.Handle("/clouds/fake/", http.StripPrefix("/clouds/fake", srv))
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	srv.URL = web.URL + "/clouds/fake"

	ask := func(method, path, body string) (*http.Response, string) {
		t.Helper()
		req := must(http.NewRequestWithContext(deadline(t), method, srv.URL+path, strings.NewReader(body)))
		req.Header.Set("X-Auth-Token", srv.Token())
		req.Header.Set("Content-Type", "application/json")
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp, string(must(io.ReadAll(resp.Body)))
	}
	resp, _ := ask("POST", "/v2/images", "{}")
	if got := resp.Header.Get("Location"); !strings.HasPrefix(got, srv.URL+"/v2/images/") {
		t.Errorf("the location of a new image is %s", got)
	}
	if _, body := ask("GET", "/versions", ""); !strings.Contains(body, `"href": "`+srv.URL+`/v2/"`) {
		t.Errorf("the versions are %s", body)
	}
	if _, body := ask("GET", "/identity/v3", ""); !strings.Contains(body, srv.AuthURL()) {
		t.Errorf("Keystone's version is %s", body)
	}
	resp, body := ask("POST", "/identity/v3/auth/tokens", `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "a", "password": "b", "domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`)
	var token struct {
		Token struct {
			Catalog []struct {
				Type      string
				Endpoints []struct{ URL string }
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &token); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("sign in: %d %s, %v", resp.StatusCode, body, err)
	}
	for _, service := range token.Token.Catalog {
		want := map[string]string{"image": srv.URL, "identity": srv.AuthURL()}[service.Type]
		if got := service.Endpoints[0].URL; got != want {
			t.Errorf("the catalog has %s for %s, want %s", got, service.Type, want)
		}
	}
	if status, body := signed(t, &fakeserver.Server{URL: web.URL}, "sk", "POST", "/clouds/fake/v2/images", "{}"); status != http.StatusCreated {
		t.Errorf("a request that is signed with its whole path is answered %d %s", status, body)
	}
}

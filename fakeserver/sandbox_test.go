package fakeserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// askWith sends a request, with a header or two, and returns the answer and its body.
func askWith(t *testing.T, client *http.Client, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req := must(http.NewRequestWithContext(deadline(t), method, url, strings.NewReader(body)))
	req.Header.Set("X-Auth-Token", "t")
	req.Header.Set("Accept", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp, string(must(io.ReadAll(resp.Body)))
}

// Sandboxes share nothing: neither images, faults, tokens, time, nor journal. They
// are reached by path and by header.
func TestSandboxesShareNothing(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages))
	a := must(srv.Sandbox("a", fakeserver.WithYAML("images: [{id: "+alpha+", name: of-a}]")))
	b := must(srv.Sandbox("b"))
	if a.URL != srv.URL+"/s/a" || a.AuthURL() != a.URL+"/identity/v3" || a.Name() != "a" {
		t.Errorf("the sandbox is %s at %s, and its Keystone at %s", a.Name(), a.URL, a.AuthURL())
	}
	a.Fail(t, scenarios.DeleteImage, 503, 1)
	a.Advance(time.Hour)
	client := srv.Client()
	path := "/v2/images/" + alpha
	if resp, _ := askWith(t, client, "DELETE", a.URL+path, ""); resp.StatusCode != 503 {
		t.Errorf("in a: %s, want 503", resp.Status)
	}
	key, value := a.Header()
	if resp, _ := askWith(t, client, "DELETE", srv.URL+path, "", key, value); resp.StatusCode != 204 {
		t.Errorf("in a, by header: %s, want 204", resp.Status)
	}
	if resp, _ := askWith(t, client, "DELETE", b.URL+path, ""); resp.StatusCode != 204 {
		t.Errorf("in b: %s, want 204", resp.Status)
	}
	if resp, _ := askWith(t, client, "GET", srv.URL+path, ""); resp.StatusCode != 200 {
		t.Errorf("at the root: %s, want 200", resp.Status)
	}
	a.CheckRequests(t, "DELETE "+path+" 503", "DELETE "+path+" 204")
	a.CheckDeleted(t, alpha)
	a.CheckFaultsSpent(t)
	b.CheckRequests(t, "DELETE "+path+" 204")
	srv.CheckRequests(t, "GET "+path+" 200")
	if ahead := a.Now().Sub(b.Now()); ahead < 59*time.Minute {
		t.Errorf("a is %s ahead of b, want an hour", ahead)
	}

	// A token of one is none in another.
	strict := must(srv.Sandbox("", fakeserver.WithStrictAuth(true), fakeserver.WithScenario("one-image")))
	if strict.Name() != "sandbox-1" {
		t.Errorf("the sandbox without a name is called %s", strict.Name())
	}
	resp, body := askWith(t, client, "POST", a.AuthURL()+"/auth/tokens", `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "a", "password": "b", "domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`)
	if want := `"url":"` + a.URL + `"`; resp.StatusCode != 201 || !strings.Contains(body, want) {
		t.Errorf("the catalog is %s, want %s in it", body, want)
	}
	token := resp.Header.Get("X-Subject-Token")
	for url, want := range map[string]int{a.URL: 200, strict.URL: 401} {
		if resp, _ := askWith(t, client, "GET", url+"/v2/images", "", "X-Auth-Token", token); resp.StatusCode != want {
			t.Errorf("a's token at %s: %s, want %d", url, resp.Status, want)
		}
	}
}

// Absolute URLs name the sandbox, and links that clients put behind their
// endpoint's path do not: they would name it twice.
func TestSandboxLinks(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	box := must(srv.Sandbox("links", fakeserver.WithYAML("images: [{name: 'node-{n}', count: 3}]")))
	client := srv.Client()
	if resp, _ := askWith(t, client, "POST", box.URL+"/v2/images", `{"name": "new"}`); !strings.HasPrefix(resp.Header.Get("Location"), box.URL+"/v2/images/") {
		t.Errorf("the Location is %s", resp.Header.Get("Location"))
	}
	for _, path := range []string{"/", "/versions", "", "/v2/images?limit=1"} {
		_, body := askWith(t, client, "GET", box.URL+path, "")
		switch {
		case strings.Contains(path, "v2"):
			if !strings.Contains(body, `"next": "/v2/images?`) || !strings.Contains(body, `"self": "/v2/images/`) || strings.Contains(body, "/s/links") {
				t.Errorf("the list is %s", body)
			}
		case !strings.Contains(body, `"`+box.URL+`/v2/"`):
			t.Errorf("the versions at %q are %s", path, body)
		}
	}
	key, value := box.Header()
	if _, body := askWith(t, client, "GET", srv.URL+"/versions", "", key, value); !strings.Contains(body, `"`+box.URL+`/v2/"`) {
		t.Errorf("by header, the versions are %s", body)
	}
}

// A call for a sandbox that there is not is refused aloud, and so is one that names
// two, or a name that clients cannot work with.
func TestSandboxMistakes(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithSandboxes(2, 0))
	must(srv.Sandbox("a"))
	client := srv.Client()
	for _, test := range []struct {
		path, header string
		status       int
		want         string
	}{
		{"/s/b/v2/images", "", 404, `sandbox "b": there is no such sandbox; there are a`},
		{"/s/", "", 404, `sandbox "": there is no such sandbox; there are a`},
		{"/v2/images", "b", 404, `sandbox "b": there is no such sandbox`},
		{"/s/a/v2/images", "b", 400, `the path names the sandbox "a", and X-Fakeglance-Sandbox names "b"`},
		{"/s/a/v2/images", "a", 200, `images`},
		{"/_fake/sandboxes?fromat=sh", "", 400, `unknown parameter "fromat"`},
	} {
		var header []string
		if test.header != "" {
			header = []string{"X-Fakeglance-Sandbox", test.header}
		}
		resp, body := askWith(t, client, "GET", srv.URL+test.path, "", header...)
		if resp.StatusCode != test.status || !strings.Contains(strings.ReplaceAll(body, `\"`, `"`), test.want) {
			t.Errorf("%s, header %q: %s %s, want %d with %s", test.path, test.header, resp.Status, body, test.status, test.want)
		}
	}
	for name, want := range map[string]string{
		"a":                     "taken",
		"A":                     "want lower-case letters",
		"-a":                    "want lower-case letters",
		"a/b":                   "want lower-case letters",
		strings.Repeat("x", 64): "64 characters",
		"dev2":                  `"v2" in it reads as the version of an API`,
	} {
		if _, err := srv.Sandbox(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the name %s: %v, want %s", name, err, want)
		}
	}
	if _, err := srv.Sandbox("b", fakeserver.WithLog(nil), fakeserver.WithDialect("imz")); err == nil || !strings.Contains(err.Error(), "WithLog is for the whole server") {
		t.Errorf("WithLog: %v", err)
	}
	if _, err := srv.Sandbox("b", fakeserver.WithDialect("imz")); err == nil || !strings.Contains(err.Error(), `unknown dialect "imz"`) {
		t.Errorf("WithDialect: %v", err)
	}
	must(srv.Sandbox("b"))
	if _, err := srv.Sandbox("c"); err == nil || !strings.Contains(err.Error(), "there are 2 sandboxes, as many as there may be") {
		t.Errorf("one too many: %v", err)
	}
}

// Removing a sandbox ends its waiting calls, and only those.
func TestSandboxCloseEndsWaits(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	box, other := must(srv.Sandbox("a")), must(srv.Sandbox("b"))
	for _, b := range []*fakeserver.Sandbox{box, other} {
		must(b.Inject(scenarios.Fault{Inject: scenarios.Injection{Delay: scenarios.Delay{Min: time.Hour}}}))
	}
	ended := make(chan string, 4)
	for _, b := range []*fakeserver.Sandbox{box, other} {
		for _, path := range []string{"/v2/images", "/_fake/requests?wait=9&timeout=1h"} {
			go func() {
				req := must(http.NewRequestWithContext(deadline(t), "GET", b.URL+path, nil))
				if resp, err := srv.Client().Do(req); err == nil {
					resp.Body.Close()
				}
				ended <- b.Name()
			}()
		}
	}
	for _, b := range []*fakeserver.Sandbox{box, other} {
		if err := b.WaitRequests(deadline(t), 1); err != nil {
			t.Fatal(err)
		}
	}
	wait := make(chan error, 1)
	go func() { wait <- box.WaitRequests(deadline(t), 2) }()
	box.Close()
	box.Close()
	if err := <-wait; err == nil || !strings.Contains(err.Error(), "the sandbox was removed") {
		t.Errorf("WaitRequests returns %v, want that the sandbox was removed", err)
	}
	for range 2 {
		if name := <-ended; name != "a" {
			t.Errorf("a call of %s ended", name)
		}
	}
	again := must(srv.Sandbox("a"))
	box.Close() // is not the new one
	if resp, _ := askWith(t, srv.Client(), "GET", again.URL+"/v2/images", ""); resp.StatusCode != 200 {
		t.Errorf("the new sandbox of the same name: %s", resp.Status)
	}
}

// A sandbox that nobody calls is removed; one that is called stays.
func TestIdleSandboxes(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithSandboxes(10, time.Nanosecond))
	idle := must(srv.Sandbox("idle"))
	if resp, body := askWith(t, srv.Client(), "GET", idle.URL+"/v2/images", ""); resp.StatusCode != 404 {
		t.Errorf("an idle sandbox answers %s %s", resp.Status, body)
	}
	if _, err := srv.Sandbox("idle"); err != nil {
		t.Errorf("its name is not free: %v", err)
	}
}

// Over HTTP a sandbox is made with everything that a test needs to reach it.
func TestSandboxesOverHTTP(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithSandboxesOnly(), fakeserver.WithDialect(scenarios.Glance))
	client := srv.Client()
	resp, body := askWith(t, client, "POST", srv.URL+"/_fake/sandboxes", `{name: pay, names: flaky-then-ok, strict: true}`)
	var made struct {
		Name, URL, Token string
		AuthURL          string `json:"auth_url"`
		Header, Env      map[string]string
	}
	if err := json.Unmarshal([]byte(body), &made); err != nil || resp.StatusCode != 201 {
		t.Fatal(resp.Status, body, err)
	}
	if made.Name != "pay" || made.URL != srv.URL+"/s/pay" || made.AuthURL != made.URL+"/identity/v3" || made.Header["X-Fakeglance-Sandbox"] != "pay" ||
		made.Env["OS_AUTH_URL"] != made.AuthURL || made.Env["OS_USERNAME"] == "" || made.Env["FAKEGLANCE_TOKEN"] != made.Token {
		t.Errorf("the sandbox is %s", body)
	}
	if resp, _ := askWith(t, client, "DELETE", made.URL+"/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", "", "X-Auth-Token", made.Token); resp.StatusCode != 503 {
		t.Errorf("its DELETE is answered %s, want 503", resp.Status)
	}
	if resp, _ := askWith(t, client, "GET", made.URL+"/v2/images", ""); resp.StatusCode != 401 {
		t.Errorf("although it is strict, it answers %s to an invalid token", resp.Status)
	}
	if resp, body := askWith(t, client, "GET", srv.URL+"/v2/images", ""); resp.StatusCode != 400 || !strings.Contains(body, "names no sandbox") {
		t.Errorf("a call without a sandbox: %s %s", resp.Status, body)
	}
	if _, body := askWith(t, client, "GET", srv.URL+"/_fake/sandboxes", ""); body != `{"sandboxes":[{"name":"pay","scenario":"flaky-then-ok","images":1,"faults":1,"requests":2,"age":0}]}`+"\n" {
		t.Errorf("the sandboxes are %s", body)
	}
	_, body = askWith(t, client, "POST", srv.URL+"/_fake/sandboxes?format=sh", `{scenario: {images: [{name: it}], auth: {users: [{name: o'neill, project: x}]}}}`)
	if want := `export OS_USERNAME='o'\''neill'` + "\n"; !strings.Contains(body, want) || !strings.Contains(body, "export OS_PROJECT_NAME='x'\n") || !strings.Contains(body, "export FAKEGLANCE_SANDBOX='sandbox-1'\n") {
		t.Errorf("the script is\n%s\nwant %s", body, want)
	}
	for body, want := range map[string]string{
		`{nmae: x}`: `unknown key \"nmae\" (did you mean \"name\"?)`,
		`{scenario: {images: [{data: {file: x}}]}}`:            "scenario.images[0].data.file: the control API reads no files",
		`{names: [one-imag]}`:                                  `did you mean \"one-image\"`,
		`{names: [demo` + strings.Repeat(", demo", 100) + `]}`: "names: want at most 100, got 101",
		`{names: demo, scenario: {}}`:                          "want only one of them",
		`{scenario: {fautls: []}}`:                             `body:1:13: scenario: unknown key \"fautls\" (did you mean \"faults\"?)`,
		`{name: V}`:                                            "want lower-case letters",
	} {
		if resp, got := askWith(t, client, "POST", srv.URL+"/_fake/sandboxes", body); resp.StatusCode != 400 || !strings.Contains(got, want) {
			t.Errorf("%s: %s %s, want %s", body, resp.Status, got, want)
		}
	}
	for _, want := range []int{204, 404} {
		if resp, body := askWith(t, client, "DELETE", srv.URL+"/_fake/sandboxes/pay", ""); resp.StatusCode != want {
			t.Errorf("removing: %s %s, want %d", resp.Status, body, want)
		}
	}
}

// The URLs in answers are those at which clients reach the server.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithPublicURL("https://images.example/fake/"), fakeserver.WithYAML(keys))
	box := must(srv.Sandbox("a"))
	for url, want := range map[string]string{
		srv.URL: `"https://images.example/fake/v2/"`,
		box.URL: `"https://images.example/fake/s/a/v2/"`,
	} {
		if _, body := askWith(t, srv.Client(), "GET", url+"/versions", ""); !strings.Contains(body, want) {
			t.Errorf("%s: the versions are %s, want %s", url, body, want)
		}
	}
	plain := fakeserver.Run(t)
	if _, body := askWith(t, plain.Client(), "GET", plain.URL+"/versions", "", "X-Forwarded-Prefix", "/behind/"); !strings.Contains(body, plain.URL+"/behind/v2/") {
		t.Errorf("behind a proxy the versions are %s", body)
	}
	for _, bad := range []string{"images.example", "ftp://x", "https://x/?a=b", "http://[", "https://u@x"} {
		if _, err := fakeserver.New(fakeserver.WithPublicURL(bad)); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("the public URL %s: %v", bad, err)
		}
	}
}

// Many clients at once, each in a sandbox of its own: none sees anything of another.
func TestSandboxesConcurrently(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(fakeserver.WithYAML(twoImages))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	var all sync.WaitGroup
	for n := range 100 {
		all.Add(1)
		go func() {
			defer all.Done()
			name := fmt.Sprintf("box-%d", n)
			box, err := srv.Sandbox(name, fakeserver.WithYAML(fmt.Sprintf("images: [{id: %s, name: %s}]", alpha, name)))
			if err != nil {
				t.Error(err)
				return
			}
			defer box.Close()
			box.Fail(t, scenarios.DeleteImage, 500, n%3)
			call := func(method, path string) (int, string) {
				r := httptest.NewRequestWithContext(t.Context(), method, "/s/"+name+path, nil)
				r.Header.Set("X-Auth-Token", "t")
				rec := httptest.NewRecorder()
				srv.ServeHTTP(rec, r)
				return rec.Code, rec.Body.String()
			}
			for range n % 3 {
				if status, _ := call("DELETE", "/v2/images/"+alpha); status != 500 {
					t.Errorf("%s: %d, want 500", name, status)
				}
			}
			if _, body := call("GET", "/v2/images/"+alpha); !strings.Contains(body, `"`+name+`"`) {
				t.Errorf("%s shows %s", name, body)
			}
			if got := len(box.Requests()); got != n%3+1 {
				t.Errorf("%s has %d requests, want %d", name, got, n%3+1)
			}
		}()
	}
	all.Wait()
}

// A header that is there but names no sandbox, or two, is no call for the default one: a
// test with a variable that is not set would use the world of others.
func TestSandboxHeaderIsClear(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages))
	must(srv.Sandbox("a"))
	for _, test := range []struct {
		names  []string
		status int
		want   string
	}{
		{[]string{""}, 400, "X-Fakeglance-Sandbox is empty"},
		{[]string{"a", "b"}, 400, `X-Fakeglance-Sandbox names \"a\", and once more \"b\"`},
		{[]string{"a", ""}, 400, "X-Fakeglance-Sandbox is empty"},
		{[]string{"a", "a"}, 200, `"images"`},
		{nil, 200, `"images"`},
	} {
		for _, path := range []string{"/v2/images", "/_fake/images", "/s/a/v2/images"} {
			rec := httptest.NewRecorder()
			req := httptest.NewRequest("GET", path, nil)
			req.Header["X-Auth-Token"] = []string{"t"}
			req.Header["X-Fakeglance-Sandbox"] = test.names
			srv.ServeHTTP(rec, req)
			if rec.Code != test.status || !strings.Contains(rec.Body.String(), test.want) {
				t.Errorf("%s with %q: %d %s, want %d and %s", path, test.names, rec.Code, rec.Body, test.status, test.want)
			}
		}
	}
}

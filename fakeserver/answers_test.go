package fakeserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Whatever field the server answers to a GET can be changed by a fault that names
// the operation: validation knows it.
func TestFieldsOfAnswersAreKnown(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(`
auth: {users: [{name: ann, password: x, roles: [admin]}], tokens: [{token: t, user: ann, roles: [admin]}]}
storage: {downloads: [{uri: "http://a/b", data: text}]}
images:
  - {id: `+alpha+`, visibility: shared, data: text, tags: [a], members: [{project: other}], properties: {os_version: "24.04"}}
  - {id: `+beta+`, status: queued, disk_format: raw, container_format: bare}
`))
	post := func(path, body string) map[string]any {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("X-Auth-Token", "t")
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, r)
		if rec.Code >= 300 {
			t.Fatalf("POST %s: %d %s", path, rec.Code, rec.Body)
		}
		var v map[string]any
		_ = json.Unmarshal(rec.Body.Bytes(), &v)
		return v
	}
	get := func(path string) (v map[string]any) {
		rec := serve(srv, http.MethodGet, path)
		if rec.Code >= 400 {
			t.Fatalf("GET %s: %d %s", path, rec.Code, rec.Body)
		}
		if rec.Header().Get("Content-Type") == "application/json" {
			if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
				t.Fatalf("GET %s: %v", path, err)
			}
		}
		return v
	}
	post("/v2/images/"+beta+"/import", `{"method": {"name": "web-download", "uri": "http://a/b"}}`)
	user := get("/identity/v3/auth/tokens")["token"].(map[string]any)["user"].(map[string]any)["id"].(string)
	project := get("/identity/v3/auth/projects")["projects"].([]any)[0].(map[string]any)["id"].(string)
	credential := post("/identity/v3/users/"+user+"/application_credentials", `{"application_credential": {"name": "c"}}`)
	vars := strings.NewReplacer(
		"{image_id}", alpha, "{member_id}", get("/v2/images/" + alpha + "/members")["members"].([]any)[0].(map[string]any)["member_id"].(string),
		"{task_id}", get("/v2/tasks")["tasks"].([]any)[0].(map[string]any)["id"].(string),
		"{job_id}", post("/v2/cloudimages/action", `{"data_images": [{"name": "a", "volume_id": "v"}]}`)["job_id"].(string),
		"{project_id}", project, "{domain_id}", "default", "{user_id}", user,
		"{application_credential_id}", credential["application_credential"].(map[string]any)["id"].(string))
	known := 0
	for _, e := range scenarios.Endpoints() {
		if e.Method != http.MethodGet && e.Method != scenarios.AnyMethod {
			continue
		}
		for _, path := range paths("", get(vars.Replace(e.Path))) {
			known++
			f := scenarios.Fault{
				Match:  scenarios.Match{Operation: []scenarios.Operation{e.Operation}},
				Inject: scenarios.Injection{Fields: map[string]any{path: "x"}},
			}
			if err := f.Validate(); err != nil {
				t.Errorf("GET %s: %v", e.Path, err)
			}
		}
	}
	if known < 300 {
		t.Errorf("there are only %d fields", known)
	}
}

// paths are the paths of all fields of a JSON value.
func paths(at string, v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			path := strings.TrimPrefix(at+"."+key, ".")
			all = append(append(all, path), paths(path, value)...)
		}
	case []any:
		for i, value := range v {
			path := fmt.Sprintf("%s[%d]", at, i)
			all = append(append(all, path), paths(path, value)...)
		}
	}
	slices.Sort(all)
	return all
}

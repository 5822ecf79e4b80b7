package fakeserver_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/fakeserver/internal/coverage"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A write is a call that succeeds in coverWorld, once others before it have prepared it.
type write struct{ before, call string } // method, path, and a body; calls before it are separated by lines

const (
	patchType = "application/openstack-images-v2.1-json-patch"

	coverWorld = `
auth:
  users: [{name: ann, password: x, roles: [admin]}]
  tokens: [{token: t, user: ann, roles: [admin]}]
storage: {downloads: [{uri: "http://a/b", data: text}]}
images:
  - {id: ` + alpha + `, visibility: shared, data: text, tags: [a, k=v], members: [{project: other}]}
  - {id: ` + beta + `, status: queued, disk_format: raw, container_format: bare}
`
)

var writes = map[scenarios.Operation]write{
	scenarios.DeleteImage:  {call: "DELETE /v2/images/" + alpha},
	scenarios.AddImage:     {call: `POST /v2/images {"name": "a"}`},
	scenarios.ModifyImage:  {call: "PATCH /v2/images/" + alpha + ` [{"op": "replace", "path": "/name", "value": "b"}]`},
	scenarios.UploadImage:  {call: "PUT /v2/images/" + beta + "/file data"},
	scenarios.StageImage:   {call: "PUT /v2/images/" + beta + "/stage data"},
	scenarios.ImportImage:  {call: "POST /v2/images/" + beta + `/import {"method": {"name": "web-download", "uri": "http://a/b"}}`},
	scenarios.Deactivate:   {call: "POST /v2/images/" + alpha + "/actions/deactivate"},
	scenarios.Reactivate:   {call: "POST /v2/images/" + alpha + "/actions/reactivate"},
	scenarios.AddMember:    {call: "POST /v2/images/" + alpha + `/members {"member": "new"}`},
	scenarios.ModifyMember: {call: "PUT /v2/images/" + alpha + `/members/{other} {"status": "accepted"}`},
	scenarios.DeleteMember: {call: "DELETE /v2/images/" + alpha + "/members/{other}"},

	scenarios.AddImageTag:     {call: "PUT /v2/images/" + alpha + "/tags/new"},
	scenarios.DeleteImageTag:  {call: "DELETE /v2/images/" + alpha + "/tags/a"},
	scenarios.ModifyImageTags: {call: "POST /v2/{demo}/images/" + alpha + `/tags/action {"action": "create", "tags": [{"key": "x", "value": "y"}]}`},
	scenarios.AddCloudImage:   {call: `POST /v2/cloudimages/action {"data_images": [{"name": "a", "volume_id": "v"}]}`},
	scenarios.AddMembers:      {call: `POST /v1/cloudimages/members {"images": ["` + alpha + `"], "projects": ["new"]}`},
	scenarios.ModifyMembers:   {call: `PUT /v1/cloudimages/members {"images": ["` + alpha + `"], "project_id": "{demo}", "status": "accepted"}`},
	scenarios.DeleteMembers:   {call: `DELETE /v1/cloudimages/members {"images": ["` + alpha + `"], "projects": ["{other}"]}`},

	scenarios.DeleteImageLocation: {
		before: "POST /v2/images/" + alpha + `/import {"method": {"name": "copy-image"}, "stores": ["fast", "slow"]}`,
		call:   "DELETE /v2/stores/slow/" + alpha,
	},
	scenarios.AddTask:     {call: `POST /v2/tasks {"type": "import", "input": {"import_from": "http://a/b", "import_from_format": "raw", "image_properties": {"disk_format": "raw", "container_format": "bare"}}}`},
	scenarios.CacheImage:  {call: "PUT /v2/cache/" + alpha},
	scenarios.CacheDelete: {before: "PUT /v2/cache/" + alpha, call: "DELETE /v2/cache/" + alpha},

	scenarios.CreateToken: {call: `POST /identity/v3/auth/tokens {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "ann", "password": "x", "domain": {"id": "default"}}}}}}`},
	scenarios.RevokeToken: {call: "DELETE /identity/v3/auth/tokens"},
	scenarios.CreateApplicationCredential: {
		call: `POST /identity/v3/users/{user}/application_credentials {"application_credential": {"name": "c"}}`},
	scenarios.DeleteApplicationCredential: {
		before: `POST /identity/v3/users/{user}/application_credentials {"application_credential": {"name": "c"}}`,
		call:   "DELETE /identity/v3/users/{user}/application_credentials/{credential}",
	},
}

// TestEveryCellCanBeDriven drives all cells that count: what the report says to inject
// is injected, and calls succeed where it says so.
func TestEveryCellCanBeDriven(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	t.Run("operation", func(t *testing.T) {
		for _, op := range scenarios.Operations() {
			t.Run(string(op), func(t *testing.T) {
				t.Parallel()
				driveAll(t, dir, op)
			})
		}
	})
	c, err := fakeserver.ReadCoverage(dir, scenarios.Operations()...)
	if err != nil {
		t.Fatal(err)
	}
	if driven, cells := c.Count(); driven != cells || cells < 1000 {
		t.Errorf("only %d of %d cells can be driven:\n%s", driven, cells, c)
	}
}

func driveAll(t *testing.T, dir string, op scenarios.Operation) {
	srv := fakeserver.Run(t, fakeserver.WithCoverage(dir), fakeserver.WithYAML(coverWorld), fakeserver.WithLog(nil))
	for _, cell := range coverage.Cells(op) {
		srv.Reset()
		w, call := writes[op], ""
		fill := prepare(t, srv, w.before)
		if call = w.call; call == "" {
			call = anyCall(op)
		}
		if in := cell.Inject(); cell.Effect == scenarios.EffectNone || cell.Drop != "" || cell.Status >= 400 {
			f := scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{op}}, Inject: in}
			if _, err := srv.Inject(f); err != nil {
				t.Fatalf("%+v: %v", cell, err)
			}
		}
		srv.ClearRequests()
		status := drive(t, srv, fill.Replace(call))
		if cell.Drop == "" && status != cell.Status {
			t.Errorf("%+v: %s is answered %d", cell, call, status)
		}
	}
}

// anyCall is a call of the operation, whatever its true answer is.
func anyCall(op scenarios.Operation) string {
	for _, e := range scenarios.Endpoints() {
		if e.Operation != op {
			continue
		}
		method := e.Method
		if method == scenarios.AnyMethod {
			method = http.MethodGet
		}
		return method + " " + strings.NewReplacer("{image_id}", alpha, "{", "", "}", "").Replace(e.Path)
	}
	panic("no endpoint: " + op)
}

// prepare makes the calls before a write, and returns what fills in its variables.
func prepare(t *testing.T, srv *fakeserver.Server, before string) *strings.Replacer {
	send := func(call string) map[string]any {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, newCall(t.Context(), "", call))
		if rec.Code >= 300 {
			t.Fatalf("%s: %d %s", call, rec.Code, rec.Body)
		}
		var v map[string]any
		_ = json.Unmarshal(rec.Body.Bytes(), &v)
		return v
	}
	user := send("GET /identity/v3/auth/tokens")["token"].(map[string]any)["user"].(map[string]any)["id"].(string)
	vars := []string{"{user}", user, "{demo}", scenarios.ProjectID("demo"), "{other}", scenarios.ProjectID("other")}
	if before != "" {
		made, _ := send(strings.NewReplacer(vars...).Replace(before))["application_credential"].(map[string]any)
		if id, ok := made["id"].(string); ok {
			vars = append(vars, "{credential}", id)
		}
	}
	return strings.NewReplacer(vars...)
}

func newCall(ctx context.Context, base, call string) *http.Request {
	method, rest, _ := strings.Cut(call, " ")
	path, body, _ := strings.Cut(rest, " ")
	r, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	if base == "" {
		r = httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	}
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	r.Header.Set("X-Auth-Token", "t")
	r.Header.Set("X-Subject-Token", "t")
	r.Header.Set("Content-Type", "application/json")
	switch {
	case method == http.MethodPatch:
		r.Header.Set("Content-Type", patchType)
	case body == "data":
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	return r
}

// drive sends a call, gives up once its answer is known to be none, and returns the
// status; 0: there is none.
func drive(t *testing.T, srv *fakeserver.Server, call string) int {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	go func() {
		_ = srv.WaitRequests(ctx, 1)
		if hung := srv.Requests(); len(hung) > 0 && hung[len(hung)-1].End == fakeserver.Hung {
			cancel()
		}
	}()
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(newCall(ctx, srv.URL, call))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

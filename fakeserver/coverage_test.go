package fakeserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// TestIncidentsDriveTheirCells plays each incident, and sends what a client sends that
// looks an image up, deletes it, and does so again: each cell for which a report names
// the incident is driven.
func TestIncidentsDriveTheirCells(t *testing.T) {
	t.Parallel()
	named := make(map[string][]coverage.Cell)
	for _, op := range coverage.NewReport(nil, 1, scenarios.Operations()...).Operations {
		for _, row := range op.Cells {
			for _, name := range row.Incidents {
				named[name] = append(named[name], row.Cell)
			}
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d incidents drive a cell", len(named))
	}
	for name, cells := range named {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, c := range cells {
				srv := fakeserver.Run(t, fakeserver.WithCoverage(dir), fakeserver.WithScenario(name), fakeserver.WithLog(nil))
				send := func(op scenarios.Operation) {
					for _, id := range srv.Targets() {
						srv.ClearRequests()
						drive(t, srv, strings.ReplaceAll(anyCall(op), alpha, id))
					}
				}
				send(c.Operation)
				for range 6 {
					send(scenarios.DeleteImage)
				}
				for range 4 {
					send(c.Operation)
				}
			}
			seen, _, err := coverage.Read(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cells {
				if !seen[c] {
					t.Errorf("%+v is not driven", c)
				}
			}
		})
	}
}

// undocumented are recorded answers that say nothing of a client's errors, and so do
// not count as coverage.
var undocumented = map[string]string{
	"get_versions 302": "of a path without its slash at the end",
	"healthcheck 204":  "of HEAD",
	"get_schema 400":   "of a body where there is none",
	"get_usage 400":    "as above",
}

// checkDocumented checks that what a real Glance and Keystone were recorded to answer
// is in the table of what counts. A 500 of Glance is in it anyway.
func checkDocumented(t *testing.T, dir string) {
	seen, _, err := coverage.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 100 {
		t.Errorf("only %d different answers are recorded", len(seen))
	}
	for c := range seen {
		if name := fmt.Sprint(c.Operation, " ", c.Status); undocumented[name] == "" && !slices.Contains(coverage.Cells(c.Operation), c) {
			t.Errorf("%s was recorded, and is not documented: %+v", name, c)
		}
	}
}

// Many servers at once write one file, of which readers never see half.
func TestCoverageOfManyServers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	statuses := []int{400, 401, 403, 404, 409, 429, 500, 503}
	ctx, stop := context.WithCancel(t.Context())
	var readers, servers sync.WaitGroup
	readers.Go(func() {
		for ctx.Err() == nil {
			if _, files, err := coverage.Read(os.DirFS(dir)); err != nil || files > 1 {
				t.Errorf("%d files: %v", files, err)
			}
		}
	})
	for i := range 40 {
		servers.Go(func() {
			srv, err := fakeserver.New(fakeserver.WithCoverage(dir), fakeserver.WithScenario("one-image"))
			if err != nil {
				t.Error(err)
				return
			}
			defer srv.Close()
			if _, err := srv.Inject(scenarios.Fault{Inject: scenarios.Injection{Status: statuses[i%len(statuses)]}}); err != nil {
				t.Error(err)
			}
			for range 20 {
				serve(srv, http.MethodDelete, "/v2/images/"+alpha)
			}
		})
	}
	servers.Wait()
	stop()
	readers.Wait()
	c, err := fakeserver.ReadCoverage(dir)
	if err != nil {
		t.Fatal(err)
	}
	if driven, _ := c.Count(); driven != len(statuses) || !strings.HasSuffix(c.Summary(), "by 1 process.") {
		t.Errorf("%d cells are driven, want %d: %s", driven, len(statuses), c.Summary())
	}
}

// What cannot be noted is an error where the server starts, or else of the test.
func TestCoverageErrors(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		dirs []string
		want string
	}{
		{[]string{file}, "coverage: mkdir " + file + ": not a directory"},
		{[]string{""}, `WithCoverage([""]): want one folder`},
		{[]string{"a", "b"}, `WithCoverage(["a" "b"]): want one folder`},
	} {
		if _, err := fakeserver.New(fakeserver.WithCoverage(test.dirs...)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %s", test.dirs, err, test.want)
		}
	}
	srv := fakeserver.Run(t)
	if _, err := srv.Sandbox("a", fakeserver.WithCoverage(file)); err == nil || !strings.Contains(err.Error(), "WithCoverage is for the whole server") {
		t.Errorf("a sandbox: %v", err)
	}
}

// A folder that is removed is made again, with all that was seen. If that cannot be,
// the test fails that Run is for.
func TestCoverageOfAFolderThatGoesAway(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cover")
	failing := &failures{TB: t}
	srv := fakeserver.Run(failing, fakeserver.WithCoverage(dir), fakeserver.WithScenario("one-image"), fakeserver.WithLog(nil))
	serve(srv, http.MethodDelete, "/v2/images/"+alpha)
	remove := func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	remove()
	srv.Close()
	c, err := fakeserver.ReadCoverage(dir)
	if err != nil {
		t.Fatal(err)
	}
	if driven, _ := c.Count(); driven != 1 || len(failing.said) > 0 {
		t.Errorf("%d cells are driven, and the test says %q", driven, failing.said)
	}

	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	srv = fakeserver.Run(failing, fakeserver.WithCoverage(dir), fakeserver.WithScenario("one-image"), fakeserver.WithLog(logger))
	remove()
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	serve(srv, http.MethodGet, "/v2/images")
	srv.Close()
	if want := "fakeserver: coverage: mkdir " + dir; len(failing.said) != 1 || !strings.HasPrefix(failing.said[0], want) {
		t.Errorf("the test says %q, want %s…", failing.said, want)
	}
	if !strings.Contains(log.String(), `level=WARN msg="coverage: mkdir `+dir) {
		t.Errorf("the log says %s", log.String())
	}
	if err := os.Remove(dir); err != nil { // or the end of the test would find it, too
		t.Fatal(err)
	}
}

// failures is a test that keeps its errors.
type failures struct {
	fakeserver.TB
	said []string
}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

// A signature that is not accepted is refused by the gateway, without any fault.
func TestCoverageOfARefusedSignature(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	srv := fakeserver.Run(t, fakeserver.WithCoverage(dir), fakeserver.WithScenario("one-image"), fakeserver.WithStrictAuth(true))
	r := httptest.NewRequest(http.MethodDelete, "/v2/images/"+alpha, nil)
	r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=b")
	srv.ServeHTTP(httptest.NewRecorder(), r)
	seen, _, err := coverage.Read(os.DirFS(dir))
	want := coverage.Cell{Operation: scenarios.DeleteImage, Status: 401, Hop: scenarios.Gateway, Effect: scenarios.EffectNone}
	if err != nil || len(seen) != 1 || !seen[want] {
		t.Errorf("%v, %v, want %+v", seen, err, want)
	}
}

// The variable has every server note what it sees, without an option.
func TestCoverageVariable(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FAKEGLANCE_COVERDIR", dir)
	for _, opts := range [][]fakeserver.Option{nil, {fakeserver.WithCoverage()}} {
		srv, err := fakeserver.New(opts...)
		if err != nil {
			t.Fatal(err)
		}
		serve(srv, http.MethodGet, "/v2/images")
		srv.Close()
	}
	c, err := fakeserver.ReadCoverage(dir, scenarios.GetImages)
	if err != nil {
		t.Fatal(err)
	}
	if driven, _ := c.Count(); driven != 1 {
		t.Errorf("%d cells are driven, want 1", driven)
	}
	t.Setenv("FAKEGLANCE_COVERDIR", "cover")
	if _, err := fakeserver.New(); err == nil || !strings.Contains(err.Error(), "FAKEGLANCE_COVERDIR=cover: want an absolute path") {
		t.Errorf("a relative path: %v", err)
	}
}

// BenchmarkServeHTTPCoverage is a call without coverage and one with it, whose cell is
// known already: nothing is written.
func BenchmarkServeHTTPCoverage(b *testing.B) {
	for name, opts := range map[string][]fakeserver.Option{"off": nil, "on": {fakeserver.WithCoverage(b.TempDir())}} {
		b.Run(name, func(b *testing.B) {
			srv, err := fakeserver.New(append(opts, fakeserver.WithScenario("one-image"))...)
			if err != nil {
				b.Fatal(err)
			}
			defer srv.Close()
			b.ReportAllocs()
			for b.Loop() {
				serve(srv, http.MethodGet, "/v2/images/"+alpha)
			}
		})
	}
}

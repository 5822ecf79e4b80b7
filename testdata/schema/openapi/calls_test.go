package openapi

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/fakeglance/fakeglance/fakeserver"
)

const alpha = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// calls are calls of the control API, one after the other, with the status of each
// answer. There is one at least for each call that is described, and for each status
// that is not every call's.
var calls = []struct {
	call, body string
	status     int
}{
	{"GET /_fake/", "", 200},
	{"GET /_fake", "", 307},
	{"GET /_fake/page/main.js", "", 200},
	{"GET /_fake/page/none.js", "", 404},
	{"POST /_fake/images", `{"id": "` + alpha + `", "name": "a"}`, 201},
	{"POST /_fake/images", `{"id": "` + alpha + `", "name": "a"}`, 409},
	{"GET /_fake/images", "", 200},
	{"GET /_fake/images/" + alpha, "", 200},
	{"PATCH /_fake/images/" + alpha, `{"protected": true}`, 200},
	{"POST /_fake/check", `{"kept": ["` + alpha + `"]}`, 200},
	{"POST /_fake/check", `{"deleted": ["` + alpha + `"]}`, 409},
	{"DELETE /_fake/images/" + alpha, "", 204},
	{"DELETE /_fake/images/" + alpha, "", 404},
	{"POST /_fake/faults", `{"name": "busy", "inject": {"status": 503}}`, 201},
	{"POST /_fake/faults", `{"name": "busy", "inject": {"status": 503}}`, 409},
	{"GET /_fake/faults", "", 200},
	{"PUT /_fake/faults/busy", `{"inject": {"status": 500}}`, 200},
	{"DELETE /_fake/faults/busy", "", 204},
	{"DELETE /_fake/faults/busy", "", 404},
	{"POST /_fake/limits", `{"rate": "10/1m"}`, 201},
	{"PUT /_fake/limits/limits[0]", `{"rate": "20/1m"}`, 200},
	{"DELETE /_fake/limits/limits[0]", "", 204},
	{"GET /v2/images", "", 200},
	{"GET /_fake/requests", "", 200},
	{"GET /_fake/requests?wait=9&timeout=1ms", "", 408},
	{"GET /_fake/requests/1", "", 200},
	{"GET /_fake/requests/9", "", 404},
	{"DELETE /_fake/requests", "", 204},
	{"GET /_fake/scenario", "", 200},
	{"GET /_fake/scenarios", "", 200},
	{"PUT /_fake/scenario?name=one-image&name=empty", "", 204},
	{"PUT /_fake/scenario?name=none", "", 400},
	{"PUT /_fake/scenario", `{"images": [{"name": "b"}]}`, 204},
	{"POST /_fake/reset", "", 204},
	{"POST /_fake/reset?to=current", "", 204},
	{"POST /_fake/sandboxes", `{"name": "pay", "names": ["empty"]}`, 201},
	{"POST /_fake/sandboxes", `{"name": "pay", "scenario": {"images": []}}`, 409},
	{"POST /_fake/sandboxes?format=sh", `{}`, 201},
	{"POST /_fake/sandboxes/two", `{"names": ["empty"]}`, 201},
	{"POST /_fake/sandboxes/two", `{"names": ["empty"]}`, 409},
	{"GET /_fake/sandboxes", "", 200},
	{"DELETE /_fake/sandboxes/pay", "", 204},
	{"DELETE /_fake/sandboxes/pay", "", 404},
	{"GET /_fake/health", "", 200},
	{"GET /_fake/clock", "", 200},
	{"POST /_fake/clock", `{"advance": "10m"}`, 200},
	{"GET /_fake/openapi.json", "", 200},
	{"GET /_fake/events", "", 200},
	{"GET /_fake/requests?wait=9", "", 503}, // the server closes
	{"GET /_fake/health", "", 503},          // it has closed
}

// Each call that is served is one that is described, and so is its answer, to an
// independent validator; and all that is described is served.
func TestCallsAreAsDescribed(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	doc, err := libopenapi.NewDocument(description(t, srv))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	paths := model.Model.Paths.PathItems
	seen := make(map[string]bool) // method, path and status
	for _, c := range calls {
		method, path, _ := strings.Cut(c.call, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		req.Header.Set("X-Auth-Token", "t")
		resp := answer(t, srv, req, c.status)
		if resp.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.call, c.body, resp.StatusCode, c.status)
		}
		if !strings.HasPrefix(path, "/_fake") {
			continue
		}
		for pattern := range paths.KeysFromOldest() {
			if matches(pattern, req.URL.Path) {
				seen[method+" "+pattern+" "+strconv.Itoa(c.status)] = true
				break
			}
		}
		if path == "/_fake" {
			continue // to the validator it is /_fake/
		}
		req.Body = io.NopCloser(strings.NewReader(c.body))
		if c.status != http.StatusBadRequest {
			if ok, problems := v.ValidateHttpRequest(req); !ok {
				t.Errorf("%s %s is not as described: %s: %s", c.call, c.body, problems[0].Message, problems[0].Reason)
			}
		}
		if ok, problems := v.ValidateHttpResponse(req, resp); !ok {
			t.Errorf("the answer to %s %s is not as described: %s: %s", c.call, c.body, problems[0].Message, problems[0].Reason)
		}
	}
	for path, item := range paths.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			for status := range op.Responses.Codes.FromOldest() {
				call := strings.ToUpper(method) + " " + path + " " + status
				if common := "400 401 403 404 413"; !seen[call] && !strings.Contains(common, status) {
					t.Errorf("%s is described, and not tried", call)
				}
			}
		}
	}
}

// matches reports whether a path is one that the description has as a pattern.
func matches(pattern, path string) bool {
	wants, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(wants, parts, func(want, part string) bool {
		return want == part || strings.HasPrefix(want, "{") && part != ""
	})
}

// answer is the answer to a request. It is 503 once the server closes.
func answer(t *testing.T, srv *fakeserver.Server, req *http.Request, status int) *http.Response {
	t.Helper()
	if status == http.StatusServiceUnavailable {
		srv.Close()
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, req)
		return rec.Result()
	}
	client := *srv.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body io.Reader = resp.Body
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		body = io.LimitReader(body, 10) // it has no end
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	return resp
}

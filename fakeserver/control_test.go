package fakeserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The control API reads no files of the machine it runs on, however a call names
// them, and whether they exist or not.
func TestControlReadsNoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, scenario := filepath.Join(dir, "secret.txt"), filepath.Join(dir, "scenario.yaml")
	for file, text := range map[string]string{secret: "a secret", scenario: "images: [{name: from-a-file}]"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	srv := fakeserver.Run(t)
	for _, test := range []struct{ method, path, body, want string }{
		{"POST", "/_fake/images", `{"name": "a", "data": {"file": "` + secret + `"}}`, "the control API reads no files"},
		{"PUT", "/_fake/scenario", `{"images": [{"data": {"file": "` + secret + `"}}]}`, "images[0].data.file: the control API reads no files"},
		{"PUT", "/_fake/scenario", `{"storage": {"downloads": [{"uri": "http://a", "data": {"file": "` + secret + `"}}]}}`, "storage.downloads[0].data.file: the control API reads no files"},
		{"PUT", "/_fake/scenario?name=" + url.QueryEscape(scenario), "", "unknown scenario"},
	} {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, httptest.NewRequest(test.method, test.path, strings.NewReader(test.body)))
		if rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), test.want) {
			t.Errorf("%s %s %s: %d %s, want 400 and %q", test.method, test.path, test.body, rec.Code, rec.Body, test.want)
		}
	}
	if images := srv.Images(); len(images) > 0 {
		t.Errorf("the server read %v from a file", images)
	}
}

// The answer about a file does not depend on the file, whatever it is: nobody looks.
func TestControlLooksAtNoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	present := filepath.Join(dir, "present")
	if err := os.WriteFile(present, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := fakeserver.Run(t, fakeserver.WithYAML("images: [{id: "+alpha+"}]"))
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/_fake/images", `{data: {file: FILE}}`},
		{"PATCH", "/_fake/images/" + alpha, `{data: {file: FILE}}`},
		{"PUT", "/_fake/scenario", `{images: [{data: {file: FILE}}]}`},
		{"PUT", "/_fake/scenario", `{storage: {downloads: [{uri: "http://a", data: {file: FILE}}]}}`},
		{"POST", "/_fake/sandboxes", `{scenario: {images: [{data: {file: FILE}}]}}`},
		{"POST", "/_fake/sandboxes", `{scenario: {storage: {downloads: [{uri: "http://a", data: {file: FILE}}]}}}`},
	} {
		for _, file := range []string{present, dir, filepath.Join(dir, "missing"), "relative", "/proc/self/mem"} {
			body := strings.ReplaceAll(test.body, "FILE", file)
			rec := httptest.NewRecorder()
			srv.ServeHTTP(rec, httptest.NewRequest(test.method, test.path, strings.NewReader(body)))
			// One problem, and nothing of what the file is or is not.
			if rec.Code != http.StatusBadRequest || strings.Count(rec.Body.String(), `"message"`) != 1 ||
				!strings.Contains(rec.Body.String(), `"message":"the control API reads no files; send text or bytes"`) || strings.Contains(rec.Body.String(), file) {
				t.Errorf("%s %s %s: %d %s", test.method, test.path, body, rec.Code, rec.Body)
			}
		}
	}
}

// Of very many problems the answer has the first, and says how many there are.
func TestControlReportsSomeProblems(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	var body strings.Builder
	for i := range scenarios.MaxProblems + 500 {
		fmt.Fprintf(&body, "unknown-%d: x\n", i)
	}
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest("PUT", "/_fake/scenario", strings.NewReader(body.String())))
	if n := strings.Count(rec.Body.String(), `"message"`); rec.Code != http.StatusBadRequest || n != scenarios.MaxProblems || !strings.Contains(rec.Body.String(), "and 500 more problems") {
		t.Errorf("%d with %d problems, want 400 with %d; and 500 more", rec.Code, n, scenarios.MaxProblems)
	}
}

// HEAD is answered as GET is, without a body: what asks for the health of a container
// often sends it.
func TestControlHead(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	for path, status := range map[string]int{"health": 200, "": 200, "events": 200, "requests/1": 404, "reset": 405, "requests?a=b": 400} {
		resp, body := askWith(t, srv.Client(), "HEAD", srv.URL+"/_fake/"+path, "")
		if resp.StatusCode != status || body != "" {
			t.Errorf("HEAD /_fake/%s: %s %s, want %d", path, resp.Status, body, status)
		}
	}
}

// A body that a control call announced and that does not come is given up, whether the
// call takes a body or not.
func TestControlBodyDoesNotCome(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithBodyTimeout(20*time.Millisecond))
	for _, start := range []string{"POST /_fake/faults", "PUT /_fake/scenario?name=empty", "DELETE /_fake/requests", "GET /_fake/images"} {
		conn := dial(t, srv)
		if _, err := fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{n", start); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", start, err)
		}
		body := string(must(io.ReadAll(resp.Body)))
		resp.Body.Close()
		if want := "nothing more of the body came for too long, after 2 bytes"; resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("%s: %s %s, want 400 and %q", start, resp.Status, body, want)
		}
	}
}

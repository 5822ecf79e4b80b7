package fakeserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
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

package fakeserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
)

// Each call of the control API that changes something, or was to, is logged with what it
// did; the others are not.
func TestControlLog(t *testing.T) {
	t.Parallel()
	const image = "/_fake/images/" + alpha
	calls := []struct{ row, path, body, want string }{
		{"POST /_fake/images", "/_fake/images", `{id: ` + alpha + `}`, `status=201 did="added the image ` + alpha + `"`},
		{"PATCH /_fake/images/{id}", image, `{protected: true}`, `status=200 did="changed the image ` + alpha + `"`},
		{"DELETE /_fake/images/{id}", image, ``, `status=204 did="deleted the image ` + alpha + `"`},
		{"DELETE /_fake/images/{id}", image, ``, `status=404 error="no image has the id \"` + alpha + `\""`},
		{"POST /_fake/faults", "/_fake/faults", `{name: once, inject: {status: 503}}`, `status=201 did="added the fault once"`},
		{"POST /_fake/faults", "/_fake/faults", `{name: once, inject: {status: 503}}`, `status=409 error=`},
		{"PUT /_fake/faults/{name}", "/_fake/faults/once", `{inject: {status: 500}}`, `status=200 did="set the fault once"`},
		{"PUT /_fake/faults/{name}", "/_fake/faults/other", `{inject: {status: 500}}`, `status=200 did="set the fault other"`},
		{"DELETE /_fake/faults/{name}", "/_fake/faults/once", ``, `status=204 did="removed the fault once"`},
		{"POST /_fake/limits", "/_fake/limits", `{rate: 10/1m}`, `status=201 did="added the limit limits[0]"`},
		{"PUT /_fake/limits/{name}", "/_fake/limits/limits%5B0%5D", `{rate: 20/1m}`, `status=200 did="replaced the limit limits[0]"`},
		{"DELETE /_fake/limits/{name}", "/_fake/limits/limits%5B0%5D", ``, `status=204 did="removed the limit limits[0]"`},
		{"DELETE /_fake/requests", "/_fake/requests", ``, `status=204 did="emptied the journal"`},
		{"PUT /_fake/scenario", "/_fake/scenario?name=one-image", ``, `status=204 did="began to play the scenario one-image"`},
		{"POST /_fake/reset", "/_fake/reset", ``, `status=204 did="began again from the start"`},
		{"POST /_fake/reset", "/_fake/reset?to=current", ``, `status=204 did="began the present scenario again"`},
		{"POST /_fake/sandboxes", "/_fake/sandboxes", `{name: pay, names: empty}`, `status=201 did="made the sandbox pay, which plays empty"`},
		{"POST /_fake/clock", "/s/pay/_fake/clock", `{advance: 10m}`, `status=200 did="advanced the clock by 10m0s" sandbox=pay`},
		{"POST /_fake/clock", "/s/pay/_fake/clock", `{advance: -10m}`, `status=400 error=`},
		{"POST /_fake/sandboxes/{name}", "/_fake/sandboxes/two", `{names: empty}`, `status=201 did="made the sandbox two, which plays empty"`},
		{"DELETE /_fake/sandboxes/{name}", "/_fake/sandboxes/pay", ``, `status=204 did="removed the sandbox pay"`},
		{"POST /_fake/check", "/_fake/check", `{deleted: [` + alpha + `]}`, ``},
		{"GET /_fake/images", "/_fake/images", ``, ``},
		{"GET /_fake/requests", "/_fake/requests?wait=0", ``, ``},
	}
	tested := make(map[string]bool)
	var log bytes.Buffer
	k := &logRecorder{TB: t}
	srv := fakeserver.Run(t, fakeserver.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	inTest := fakeserver.Run(k)
	for _, c := range calls {
		tested[c.row] = true
		method, _, _ := strings.Cut(c.row, " ")
		log.Reset()
		k.log = ""
		for _, s := range []*fakeserver.Server{srv, inTest} {
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, c.path, strings.NewReader(c.body)))
		}
		want := `level=INFO msg="` + method + ` ` + strings.TrimPrefix(c.path, "/s/pay") + `" ` + c.want
		if c.want == "" {
			if log.Len() > 0 || k.log != "" {
				t.Errorf("%s %s is logged: %s%s", method, c.path, &log, k.log)
			}
			continue
		}
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, want) || !strings.Contains(got, " took=") {
			t.Errorf("%s %s %s is logged as\n%swant\n%s", method, c.path, c.body, got, want)
		}
		if strings.Count(k.log, "\n") != 1 || !strings.Contains(k.log, " /_fake/") {
			t.Errorf("%s %s %s is logged to the test as %q", method, c.path, c.body, k.log)
		}
	}
	for _, row := range control.Table {
		if !tested[row.Method+" "+row.Path] && row.Method != http.MethodGet {
			t.Errorf("%s %s is not tested", row.Method, row.Path)
		}
	}
}

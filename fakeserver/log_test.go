package fakeserver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

const busyThenLost = `
images: [{id: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90}]
faults:
- {name: busy, match: {operation: delete_image}, times: 1, inject: {status: 503}}
- {name: lost, match: {operation: delete_image}, times: 1, inject: {drop: reset}}
`

// makeCalls sends four requests to a server without a network.
func makeCalls(srv *fakeserver.Server) {
	try := func(method, path string) {
		defer func() { _ = recover() }() // a handler panics to drop a call that it cannot hijack
		call(srv, method, path, nil)
	}
	const image = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	try(http.MethodDelete, image)
	try(http.MethodDelete, image)
	try(http.MethodDelete, image+"?again")
	try(http.MethodGet, "/v2/nothing")
}

// logRecorder is a test that records what is logged to it.
type logRecorder struct {
	testing.TB
	log string
}

func (k *logRecorder) Logf(format string, args ...any) { k.log += fmt.Sprintf(format, args...) + "\n" }

func TestRunLogsToTheTest(t *testing.T) {
	t.Parallel()
	k := &logRecorder{TB: t}
	makeCalls(fakeserver.Run(k, fakeserver.WithYAML(busyThenLost)))
	const want = `DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90: delete_image 503 (busy 1/1 scenario:4)
DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90: delete_image dropped (lost 1/1 scenario:5)
DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90?again: delete_image 204
GET /v2/nothing: no operation 404
`
	if k.log != want {
		t.Errorf("logged\n%swant\n%s", k.log, want)
	}
}

func TestWithLog(t *testing.T) {
	t.Parallel()
	k, all := &logRecorder{TB: t}, new(bytes.Buffer)
	timeless := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" || a.Key == "request_id" {
			return slog.Attr{}
		}
		return a
	}
	logger := slog.New(slog.NewTextHandler(all, &slog.HandlerOptions{ReplaceAttr: timeless}))
	makeCalls(fakeserver.Run(k, fakeserver.WithYAML(busyThenLost), fakeserver.WithLog(logger)))
	const want = `level=INFO msg="DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" operation=delete_image status=503 injected="busy 1/1 scenario:4" project=demo
level=INFO msg="DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" operation=delete_image status=0 injected="lost 1/1 scenario:5" end=reset project=demo
level=INFO msg="DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90?again" operation=delete_image status=204 project=demo
level=INFO msg="GET /v2/nothing" operation="" status=404 project=demo
`
	if all.String() != want {
		t.Errorf("logged\n%swant\n%s", all, want)
	}
	makeCalls(fakeserver.Run(k, fakeserver.WithLog(nil)))
	if k.log != "" {
		t.Errorf("logged to the test: %s", k.log)
	}
}

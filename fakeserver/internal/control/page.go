package control

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dashboard"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
)

func getPage(_ *sandbox.Sandbox, c call) (any, error) {
	file, ok := dashboard.Find(c.vars.Get("file"))
	if !ok {
		return nil, errorf(http.StatusNotFound, "the page has no file %q", c.vars.Get("file"))
	}
	return writer(func(rw http.ResponseWriter) { file.Serve(rw, c.Request) }), nil
}

// findPage sends a browser on to the page, from which the page's links are right.
func findPage(*sandbox.Sandbox, call) (any, error) {
	return writer(func(rw http.ResponseWriter) {
		// Relative, as the client may know the server by another path.
		rw.Header().Set("Location", "_fake/")
		rw.WriteHeader(http.StatusTemporaryRedirect)
	}), nil
}

package fakeserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The service fails twice, then deletes the image.
func Example() {
	srv, err := fakeserver.New(fakeserver.WithScenario("flaky-then-ok"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	web := httptest.NewServer(srv) // in a test, fakeserver.Run does both
	defer web.Close()

	for range 4 {
		req, _ := http.NewRequest(http.MethodDelete, web.URL+"/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", nil)
		req.Header.Set("X-Auth-Token", srv.Token())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	// Output:
	// 503 Service Unavailable
	// 503 Service Unavailable
	// 204 No Content
	// 404 Not Found
}

// A fault is injected while the server runs.
func ExampleServer_Inject() {
	srv, err := fakeserver.New(fakeserver.WithScenario("one-image"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	remove, err := srv.Inject(scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}},
		Inject: scenarios.Injection{Status: http.StatusTooManyRequests, Hop: scenarios.Gateway},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(get(srv, "/v2/images"))
	remove()
	fmt.Println(get(srv, "/v2/images"))
	// Output:
	// 429
	// 200
}

// The journal says which fault was injected into a request, and why the others
// were not.
func ExampleServer_Requests() {
	srv, err := fakeserver.New(fakeserver.WithYAML(`
faults:
  - {name: lists, match: {operation: get_images}, times: 1, inject: {status: 503}}
  - {name: deletions, match: {operation: delete_image}, inject: {status: 500}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	get(srv, "/v2/images")
	get(srv, "/v2/images")

	for _, r := range srv.Requests() {
		fmt.Println(r)
		for miss := range r.Misses() {
			fmt.Printf("  %s: %s\n", miss.Fault, miss.Reason)
		}
	}
	// Output:
	// GET /v2/images 503
	//   deletions: operation: get_images, not delete_image
	// GET /v2/images 200
	//   lists: times: already injected 1 of 1
	//   deletions: operation: get_images, not delete_image
}

// A token expires without anybody waiting for it.
func ExampleServer_Advance() {
	srv, err := fakeserver.New(fakeserver.WithYAML(`
auth:
  tokens: [{token: t, expires_after: 1h}]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	fmt.Println(get(srv, "/v2/images"))
	srv.Advance(2 * time.Hour)
	fmt.Println(get(srv, "/v2/images"))
	// Output:
	// 200
	// 401
}

// get is the status of a GET, asked without a network.
func get(srv *fakeserver.Server, path string) int {
	req := httptest.NewRequest(http.MethodGet, path, strings.NewReader(""))
	req.Header.Set("X-Auth-Token", "t")
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	return rec.Code
}

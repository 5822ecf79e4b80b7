package fakeserver_test

import (
	"context"
	"fmt"
	"log"
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
	web := httptest.NewServer(srv) // in a test, fakeserver.Run does the work of both
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

// A deletion is held before its work, while another call is made.
func ExampleServer_Hold() {
	srv, err := fakeserver.New(fakeserver.WithScenario("one-image"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	const image = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	deletion := srv.Hold(
		scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
		fakeserver.HoldBefore(scenarios.BeforeWork),
	)
	status := make(chan int)
	go func() { status <- do(srv, http.MethodDelete, image) }()
	if err := deletion.Arrived(ctx); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(get(srv, image))
	deletion.Release()
	fmt.Println(<-status)
	fmt.Println(get(srv, image))
	// Output:
	// 200
	// 204
	// 404
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

// A token expires without the test having to wait.
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

// A limit answers 429 once its calls are used up, until time has passed.
func Example_limits() {
	srv, err := fakeserver.New(fakeserver.WithYAML(`
limits:
  - {match: {operation: get_images}, rate: 2/1m}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	fmt.Println(get(srv, "/v2/images"), get(srv, "/v2/images"), get(srv, "/v2/images"))
	srv.Advance(time.Minute)
	fmt.Println(get(srv, "/v2/images"))
	// Output:
	// 200 200 429
	// 200
}

// A deleted image lingers: it is still shown for two reads.
func Example_lingering() {
	srv, err := fakeserver.New(
		fakeserver.WithScenario("one-image"),
		fakeserver.WithFaults(scenarios.Fault{
			Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
			Inject: scenarios.Injection{Linger: &scenarios.Linger{Reads: 2}},
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	const image = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	fmt.Println(do(srv, http.MethodDelete, image))
	fmt.Println(get(srv, image), get(srv, image), get(srv, image))
	// Output:
	// 204
	// 200 200 404
}

// One server plays one scenario after the other.
func ExampleServer_Play() {
	srv, err := fakeserver.New(fakeserver.WithScenario("empty"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	for _, name := range []string{"one-image", "unavailable"} {
		sc, err := scenarios.Load(name)
		if err == nil {
			err = srv.Play(sc)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, do(srv, http.MethodDelete, "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"))
	}
	// Output:
	// one-image 204
	// unavailable 503
}

// Why was my fault not injected?
func ExampleRequest_Misses() {
	srv, err := fakeserver.New(fakeserver.WithScenario("one-image"), fakeserver.WithFaults(scenarios.Fault{
		Name:   "busy",
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}, Image: "ubunto*"},
		Inject: scenarios.Injection{Status: 503},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	do(srv, http.MethodDelete, "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90")

	for miss := range srv.Requests()[0].Misses() {
		fmt.Println(miss.Fault, miss.Reason)
	}
	// Output:
	// busy image: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 (ubuntu-24.04), not ubunto*
}

// TestMain starts one server for all tests of a package. Each test calls Reset
// before it begins, so these must not run in parallel.
func ExampleStart() {
	// func TestMain(m *testing.M) {
	srv, err := fakeserver.Start(fakeserver.WithScenario("one-image"))
	if err != nil {
		log.Fatal(err)
	}
	run := func() int { // m.Run()
		for range 2 {
			srv.Reset()
			fmt.Println(do(srv, http.MethodDelete, "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"))
		}
		return 0
	}
	code := run()
	srv.Close()
	fmt.Println("exit", code) // os.Exit(code)
	// Output:
	// 204
	// 204
	// exit 0
}

// get is the status of a GET, asked without a network.
func get(srv *fakeserver.Server, path string) int { return do(srv, http.MethodGet, path) }

// do is the status of a request, sent without a network.
func do(srv *fakeserver.Server, method, path string) int {
	req := httptest.NewRequest(method, path, strings.NewReader(""))
	req.Header.Set("X-Auth-Token", "t")
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	return rec.Code
}

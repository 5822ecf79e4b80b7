package fakeserver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

func TestFailAndRemove(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithImages(scenarios.Image{ID: ubuntu}))
	remove := srv.Fail(t, scenarios.GetImage, http.StatusServiceUnavailable, 0)
	get := func() int {
		status, _, err := request(t.Context(), srv, http.MethodGet, "/v2/images/"+ubuntu)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	for range 3 {
		if got := get(); got != http.StatusServiceUnavailable {
			t.Fatalf("a failing call was answered %d, want 503", got)
		}
	}
	remove()
	remove()
	if got := get(); got != http.StatusOK {
		t.Errorf("after remove the call was answered %d", got)
	}
}

func TestNewestFaultIsTriedFirst(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Status: 500}}))
	srv.Fail(t, scenarios.GetImages, 502, 1)
	srv.Fail(t, scenarios.GetImages, 503, 1)
	for range 3 {
		if _, _, err := request(t.Context(), srv, http.MethodGet, "/v2/images"); err != nil {
			t.Fatal(err)
		}
	}
	srv.CheckRequests(t, "GET /v2/images 503", "GET /v2/images 502", "GET /v2/images 500")
}

func TestResetGoesBackToTheStart(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("flaky-then-ok"))
	before := srv.Images()
	for _, want := range []int{503, 503, 204} {
		status, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
		if err != nil || status != want {
			t.Fatalf("DELETE: %d, %v, want %d", status, err, want)
		}
	}
	srv.Advance(time.Hour)
	srv.Reset()
	if got := srv.Images(); len(got) != len(before) || got[0].ID != before[0].ID {
		t.Errorf("after Reset there are %v, want %v", got, before)
	}
	if got := srv.Requests(); len(got) != 0 {
		t.Errorf("after Reset the journal has %v", got)
	}
	if got := srv.Faults()[0]; got.Seen != 0 || got.Injected != 0 {
		t.Errorf("after Reset the fault has seen %d calls and was injected %d times", got.Seen, got.Injected)
	}
	status, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
	if err != nil || status != 503 {
		t.Errorf("after Reset the answer to DELETE is %d, %v, want 503", status, err)
	}
}

func TestPlayIsAllOrNothing(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	bad := &scenarios.Scenario{Images: []scenarios.Image{{ID: "no-uuid"}}}
	if err := srv.Play(bad); err == nil || !strings.Contains(err.Error(), "images[0].id") {
		t.Errorf("Play of a bad scenario returned %v", err)
	}
	if _, ok := srv.Image(ubuntu); !ok {
		t.Error("a bad scenario replaced the images")
	}
	if err := srv.Play(&scenarios.Scenario{}); err != nil {
		t.Fatal(err)
	}
	if got := srv.Images(); len(got) != 0 {
		t.Errorf("an empty scenario has %v", got)
	}
}

func TestWaitRequests(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	waited := make(chan error)
	go func() { waited <- srv.WaitRequests(deadline(t), 2) }()
	for range 2 {
		if _, _, err := request(deadline(t), srv, http.MethodGet, "/v2/images"); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := srv.WaitRequests(ctx, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for a request that does not come ended with %v", err)
	}
}

// A caller that is waiting when another scenario starts waits for the requests of the
// new one.
func TestWaitRequestsAcrossReset(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	waited := make(chan error)
	go func() { waited <- srv.WaitRequests(deadline(t), 1) }()
	srv.Reset()
	if _, _, err := request(deadline(t), srv, http.MethodGet, "/v2/images"); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
}

func TestCloseCutsHangingAnswers(t *testing.T) {
	t.Parallel()
	for _, inject := range []scenarios.Injection{
		{Drop: scenarios.Hang},
		{Delay: scenarios.Delay{Min: time.Hour}},
		{Throttle: 1},
	} {
		t.Run(inject.String(), func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: inject}))
			failed := make(chan error)
			go func() {
				_, _, err := request(deadline(t), srv, http.MethodGet, "/v2/images")
				failed <- err
			}()
			if err := srv.WaitRequests(deadline(t), 1); err != nil {
				t.Fatal(err)
			}
			srv.Close()
			srv.Close()
			if err := <-failed; err == nil {
				t.Error("the hanging call was answered")
			}
		})
	}
}

func TestAdvanceEndsADelay(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Delay: scenarios.Delay{Min: time.Hour}}}))
	answered := make(chan int)
	go func() {
		status, _, _ := request(deadline(t), srv, http.MethodGet, "/v2/images")
		answered <- status
	}()
	if err := srv.WaitRequests(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	srv.Advance(2 * time.Hour)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the late answer is %d, want 200", status)
	}
}

// A server without a network is a handler like any other.
func TestNewServesWithoutANetwork(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(fakeserver.WithScenario("one-image"))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	if rec := call(srv, http.MethodDelete, "/v2/images/"+ubuntu, nil); rec.Code != http.StatusNoContent {
		t.Errorf("the answer to DELETE is %d", rec.Code)
	}
	srv.CheckDeleted(t, ubuntu)
}

// Options are merged in order: lists grow, and a value that an option does not set
// stays as it was.
func TestOptionsAreMerged(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New(
		fakeserver.WithYAML("dialect: ims\nauth: {strict: true, tokens: [{token: first}]}\nimages: [{name: first}]"),
		fakeserver.WithYAML("auth: {tokens: [{token: second}]}"),
		fakeserver.WithImages(scenarios.Image{Name: "second"}),
		fakeserver.WithDialect(scenarios.Native),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	get := func(path, token string) *httptest.ResponseRecorder {
		return call(srv, http.MethodGet, path, nil, "X-Auth-Token", token)
	}
	for token, want := range map[string]int{"first": http.StatusOK, "second": http.StatusOK, "third": http.StatusUnauthorized} {
		if got := get("/v2/images", token).Code; got != want {
			t.Errorf("the answer to the %s token is %d, want %d", token, got, want)
		}
	}
	if body := get("/v2/images/"+ubuntu, "first").Body.String(); strings.Contains(body, "IMG.") {
		t.Errorf("the first dialect is still in use: %s", body)
	}
	if images := srv.Images(); len(images) != 2 || images[0].Name != "first" || images[1].Name != "second" {
		t.Errorf("the images are %v", images)
	}
}

func TestNewReturnsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		opt  fakeserver.Option
		want string
	}{
		{"an unknown built-in", fakeserver.WithScenario("flaky-then-okay"), `did you mean "flaky-then-ok"?`},
		{"a typo", fakeserver.WithYAML("faults:\n  - match: {operation: delete_imag}\n    inject: {status: 500}\n"), `2:24: faults[0].match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)`},
		{"a bad image", fakeserver.WithImages(scenarios.Image{ID: "x"}), "images[0].id"},
		{"a bad fault", fakeserver.WithFaults(scenarios.Fault{}), "faults[0]"},
		{"a bad dialect", fakeserver.WithDialect("klingon"), "dialect"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := fakeserver.New(test.opt)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New returned %v, want an error with %q", err, test.want)
			}
		})
	}
}

// recorder is a test that only records what was reported and logged.
type recorder struct {
	fakeserver.TB
	errors, fatal []string
	log           string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = append(r.fatal, fmt.Sprintf(format, args...))
}

func (r *recorder) Logf(format string, args ...any) { r.log += fmt.Sprintf(format, args...) }

func TestChecksFail(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("flaky-then-ok"))
	for name, check := range map[string]func(fakeserver.TB){
		"an image that exists":          func(t fakeserver.TB) { srv.CheckDeleted(t, ubuntu) },
		"an image that never existed":   func(t fakeserver.TB) { srv.CheckDeleted(t, "4ca46bf1-5c61-48ff-b4f3-000000000000") },
		"a fault that was not injected": srv.CheckFaultsSpent,
		"a request that was not sent":   func(t fakeserver.TB) { srv.CheckRequests(t, "GET / 300") },
	} {
		rec := &recorder{TB: t}
		check(rec)
		if len(rec.errors) != 1 {
			t.Errorf("%s: %d errors, want 1", name, len(rec.errors))
		}
	}
}

// A server does not share memory with the scenario it was given, nor with what it
// returns.
func TestScenarioIsNotShared(t *testing.T) {
	t.Parallel()
	sc := &scenarios.Scenario{
		Images: []scenarios.Image{{Name: "a", Tags: []string{"tag"}, Properties: map[string]string{"key": "value"}, Members: []scenarios.Member{{Project: "beta"}}}},
		Faults: []scenarios.Fault{{
			Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}, Headers: map[string]string{"X-Try": "1"}},
			Inject: scenarios.Injection{Status: http.StatusServiceUnavailable, Headers: map[string]string{"X-Why": "busy"}},
		}},
	}
	made, err := fakeserver.New(fakeserver.WithImages(sc.Images...), fakeserver.WithFaults(sc.Faults...))
	if err != nil {
		t.Fatal(err)
	}
	played := fakeserver.Run(t)
	if err := played.Play(sc); err != nil {
		t.Fatal(err)
	}
	overwrite := func(img scenarios.Image, f scenarios.Fault) {
		img.Tags[0], img.Properties["key"], img.Members[0].Project = "overwritten", "overwritten", "overwritten"
		f.Match.Operation[0], f.Match.Headers["X-Try"], f.Inject.Headers["X-Why"] = scenarios.DeleteImage, "2", "overwritten"
	}
	overwrite(sc.Images[0], sc.Faults[0])
	for name, srv := range map[string]*fakeserver.Server{"New": made, "Play": played} {
		for range 2 {
			img, f := srv.Images()[0], srv.Faults()[0].Fault
			if img.Tags[0] != "tag" || img.Properties["key"] != "value" || img.Members[0].Project == "overwritten" {
				t.Errorf("%s: the image is %+v", name, img)
			}
			if f.Match.Operation[0] != scenarios.GetImages || f.Match.Headers["X-Try"] != "1" || f.Inject.Headers["X-Why"] != "busy" {
				t.Errorf("%s: the fault is %+v", name, f)
			}
			overwrite(img, f) // what the server returns is not shared either
			overwrite(srv.Scenario().Images[0], srv.Scenario().Faults[0])
			srv.Restart()
		}
	}
}

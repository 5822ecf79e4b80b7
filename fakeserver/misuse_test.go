package fakeserver_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// What a test does wrong is said in words that help, and nothing changes.
func TestPlayNil(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	if err := srv.Play(nil); err == nil || !strings.Contains(err.Error(), "the scenario is nil") {
		t.Errorf("Play(nil) returned %v", err)
	}
	if len(srv.Images()) != 1 {
		t.Error("Play(nil) took the image away")
	}
}

func TestAdvanceBackwards(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	before := srv.Now()
	if got := panicOf(func() { srv.Advance(-time.Second) }); !strings.Contains(got, "the clock cannot go back by 1s") {
		t.Errorf("Advance panics with %q", got)
	}
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/_fake/clock", strings.NewReader("{advance: -1h}")))
	if rec.Code != http.StatusBadRequest {
		t.Errorf("POST /_fake/clock: %d %s, want 400", rec.Code, rec.Body)
	}
	if srv.Now().Before(before) {
		t.Error("the clock has gone back")
	}
}

// Beyond 292 years a duration overflows, and the clock would go back: it stays there.
func TestAdvanceTooFar(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithImages(scenarios.Image{ID: alpha}))
	const far, end = 2_000_000 * time.Hour, time.Duration(math.MaxInt64)
	post := func(d time.Duration) {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/_fake/clock", strings.NewReader("{advance: "+d.String()+"}")))
		if rec.Code != http.StatusOK {
			t.Errorf("POST /_fake/clock: %d %s, want 200", rec.Code, rec.Body)
		}
	}
	for i, advance := range []func(time.Duration){srv.Advance, post, srv.Advance, post} {
		want := end
		if i == 0 {
			want = far
		}
		before := time.Now()
		advance(far)
		if now := srv.Now(); now.Before(before.Add(want)) || now.After(time.Now().Add(want)) {
			t.Errorf("after %d times the clock is at %s, want %s after %s", i+1, now, want, before)
		}
	}
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, "/v2/images/"+alpha, nil)
	req.Header.Set("X-Auth-Token", "t")
	srv.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		t.Errorf("then an image is %d %s", rec.Code, rec.Body)
	}
}

// panicOf is what a function panics with.
func panicOf(do func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	do()
	return ""
}

// A server that does not listen has no address that a client could reach: not
// the whole world's.
func TestClientOfAServerThatDoesNotListen(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.New()
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	resp, err := srv.Client().Get(srv.URL + "/healthcheck")
	if err == nil {
		resp.Body.Close()
	}
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:9292/healthcheck", nil))
	if resp, err = srv.Client().Do(req); err == nil || !strings.Contains(err.Error(), "the server does not listen") {
		t.Errorf("its client returns %v, %v", resp, err)
	}
}

// A handler without a network has no connection to drop. Httptest's recorder
// would show an empty 200 instead.
func TestDropWithoutAConnection(t *testing.T) {
	t.Parallel()
	for _, drop := range []scenarios.Drop{scenarios.Reset, scenarios.Close, scenarios.Truncate, scenarios.Hang} {
		srv, err := fakeserver.New(fakeserver.WithFaults(scenarios.Fault{Name: "lost", Inject: scenarios.Injection{Drop: drop}}))
		if err != nil {
			t.Fatal(err)
		}
		got := panicOf(func() {
			srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(deadline(t), http.MethodGet, "/v2/images", nil))
		})
		if !strings.Contains(got, `fault "lost" drops the connection (`+string(drop)+"), but ServeHTTP was called without one") {
			t.Errorf("drop %s panics with %q", drop, got)
		}
		srv.Close()
	}
}

// One line drops connections, until the test ends.
func TestDrop(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	t.Run("a test", func(t *testing.T) {
		srv.Drop(t, scenarios.DeleteImage, scenarios.Close, 1)
		srv.Drop(t, scenarios.GetImages, scenarios.Reset, 0)
		if _, _, err := request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu); err == nil {
			t.Error("the connection was not dropped")
		}
		srv.CheckRequests(t, "DELETE * dropped")
		if _, ok := srv.Image(ubuntu); !ok {
			t.Error("the dropped deletion took effect")
		}
	})
	if faults := srv.Faults(); len(faults) > 0 {
		t.Errorf("after the test there are still %v", faults)
	}
	rec := &recorder{TB: t}
	srv.Drop(rec, scenarios.DeleteImage, "rest", 1)
	if len(rec.fatal) != 1 || !strings.Contains(rec.fatal[0], `fakeserver: Drop: `) || !strings.Contains(rec.fatal[0], `did you mean "reset"?`) {
		t.Errorf("an unknown way to drop is told as %q", rec.fatal)
	}
}

// A mistake in the text of a scenario is found from the test that has it.
func TestWithYAMLNamesTheTest(t *testing.T) {
	t.Parallel()
	_, _, line, _ := runtime.Caller(0)
	_, err := fakeserver.New(fakeserver.WithYAML("faults:\n  - inject: {status: 5}\n  - inject: {stats: 500}\n"))
	if err == nil {
		t.Fatal("there is no error")
	}
	for _, got := range strings.Split(err.Error(), "\n") {
		if want := fmt.Sprintf("misuse_test.go:%d: scenario:", line+1); !strings.HasPrefix(got, want) {
			t.Errorf("the error is %q, want it to begin with %s", got, want)
		}
	}
}

// Issued tokens end at Reset; the server's own goes on.
func TestTokensEndAtReset(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithStrictAuth(true))
	resp, err := srv.Client().Post(srv.AuthURL()+"/auth/tokens", "application/json", strings.NewReader(`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "a", "password": "b", "domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	issued := resp.Header.Get("X-Subject-Token")
	check := func(when, token string, want int) {
		t.Helper()
		if status, _, err := requestAs(t.Context(), srv, token, http.MethodGet, "/v2/images"); err != nil || status != want {
			t.Errorf("%s Reset the answer is %d, %v, want %d", when, status, err, want)
		}
	}
	check("before", issued, http.StatusOK)
	srv.Reset()
	check("after", issued, http.StatusUnauthorized)
	check("after", srv.Token(), http.StatusOK)
}

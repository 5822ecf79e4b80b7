package fakeserver_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// Of 50 calls at once, half of which a fault cannot change, exactly as many are
// changed as the fault says: in the answers, in their labels and in the counts.
func TestFaultsAreNeverInjectedInVain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, inject string
		could, inert func(i int) (method, path string) // calls that the fault can change, and that it cannot
		changed      func(srv *fakeserver.Server, path string, rec *httptest.ResponseRecorder) bool
	}{
		{
			name:   "linger",
			inject: "{linger: {reads: 1}}",
			could:  func(i int) (string, string) { return http.MethodDelete, fmt.Sprintf("/v2/images/"+numbered, i) },
			inert: func(i int) (string, string) {
				if i%2 == 0 {
					return http.MethodDelete, "/v2/images/" + beta // protected
				}
				return http.MethodDelete, "/v2/images/" + never
			},
			changed: func(srv *fakeserver.Server, path string, _ *httptest.ResponseRecorder) bool {
				return serve(srv, http.MethodGet, path).Code == http.StatusOK
			},
		},
		{
			name:   "fields",
			inject: `{fields: {next: ""}}`,
			could:  func(i int) (string, string) { return http.MethodGet, fmt.Sprintf("/v2/images?limit=%d", i+1) },
			inert: func(i int) (string, string) {
				return http.MethodGet, fmt.Sprintf("/v2/images?name=none&limit=%d", i+1)
			},
			changed: func(_ *fakeserver.Server, _ string, rec *httptest.ResponseRecorder) bool {
				return !strings.Contains(rec.Body.String(), `"next"`)
			},
		},
		{
			name:   "effect applied",
			inject: "{status: 504, effect: applied}",
			could:  func(i int) (string, string) { return http.MethodDelete, fmt.Sprintf("/v2/images/"+numbered, i) },
			inert:  func(int) (string, string) { return http.MethodDelete, "/v2/images/" + beta },
			changed: func(srv *fakeserver.Server, path string, rec *httptest.ResponseRecorder) bool {
				return rec.Code == http.StatusGatewayTimeout && serve(srv, http.MethodGet, path).Code == http.StatusNotFound
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const half, times = 25, 5
			var images strings.Builder
			for i := range half + 1 {
				fmt.Fprintf(&images, "  - {id: "+numbered+"}\n", i)
			}
			srv, err := fakeserver.New(
				fakeserver.WithLog(slog.New(slog.NewTextHandler(io.Discard, nil))),
				fakeserver.WithYAML(twoImages+images.String()+
					"faults: [{name: f, match: {operation: [delete_image, get_images]}, times: 5, inject: "+test.inject+"}]"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(srv.Close)
			for round := range 100 {
				early := &recorder{TB: t}
				if srv.CheckFaultsSpent(early); len(early.errors) != 1 {
					t.Fatalf("round %d begins with %q", round, early.errors)
				}
				could := concurrentCalls(srv, half, test.could, test.inert)
				var labels []string
				for path, rec := range could {
					label := rec.Header().Get("X-Fakeglance-Fault")
					if changed := test.changed(srv, path, rec); changed != (label != "") {
						t.Fatalf("round %d: %s: changed: %t, labelled %q", round, path, changed, label)
					}
					if label != "" {
						labels = append(labels, strings.Fields(label)[1])
					}
				}
				slices.Sort(labels)
				if want := []string{"1/5", "2/5", "3/5", "4/5", "5/5"}; !slices.Equal(labels, want) {
					t.Fatalf("round %d: the labels are %q, want %q", round, labels, want)
				}
				srv.CheckFaultsSpent(t)
				if f := srv.Faults()[0]; f.Injected != times || f.Seen < times || f.Seen > half {
					t.Fatalf("round %d: seen %d, injected %d", round, f.Seen, f.Injected)
				}
				injected := 0
				for _, r := range srv.Requests() {
					if r.Injected != "" {
						injected++
					}
				}
				if injected != times {
					t.Fatalf("round %d: the journal has %d injections, want %d", round, injected, times)
				}
				srv.Reset()
			}
		})
	}
}

// numbered is the format of an image's id.
const numbered = "10000000-0000-4000-8000-%012d"

// concurrentCalls makes n calls of each kind at once. It returns the answers to
// those that a fault could change, by path.
func concurrentCalls(srv *fakeserver.Server, n int, could, inert func(i int) (method, path string)) map[string]*httptest.ResponseRecorder {
	var (
		mu      sync.Mutex
		answers = make(map[string]*httptest.ResponseRecorder)
		ready   = make(chan struct{})
		all     sync.WaitGroup
	)
	for i := range n {
		all.Go(func() {
			<-ready
			method, path := could(i)
			rec := serve(srv, method, path)
			mu.Lock()
			defer mu.Unlock()
			answers[path] = rec
		})
		all.Go(func() {
			<-ready
			method, path := inert(i)
			rec := serve(srv, method, path)
			if rec.Header().Get("X-Fakeglance-Fault") != "" {
				mu.Lock()
				defer mu.Unlock()
				answers[path] = rec // is reported, as it is not changed
			}
		})
	}
	close(ready)
	all.Wait()
	return answers
}

func serve(srv *fakeserver.Server, method, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("X-Auth-Token", "t")
	r.Header.Set("X-Subject-Token", "t") // for validate_token
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, r)
	return rec
}

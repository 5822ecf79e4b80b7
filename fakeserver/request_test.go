package fakeserver_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// deadline returns a context for waiting, so that a test that hangs fails by itself.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// await waits until ok returns true for the requests in the journal.
func await(t *testing.T, srv *fakeserver.Server, what string, ok func([]fakeserver.Request) bool) []fakeserver.Request {
	t.Helper()
	for ctx := deadline(t); ; {
		requests := srv.Requests()
		if ok(requests) {
			return requests
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the journal never had %s; it has %v", what, requests)
		case <-time.After(time.Millisecond):
		}
	}
}

func TestRequestHasItsAnswer(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("images: [{id: "+ubuntu+", name: ubuntu}]\nfaults: [{match: {operation: delete_image}, inject: {drop: truncate, status: 503}}]"))
	_, body, err := request(t.Context(), srv, http.MethodGet, "/v2/images/"+ubuntu)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _ = request(t.Context(), srv, http.MethodDelete, "/v2/images/"+ubuntu)
	got, truncated := srv.Requests()[0], srv.Requests()[1]
	if got.Status != 200 || got.End != fakeserver.Answered || got.ImageID != ubuntu || string(got.AnswerBody) != body {
		t.Errorf("the journal has %+v", got)
	}
	if got.RequestID == "" || got.AnswerHeader.Get("X-Openstack-Request-Id") != got.RequestID || got.AnswerHeader.Get("Content-Type") != "application/json" {
		t.Errorf("the request id is %q, the header %v", got.RequestID, got.AnswerHeader)
	}
	if got.Took <= 0 {
		t.Errorf("it took %v", got.Took)
	}
	if truncated.Status != 503 || truncated.End != fakeserver.Truncated || len(truncated.AnswerBody) == 0 || strings.HasSuffix(string(truncated.AnswerBody), "}") {
		t.Errorf("for the truncated answer the journal has %+v", truncated)
	}
}

func TestRequestEnds(t *testing.T) {
	t.Parallel()
	for drop, want := range map[scenarios.Drop]fakeserver.End{
		scenarios.Reset: fakeserver.Reset, scenarios.Close: fakeserver.Closed, scenarios.Hang: fakeserver.Hung,
	} {
		srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Drop: drop}}))
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _, _, _ = request(ctx, srv, http.MethodGet, "/v2/images") }()
		if err := srv.WaitRequests(deadline(t), 1); err != nil {
			t.Fatal(err)
		}
		got := srv.Requests()[0]
		cancel()
		if got.Status != 0 || got.End != want || got.AnswerHeader.Get("Content-Type") != "" || got.String() != "GET /v2/images dropped" {
			t.Errorf("drop %s: the journal has %+v, want the end %s", drop, got, want)
		}
	}
}

// A request is in the journal while its client is still sending it.
func TestPendingRequestIsVisible(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithImages(scenarios.Image{ID: ubuntu, Status: scenarios.Queued, DiskFormat: "raw", ContainerFormat: "bare"}))
	body := newSlowBody()
	done := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, srv.URL+"/v2/images/"+ubuntu+"/file", body)
		if err == nil {
			req.Header.Set("X-Auth-Token", srv.Token())
			req.Header.Set("Content-Type", "application/octet-stream")
			var resp *http.Response
			if resp, err = srv.Client().Do(req); err == nil {
				err = resp.Body.Close()
			}
		}
		done <- err
	}()
	got := await(t, srv, "the upload", func(all []fakeserver.Request) bool { return len(all) == 1 })[0]
	got = await(t, srv, "the upload's operation", func(all []fakeserver.Request) bool { return all[0].Operation != "" })[0]
	if got.Operation != scenarios.UploadImage || got.ImageID != ubuntu || got.End != fakeserver.Pending || got.Status != 0 || got.Method != http.MethodPut || got.String() != "PUT /v2/images/"+ubuntu+"/file pending" {
		t.Errorf("the pending upload is %+v", got)
	}
	body.end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	srv.CheckRequests(t, "PUT /v2/images/"+ubuntu+"/file 204")
}

// A slowBody is the body of an upload: empty, but it ends only when end is called.
type slowBody struct{ ended chan struct{} }

func newSlowBody() *slowBody { return &slowBody{make(chan struct{})} }

func (b *slowBody) Read([]byte) (int, error) {
	<-b.ended
	return 0, io.EOF
}

func (b *slowBody) end() { close(b.ended) }

// If a client leaves before a late answer, the journal says so.
func TestClientLeft(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: scenarios.Injection{Status: 503, Delay: scenarios.Delay{Min: time.Hour}}}))
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		_, _, _ = request(ctx, srv, http.MethodGet, "/v2/images")
		close(left)
	}()
	if err := srv.WaitRequests(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	if got := srv.Requests()[0]; got.End != fakeserver.Pending || got.Fault == "" {
		t.Errorf("the delayed request is %+v", got)
	}
	cancel()
	<-left
	got := await(t, srv, "a request whose client left", func(all []fakeserver.Request) bool { return all[0].End != fakeserver.Pending })[0]
	if got.End != fakeserver.ClientLeft || got.Status != 0 || got.Fault == "" || got.String() != "GET /v2/images client left" {
		t.Errorf("the abandoned request is %+v", got)
	}
}

// A client that leaves while its upload is held back is noticed, although no
// operation has read the body.
func TestClientLeavesAHeldUpload(t *testing.T) {
	t.Parallel()
	for _, inject := range []scenarios.Injection{
		{Status: 503, Delay: scenarios.Delay{Min: time.Hour}},
		{Drop: scenarios.Hang},
	} {
		srv := fakeserver.Run(t, fakeserver.WithFaults(scenarios.Fault{Inject: inject}))
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			defer close(left)
			req, err := http.NewRequestWithContext(ctx, http.MethodPut, srv.URL+"/v2/images/"+ubuntu+"/file", strings.NewReader(strings.Repeat("x", 100_000)))
			if err != nil {
				t.Error(err)
				return
			}
			if resp, err := srv.Client().Do(req); err == nil {
				resp.Body.Close()
				t.Error("the held upload was answered")
			}
		}()
		if err := srv.WaitRequests(deadline(t), 1); err != nil {
			t.Fatal(err)
		}
		if inject.Drop == "" {
			cancel()
			got := await(t, srv, "that the client left", func(all []fakeserver.Request) bool { return all[0].End != fakeserver.Pending })[0]
			if got.End != fakeserver.ClientLeft || got.Operation != scenarios.UploadImage {
				t.Errorf("the abandoned upload is %+v", got)
			}
		}
		cancel()
		<-left
	}
}

// The journal's memory is bounded, whatever clients send.
func TestJournalBytes(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithJournalBytes(300<<10))
	for range 20 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/v2/images", strings.NewReader(strings.Repeat("x", 64<<10)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", "t")
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if got := srv.Requests(); len(got) != 4 || got[3].Seq != 20 {
		t.Errorf("of 20 bodies of 64 KiB the journal has %d in 300 KiB, want the latest 4", len(got))
	}
}

// An option that overrides the scenario still does so after Reset, and when another
// scenario is played.
func TestOverridesSurvive(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"), fakeserver.WithDialect(scenarios.IMS), fakeserver.WithStrictAuth(true))
	check := func(when string) {
		t.Helper()
		if status, _, err := requestAs(t.Context(), srv, "t", http.MethodGet, "/v2/images/"+never); err != nil || status != http.StatusUnauthorized {
			t.Errorf("%s: a token that nobody issued gets %d, %v, want 401", when, status, err)
		}
		if _, body, err := request(t.Context(), srv, http.MethodGet, "/v2/images/"+never); err != nil || !strings.Contains(body, "IMG.0027") {
			t.Errorf("%s: the dialect is no longer ims: %s, %v", when, body, err)
		}
	}
	check("at the start")
	srv.Reset()
	check("after Reset")
	sc, err := scenarios.Load("flaky-then-ok")
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Play(sc); err != nil {
		t.Fatal(err)
	}
	check("after Play")
	resp, err := srv.Client().Do(must(http.NewRequestWithContext(t.Context(), http.MethodPut, srv.URL+"/_fake/scenario?name=one-image", nil)))
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("PUT /_fake/scenario: %v, %v", resp, err)
	}
	resp.Body.Close()
	check("after PUT /_fake/scenario")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

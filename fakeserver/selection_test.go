package fakeserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Who wants to know of deletions need not know how a client signs in, looks
// around, or looks an image up.
func TestSelection(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages))
	send(t, srv, http.MethodGet, "/v2/schemas/image")
	send(t, srv, http.MethodGet, "/v2/info/stores")
	send(t, srv, http.MethodGet, "/identity/v3")
	send(t, srv, http.MethodGet, "/v2/images/"+beta)
	send(t, srv, http.MethodDelete, "/v2/images/"+beta)
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	deletions := srv.OnlyOperations(scenarios.DeleteImage)
	deletions.CheckRequests(t, "DELETE /v2/images/"+beta+" 403", "DELETE /v2/images/"+alpha+" 204")
	deletions.OnlyImage(alpha).CheckRequests(t, "DELETE /v2/images/"+alpha+" 204")
	srv.OnlyImage(beta).CheckRequests(t, "GET * 200", "DELETE * 403")
	srv.OnlyOperations().CheckRequests(t, "GET * 200", "DELETE * 403", "DELETE * 204")
	if err := deletions.WaitRequests(deadline(t), 2); err != nil {
		t.Error(err)
	}
	if got := deletions.Requests(); len(got) != 2 || got[0].ImageID != beta {
		t.Errorf("the deletions are %v", got)
	}
	got := &recorder{TB: t}
	deletions.CheckRequests(got, "DELETE * 403")
	if want := "\n  DELETE /v2/images/" + beta + " 403\n+ DELETE /v2/images/" + alpha + " 204"; len(got.errors) != 1 || !strings.HasSuffix(got.errors[0], want) {
		t.Errorf("a request too many is told as %q, want %q", got.errors, want)
	}
}

// What selects nothing by mistake is no success.
func TestSelectionOfNothing(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages))
	srv.RemoveImage(alpha)
	const (
		noOperation = `unknown operation "delete" (did you mean "delete_image"?)`
		noID        = `want the id of an image, which is ` + alpha + `, got its name "alpha"`
	)
	for want, sel := range map[string]*fakeserver.Selection{
		"get_images is not about one image": srv.OnlyOperations(scenarios.GetImages).OnlyImage(alpha),

		noOperation: srv.OnlyOperations(scenarios.GetImage, "delete"),
		noID:        srv.OnlyOperations().OnlyImage("alpha"),
	} {
		got := &recorder{TB: t}
		sel.CheckRequests(got)
		if len(got.errors) != 1 || !strings.HasSuffix(got.errors[0], want) {
			t.Errorf("CheckRequests reports %q, want %s", got.errors, want)
		}
		if err := sel.WaitRequests(deadline(t), 0); err == nil || err.Error() != want {
			t.Errorf("WaitRequests returns %v, want %s", err, want)
		}
		func() {
			defer func() {
				if p, _ := recover().(string); !strings.HasSuffix(p, want) {
					t.Errorf("Requests panics with %q, want %s", p, want)
				}
			}()
			sel.Requests()
		}()
	}
	got := &recorder{TB: t}
	srv.CheckDeleted(got, "alpha")
	for _, id := range []string{"nobody", strings.ToUpper(never)} {
		none := &recorder{TB: t}
		srv.OnlyImage(id).CheckRequests(none)
		if len(none.errors) != 1 || !strings.Contains(none.errors[0], "there never was an image "+id) {
			t.Errorf("OnlyImage(%s) reports %q", id, none.errors)
		}
	}
	if len(got.errors) != 1 || got.errors[0] != noID {
		t.Errorf("CheckDeleted reports %q, want %s", got.errors, noID)
	}
}

// A check of a journal that has dropped requests is no check: a passing one would
// be about nothing.
func TestCheckRequestsOfAnIncompleteJournal(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages), fakeserver.WithJournal(2, 0))
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	send(t, srv, http.MethodGet, "/v2/images")
	send(t, srv, http.MethodGet, "/v2/images")
	for name, check := range map[string]func(fakeserver.TB){
		"CheckRequests":  func(t fakeserver.TB) { srv.CheckRequests(t, "GET /v2/images 200", "GET /v2/images 200") },
		"OnlyOperations": func(t fakeserver.TB) { srv.OnlyOperations(scenarios.DeleteImage).CheckRequests(t) },
	} {
		got := &recorder{TB: t}
		check(got)
		if len(got.errors) != 1 || !strings.Contains(got.errors[0], "3 requests came, the journal kept 2") {
			t.Errorf("%s reports %q", name, got.errors)
		}
	}
	srv.ClearRequests()
	srv.CheckRequests(t)
	send(t, srv, http.MethodGet, "/v2/images")
	srv.CheckRequests(t, "GET /v2/images 200")
}

// Clearing the journal leaves images, faults and clock as they are; pending
// requests stay, and are answered into it.
func TestClearRequests(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"faults: [{match: {operation: get_images}, times: 2, inject: {delay: 1h}}]"))
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _, _ = request(t.Context(), srv, http.MethodGet, "/v2/images")
	}()
	if err := srv.WaitRequests(deadline(t), 2); err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest(http.MethodDelete, "/_fake/requests", nil))
	if rec.Code != http.StatusNoContent {
		t.Fatalf("DELETE /_fake/requests: %d %s", rec.Code, rec.Body)
	}
	srv.CheckRequests(t, "GET /v2/images pending")
	if err := srv.WaitRequests(deadline(t), 1); err != nil {
		t.Error(err)
	}
	srv.CheckDeleted(t, alpha)
	if got := srv.Faults()[0].Injected; got != 1 {
		t.Errorf("after the journal was cleared, the fault was injected %d times, want 1", got)
	}
	srv.Advance(2 * time.Hour)
	<-answered
	srv.CheckRequests(t, "GET /v2/images 200")
	rec = httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/_fake/requests", nil))
	var got struct {
		Total, Dropped int
		Requests       []struct{ Seq int }
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || got.Total != 1 || got.Dropped != 0 || got.Requests[0].Seq != 2 {
		t.Errorf("the journal tells %+v, %v", got, err)
	}
}

// The 408 of a wait says how many of the requests that were waited for came: of
// all of them also those that the journal has dropped, and with a filter those
// that it selects.
func TestWaitCountsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages), fakeserver.WithJournal(1, 0))
	send(t, srv, http.MethodDelete, "/v2/images/"+beta)
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	send(t, srv, http.MethodGet, "/v2/images")
	for query, want := range map[string]string{
		"wait=5&timeout=1ms":                        "only 3 of 5 requests",
		"wait=5&timeout=1ms&operation=get_images":   "only 1 of 5 requests",
		"wait=5&timeout=1ms&operation=create_token": "only 0 of 5 requests",
	} {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/_fake/requests?"+query, nil))
		if rec.Code != http.StatusRequestTimeout || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %s, want 408 and %q", query, rec.Code, rec.Body, want)
		}
	}
}

// An answer of which the client got half is not the answer.
func TestTruncatedIsSaid(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"faults: [{match: {operation: delete_image}, inject: {drop: truncate, effect: applied}}]"))
	_, _, _ = request(t.Context(), srv, http.MethodDelete, "/v2/images/"+alpha)
	srv.CheckRequests(t, "DELETE /v2/images/"+alpha+" 204 truncated")
	got := &recorder{TB: t}
	srv.CheckRequests(got, "DELETE /v2/images/"+alpha+" 204")
	if len(got.errors) != 1 {
		t.Errorf("half a 204 passes as a 204: %q", got.errors)
	}
}

// The code of an error is in the journal and in the log: in IMS's dialect the
// status says little.
func TestErrorCodeIsTold(t *testing.T) {
	t.Parallel()
	k := &logRecorder{TB: t}
	srv := fakeserver.Run(k, fakeserver.WithYAML("dialect: ims\n"+twoImages+"faults: [{match: {operation: get_images}, inject: {status: 429, hop: gateway}}]"), fakeserver.WithJournal(10, 0))
	send(t, srv, http.MethodDelete, "/v2/images/"+beta)
	send(t, srv, http.MethodGet, "/v2/images")
	for i, want := range []string{"IMG.0028", "APIGW.0308"} {
		if got := srv.Requests()[i]; got.Code != want {
			t.Errorf("the code of %v is %q, want %s", got, got.Code, want)
		}
		if !strings.Contains(k.log, " "+want) {
			t.Errorf("the log has no %s:\n%s", want, k.log)
		}
	}
}

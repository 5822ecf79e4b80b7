package fakeserver_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

const (
	alpha = "00000000-0000-4000-8000-000000000001"
	beta  = "00000000-0000-4000-8000-000000000002"
	never = "00000000-0000-4000-8000-000000000009"
)

const twoImages = `
expect: Does well.
images:
  - {id: ` + alpha + `, name: alpha}
  - {id: ` + beta + `, name: beta, protected: true}
`

const unprotect = `[{"op": "replace", "path": "/protected", "value": false}]`

// TestCheckOutcome checks what is reported about a client, given the requests that
// it sent and the error that it returned.
func TestCheckOutcome(t *testing.T) {
	t.Parallel()
	failed := errors.New("it failed")
	for _, test := range []struct {
		name, scenario string
		requests       []string // METHOD image; with ! after the method, dropped
		err            error
		want           string // part of the only error reported; empty: none
	}{
		{"as expected", "outcome: {gone: alpha}", []string{"DELETE alpha"}, nil, ""},
		{"not there from the start", "outcome: {gone: " + never + "}", []string{"DELETE never"}, nil, ""},
		{"nothing sent, not there", "outcome: {gone: " + never + "}", nil, nil, "no DELETE request came: image " + never},
		{"nothing sent, kept", "outcome: {kept: beta}", []string{"GET beta"}, failed, "no DELETE request came: image " + beta + " beta"},
		{"one of two sent", "outcome: {gone: alpha, kept: beta}", []string{"DELETE alpha"}, failed, "no DELETE request came: image " + beta + " beta"},
		{"not done, with evidence", "outcome: {gone: alpha}\nfaults: [{name: busy, times: 1, inject: {status: 503}}]", []string{"DELETE alpha"}, nil, "alpha is still there; 1 DELETE: 503 by fault busy"},
		{"not driven", "outcome: {gone: alpha}\nfaults: [{name: busy, match: {operation: get_images}, inject: {status: 503}}]", []string{"DELETE alpha"}, nil, "not driven: the client met nothing of what the scenario injects:\nfault busy (scenario:7, get_images) was never injected; 0 calls matched it; the nearest miss: operation: delete_image, not get_images"},
		{"not driven, but wrong", "outcome: {gone: alpha}\nfaults: [{match: {operation: get_images}, inject: {status: 503}}]", []string{"DELETE alpha"}, failed, "the client reports an error: it failed"},
		{"limit not driven", "outcome: {gone: alpha}\nlimits: [{match: {operation: delete_image}, rate: 5/1m}]", []string{"DELETE alpha"}, nil, "limit limits[0] (scenario:7, delete_image) refused no call; 1 call matched it"},
		{"limit driven", "outcome: {gone: alpha}\nlimits: [{match: {operation: delete_image}, rate: 1/1m, burst: 1}]", []string{"DELETE alpha", "DELETE alpha"}, nil, ""},
		{"not done", "outcome: {gone: alpha}", nil, nil, "image " + alpha + " alpha is still there\na good client: Does well."},
		{"done but reported as failed", "outcome: {gone: alpha}", []string{"DELETE alpha"}, failed, "the client reports an error: it failed"},
		{"kept", "outcome: {kept: beta}", []string{"DELETE beta"}, failed, ""},
		{"kept but not reported", "outcome: {kept: beta}", []string{"DELETE beta"}, nil, "the client reports no error, though beta cannot be deleted"},
		{"half done", "outcome: {gone: alpha, error: true}", []string{"DELETE alpha"}, failed, ""},
		{"half done but not reported", "outcome: {gone: alpha, error: true}", []string{"DELETE alpha"}, nil, "though not all of the work is done"},
		{"one of many", `outcome: {gone: "a*", kept: beta}`, []string{"DELETE alpha", "DELETE beta"}, failed, ""},
		{"protection removed, then deleted", "outcome: {kept: beta}", []string{"PATCH beta", "DELETE beta"}, failed, "beta is deleted, though it should have been kept"},
		{"protection removed", "outcome: {kept: beta}", []string{"PATCH beta"}, failed, "beta is no longer protected, though nobody asked for that"},
		{"another image too", "outcome: {gone: alpha}", []string{"DELETE alpha", "PATCH beta", "DELETE beta"}, nil, "beta is deleted, though nobody asked for that"},
		{"tries", "outcome: {gone: alpha, tries: 2}", []string{"DELETE alpha", "DELETE alpha"}, nil, ""},
		{"too many tries", "outcome: {gone: alpha, tries: 2}", []string{"DELETE alpha", "DELETE alpha", "DELETE alpha"}, nil, "image " + alpha + " received 3 DELETE requests, at most 2 expected"},
		{"too many tries, some dropped", "outcome: {gone: alpha, tries: 1}\nfaults: [{times: 1, inject: {drop: reset}}]", []string{"DELETE! alpha", "DELETE alpha"}, nil, "image " + alpha + " received 2 DELETE requests, at most 1 expected"},
		{"no outcome", "seed: 2", nil, nil, "has no outcome to compare with"},
		{"still shown", "outcome: {gone: alpha}\nfaults: [{inject: {linger: {reads: 2, in: get_images}}}]", []string{"DELETE alpha"}, nil, "alpha is still shown"},
		{"shown as deleted", "outcome: {gone: alpha}\nfaults: [{inject: {linger: {reads: 2, as: pending_delete}}}]", []string{"DELETE alpha"}, nil, ""},
		{"no longer shown", "outcome: {gone: alpha}\nfaults: [{inject: {linger: {reads: 2}}}]", []string{"DELETE alpha", "GET alpha", "GET alpha"}, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+test.scenario))
			for _, line := range test.requests {
				method, name, _ := strings.Cut(line, " ")
				id := map[string]string{"alpha": alpha, "beta": beta, "never": never}[name]
				method, dropped := strings.CutSuffix(method, "!")
				if err := sendImage(t, srv, method, id); (err != nil) != dropped {
					t.Fatal(err)
				}
			}
			got := &recorder{TB: t}
			srv.CheckOutcome(got, test.err)
			switch {
			case test.want == "" && len(got.errors) > 0:
				t.Errorf("reports %q", got.errors)
			case test.want != "" && (len(got.errors) != 1 || !strings.Contains(got.errors[0], test.want)):
				t.Errorf("reports %q, want one with %q", got.errors, test.want)
			}
		})
	}
}

// sendImage sends a request for an image; a PATCH removes its protection.
func sendImage(t *testing.T, srv *fakeserver.Server, method, id string) error {
	body := ""
	if method == http.MethodPatch {
		body = unprotect
	}
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+"/v2/images/"+id, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("X-Auth-Token", srv.Token())
	req.Header.Set("Content-Type", "application/openstack-images-v2.1-json-patch")
	resp, err := srv.Client().Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func TestCheckOutcomeShortensLists(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("outcome: {gone: node-*}\nimages: [{name: 'node-{n}', count: 30}]"))
	got := &recorder{TB: t}
	srv.CheckOutcome(got, nil)
	if len(got.errors) != 1 || !strings.HasSuffix(got.errors[0], "\n… and 25 more") {
		t.Errorf("reports %q", got.errors)
	}
}

// That an incident was not driven is an error of its own kind: the test did not
// test it. A fault that the test itself adds does not drive it.
func TestNotDriven(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"name: lists\noutcome: {gone: "+never+"}\nfaults: [{match: {operation: get_image}, inject: {status: 503}}]"))
	srv.Fail(t, scenarios.GetImages, 500, 1)
	for _, path := range []string{"/v2/images", "/v2/images/" + never} {
		method := http.MethodGet
		if path != "/v2/images" {
			method = http.MethodDelete
		}
		if _, _, err := request(t.Context(), srv, method, path); err != nil {
			t.Fatal(err)
		}
	}
	var notDriven *fakeserver.NotDrivenError
	if err := srv.Outcome(nil); !errors.As(err, &notDriven) || notDriven.Scenario != "lists" || !strings.Contains(notDriven.Reason, "faults[0]") {
		t.Errorf("the outcome is %v, want that it was not driven", err)
	}
	if err := sendImage(t, srv, http.MethodGet, never); err != nil {
		t.Fatal(err)
	}
	if err := srv.Outcome(nil); err != nil {
		t.Errorf("once the fault was injected, the outcome is %v", err)
	}
}

// Attempts are counted where no bound of the journal hides them.
func TestAttempts(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithJournal(0, 0), fakeserver.WithYAML(twoImages+"outcome: {kept: beta, tries: 1}\nfaults: [{name: busy, match: {image: beta}, times: 1, inject: {status: 503}}]"))
	for range 50 {
		send(t, srv, http.MethodDelete, "/v2/images/"+beta)
		srv.Advance(time.Minute)
	}
	got := srv.Attempts(beta)
	if got.Count != 50 || got.Results[0] != "503 by fault busy" || got.Results[49] != "403 protected" {
		t.Errorf("the attempts are %+v", got)
	}
	if len(got.Pauses) != 49 || slices.Min(got.Pauses) < time.Minute || slices.Max(got.Pauses) > 2*time.Minute {
		t.Errorf("the pauses are %v, want a minute each", got.Pauses)
	}
	if other := srv.Attempts(alpha); other.Count != 0 {
		t.Errorf("the attempts of another image are %+v", other)
	}
	told := &recorder{TB: t}
	srv.CheckOutcome(told, errors.New("it is protected"))
	if len(told.errors) != 1 || !strings.Contains(told.errors[0], "received 50 DELETE requests, at most 1 expected") {
		t.Errorf("the check reports %q", told.errors)
	}
	told.errors = nil
	srv.CheckDeleted(told, beta)
	if want := "image " + beta + " beta is still there; 50 DELETEs: 503 by fault busy, 403 protected (49 times)"; len(told.errors) != 1 || told.errors[0] != want {
		t.Errorf("the check reports %q, want %q", told.errors, want)
	}
	srv.Reset()
	if got := srv.Attempts(beta); got.Count != 0 {
		t.Errorf("after Reset the attempts are %+v", got)
	}
}

// An image that lingers is deleted: the check passes, and says what answers show.
func TestCheckDeletedWhileLingering(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"faults: [{match: {operation: delete_image}, inject: {linger: {for: 1h, as: deactivated}}}]"))
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	got := &recorder{TB: t}
	srv.CheckDeleted(got, alpha)
	if len(got.errors) > 0 || !strings.Contains(got.log, "answers still show it as deactivated") {
		t.Errorf("it logs %q and reports %q", got.log, got.errors)
	}
}

// Faults without a count, removed faults and limits have to be injected at least
// once as well.
func TestCheckFaultsSpentCoversAll(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"faults: [{name: typo, match: {operation: get_image, image: alpa}, inject: {status: 500}}]\nlimits: [{match: {operation: get_image}, rate: 2/1m}]"))
	srv.Fail(t, scenarios.DeleteImage, 403, 0)()
	send(t, srv, http.MethodGet, "/v2/images/"+alpha)
	got := &recorder{TB: t}
	srv.CheckFaultsSpent(got)
	want := []string{"limit limits[0] (scenario:7, get_image) refused no call; 1 call matched it", "; the nearest miss: image: " + alpha + " (alpha), not alpa", "fault injected[0] (delete_image, removed) was never injected"}
	if len(got.errors) != len(want) {
		t.Fatalf("it reports %q", got.errors)
	}
	for i := range want {
		if !strings.Contains(got.errors[i], want[i]) {
			t.Errorf("it reports %s, want %s", got.errors[i], want[i])
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(`
outcome: {gone: [`+never+`, node-*], kept: `+beta+`}
images:
  - {name: "node-{n}", count: 2}
  - {id: `+alpha+`, name: other}
  - {id: `+beta+`}
`))
	images := srv.Images()
	want := []string{images[0].ID, images[1].ID, beta, never}
	if got := srv.Targets(); !slices.Equal(got, want) {
		t.Errorf("the targets are %q, want %q", got, want)
	}
	if got := fakeserver.Run(t).Targets(); got != nil {
		t.Errorf("without an outcome the targets are %q", got)
	}
}

// Each incident of the topics is a subtest with its name, and has its own server.
func TestEachScenario(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var names []string
	servers := make(map[*fakeserver.Server]bool)
	incidents := scenarios.Incidents(scenarios.TopicAccess, scenarios.TopicPaging)
	t.Run("all", func(t *testing.T) {
		fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
			if want := "TestEachScenario/all/" + sc.Name; t.Name() != want {
				t.Errorf("the subtest is called %s, want %s", t.Name(), want)
			}
			if len(srv.Images()) == 0 || len(srv.Targets()) == 0 {
				t.Error("the server does not play the scenario")
			}
			send(t, srv, http.MethodGet, "/v2/images") // or nothing would be tested
			if sc.Topic == scenarios.TopicPaging {
				srv.Reset()
			} else {
				srv.ClearRequests()
			}
			mu.Lock()
			defer mu.Unlock()
			names = append(names, sc.Name)
			servers[srv] = true
		}, scenarios.TopicPaging, scenarios.TopicAccess)
	})
	if len(names) != len(incidents) || len(servers) != len(incidents) {
		t.Errorf("%d incidents were run on %d servers: %q; want %d", len(names), len(servers), names, len(incidents))
	}
}

// A client that sends nothing passes no incident, whatever it reports, and no
// other built-in scenario either.
func TestNothingSentPassesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		srv := fakeserver.Run(t, fakeserver.WithScenario(name))
		for _, reported := range []error{nil, errors.New("anything")} {
			var notDriven *fakeserver.NotDrivenError
			if err := srv.Outcome(reported); err == nil || errors.As(err, &notDriven) {
				t.Errorf("%s: a client that sent nothing and reports %v: %v", name, reported, err)
			}
		}
	}
}

// A client that cannot sign in passes no incident: that it was refused says nothing
// of how it deletes.
func TestUnauthorizedPassesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		srv := fakeserver.Run(t, fakeserver.WithScenario(name))
		for _, id := range srv.Targets() {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, srv.URL+"/v2/images/"+id, nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp, err := srv.Client().Do(req); err == nil {
				resp.Body.Close()
			}
		}
		for _, reported := range []error{nil, errors.New("anything")} {
			if err := srv.Outcome(reported); err == nil {
				t.Errorf("%s: a client without a token that reports %v passes", name, reported)
			}
		}
	}
}

// The built-ins without a topic can be driven like the incidents.
func TestOutcomesOfTheOtherBuiltIns(t *testing.T) {
	t.Parallel()
	for name, reported := range map[string]error{"one-image": nil, "empty": nil, "demo": errors.New("not all are gone")} {
		srv := fakeserver.Run(t, fakeserver.WithScenario(name))
		for _, id := range srv.Targets() {
			send(t, srv, http.MethodDelete, "/v2/images/"+id)
		}
		srv.CheckOutcome(t, reported)
	}
}

// In EachScenario an incident that was not driven is skipped; Except leaves others
// out.
func TestEachScenarioSkips(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	ran, skipped := make(map[string]bool), make(map[string]bool)
	t.Run("all", func(t *testing.T) {
		test := func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
			t.Cleanup(func() {
				mu.Lock()
				defer mu.Unlock()
				skipped[sc.Name] = t.Skipped()
			})
			for _, id := range srv.Targets() {
				send(t, srv, http.MethodDelete, "/v2/images/"+id)
			}
			srv.CheckOutcome(t, nil)
			mu.Lock()
			defer mu.Unlock()
			ran[sc.Name] = true
		}
		fakeserver.EachScenario(t, fakeserver.Except(test, "marker-deleted"), scenarios.TopicPaging)
	})
	for _, sc := range scenarios.Incidents(scenarios.TopicPaging) {
		if want := sc.Name != "marker-deleted"; ran[sc.Name] != want || skipped[sc.Name] != want {
			t.Errorf("%s: ran: %t, skipped: %t, want %t", sc.Name, ran[sc.Name], skipped[sc.Name], want)
		}
	}
}

package fakeserver_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

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
		{"not there from the start", "outcome: {gone: " + never + "}", nil, nil, ""},
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
				id := map[string]string{"alpha": alpha, "beta": beta}[name]
				method, dropped := strings.CutSuffix(method, "!")
				if err := send(t, srv, method, id); (err != nil) != dropped {
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

// send sends a request for an image; a PATCH removes its protection.
func send(t *testing.T, srv *fakeserver.Server, method, id string) error {
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
	if len(got.errors) != 1 || !strings.Contains(got.errors[0], "\n… and 25 more\n") {
		t.Errorf("reports %q", got.errors)
	}
}

// If the outcome is as expected, but no fault was injected, the check logs that: it
// proves nothing about the incident.
func TestCheckOutcomeLogsThatNoFaultWasInjected(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]bool{http.MethodDelete: true, http.MethodGet: false} {
		srv := fakeserver.Run(t, fakeserver.WithYAML(twoImages+"outcome: {gone: "+never+"}\nfaults: [{match: {operation: get_image}, inject: {status: 503}}]"))
		if err := send(t, srv, method, never); err != nil {
			t.Fatal(err)
		}
		got := &recorder{TB: t}
		srv.CheckOutcome(got, nil)
		if logged := strings.Contains(got.log, "no fault was injected"); logged != want || len(got.errors) > 0 {
			t.Errorf("after %s: logs %q, reports %q", method, got.log, got.errors)
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

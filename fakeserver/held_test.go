package fakeserver_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The incidents that hold calls are driven by two calls that meet, in the same order on
// every run. One call alone goes on after a while, and does not drive them.
func TestIncidentsThatHold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path string // of the call that is held
		status       int    // of its answer
		second       int    // status of the deletion's answer
		alone        int    // status of the answer of the call that is held, if nothing comes
	}{
		"two-deletes":         {http.MethodDelete, ubuntuPath, 204, 404, 204},
		"upload-after-delete": {http.MethodPut, ubuntuPath + "/file", 404, 204, 204},
		"list-while-deleting": {http.MethodGet, "/v2/images", 200, 204, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithScenario(name))
			calling := inBackground(t, srv)
			call := func(status int) {
				if test.method == http.MethodPut {
					calling.upload(status, test.method, test.path, strings.NewReader("data"), nil)
				} else {
					calling.send(status, test.method, test.path)
				}
				check(t, srv.WaitRequests(deadline(t), 1)) // it is held
			}
			call(test.status)
			calling.send(test.second, http.MethodDelete, ubuntuPath)
			calling.Wait()
			if got := srv.Requests(); len(got) != 2 || got[0].Seq != 2 {
				t.Errorf("the answers are %v, want that of request 2 first", got)
			}
			srv.CheckOutcome(t, nil)
			srv.CheckFaultsSpent(t)

			sc := must(scenarios.Load(name))
			sc.Faults[0].Inject.Hold.Within = time.Millisecond
			check(t, srv.Play(sc))
			call(test.alone)
			calling.Wait()
			if r := srv.Requests()[0]; !strings.Contains(r.Deadlock, "none came") {
				t.Errorf("the journal has %+v", r)
			}
			if test.method != http.MethodDelete {
				send(t, srv, http.MethodDelete, ubuntuPath)
			}
			var notDriven *fakeserver.NotDrivenError
			if err := srv.Outcome(nil); !errors.As(err, &notDriven) || !strings.Contains(notDriven.Reason, "held 1 call in vain: deadlock: request 1") {
				t.Errorf("the outcome is %v, want that it was not driven", err)
			}
		})
	}
}

// Without Go, a call is held by a fault without until, and released by removing the
// fault. The journal tells when the call is held. All of that is in a sandbox's own
// world.
func TestHoldOverHTTP(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	box := must(srv.Sandbox("held"))
	client := srv.Client()
	const fault = `{"name": "wait", "match": {"operation": "delete_image"}, "inject": {"hold": {"before": "work", "within": "1m"}}}`
	if resp, text := askWith(t, client, http.MethodPost, box.URL+"/_fake/faults", fault); resp.StatusCode != http.StatusCreated {
		t.Fatalf("adding the fault: %d %s", resp.StatusCode, text)
	}
	calling := inBackground(t, srv)
	path := strings.TrimPrefix(box.URL, srv.URL) + ubuntuPath
	calling.send(204, http.MethodDelete, path)
	check(t, box.WaitRequests(deadline(t), 1))
	calling.send(404, http.MethodDelete, path)
	send(t, srv, http.MethodDelete, ubuntuPath) // another world: it is not held

	_, text := askWith(t, client, http.MethodGet, box.URL+"/_fake/requests?fault=wait&wait=2", "")
	if strings.Count(text, `"held":{"before":"work","ms":0}`) != 2 || strings.Count(text, `"end":"pending"`) != 2 {
		t.Errorf("the journal has %s", text)
	}
	if _, text := askWith(t, client, http.MethodGet, box.URL+ubuntuPath, ""); !strings.Contains(text, `"queued"`) {
		t.Errorf("while the deletions are held, the image is %s", text)
	}
	if resp, text := askWith(t, client, http.MethodDelete, box.URL+"/_fake/faults/wait", ""); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("removing the fault: %d %s", resp.StatusCode, text)
	}
	calling.Wait()
	got := box.Requests()
	if first, second := got[1], got[2]; first.Status != 204 || second.Status != 404 || first.Seq > second.Seq {
		t.Errorf("the answers are %v and %v, want the first that came to delete the image", first, second)
	}
}

// A sandbox holds its own calls.
func TestSandboxHold(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	box := must(srv.Sandbox("held"))
	h := box.Hold(calls())
	send(t, srv, http.MethodGet, "/v2/images")
	calling := inBackground(t, srv)
	calling.send(200, http.MethodGet, "/s/held/v2/images")
	check(t, h.Arrived(deadline(t)))
	h.Release()
	check(t, h.Answered(deadline(t)))
	box.CheckRequests(t, "GET /v2/images 200")
	calling.Wait()

	closed := box.Hold(calls())
	box.Close()
	if err := closed.Arrived(deadline(t)); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("in a sandbox that was removed Arrived returns %v", err)
	}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A suggestion is a call to try.
type suggestion struct {
	method, path string
	about        string // the image's name
	obstacle     string // why it may fail without a fault
}

// suggest returns a line of shell for each call to try, and behind it what the
// call will answer: the first images' deletion. The answers are known from a
// rehearsal: the same calls, in the same order, on a server of their own.
// A server that answers in sandboxes only needs one first.
func suggest(o *options, sc *scenarios.Scenario, to reach) ([]string, error) {
	if o.only {
		return []string{fmt.Sprintf("%s -X POST %s/_fake/sandboxes -d '{name: my-test}'  # makes a sandbox, and says how to reach it", to.curl, to.url)}, nil
	}
	stage, err := fakeserver.New(append(o.server(), fakeserver.WithJournal(maxSuggestions, 0))...)
	if err != nil {
		return nil, err
	}
	defer stage.Close()
	if err := stage.Play(rehearsal(sc)); err != nil {
		return nil, err
	}
	token := "t" // any will do
	strict := sc.Auth.Strict
	if o.strict != nil {
		strict = *o.strict
	}
	if strict || slices.ContainsFunc(sc.Auth.Tokens, func(t scenarios.Token) bool { return t.Token == token }) {
		token = stage.Token()
	}
	calls := suggestions(stage.Images())
	for _, call := range calls {
		rehearse(stage, call, token)
	}
	lines := make([]string, len(calls))
	for i, request := range stage.Requests() {
		call := calls[i]
		lines[i] = fmt.Sprintf("%s -X %s -H 'X-Auth-Token: %s' %s%s  # %s: %s",
			to.curl, call.method, token, to.url, call.path, call.about, answer(request, injection(sc, stage, request.Fault), call.obstacle))
	}
	return lines, nil
}

// maxSuggestions is how many calls are suggested at the most.
const maxSuggestions = 10

// rehearsal is the scenario with its first images only, without their data, which
// can be large and changes no answer to a deletion; and with faults that nobody
// has to wait for.
func rehearsal(sc *scenarios.Scenario) *scenarios.Scenario {
	short := *sc
	short.Images = nil
	n := maxSuggestions
	for _, img := range sc.Images {
		if n <= 0 {
			break
		}
		img.Data = scenarios.Data{}
		img.Count = min(img.Count, n)
		n -= max(img.Count, 1)
		short.Images = append(short.Images, img)
	}
	short.Faults = slices.Clone(sc.Faults)
	for i := range short.Faults {
		in := &short.Faults[i].Inject
		if in.Drop == scenarios.Hang {
			in.Drop = scenarios.Close
		}
		if in.Delay != (scenarios.Delay{}) || in.Throttle != 0 {
			in.Delay, in.Throttle = scenarios.Delay{Min: time.Nanosecond}, 0
		}
	}
	return &short
}

func suggestions(images []scenarios.Image) []suggestion {
	if len(images) == 0 {
		return []suggestion{{http.MethodGet, "/v2/images", "no images", ""}}
	}
	calls := make([]suggestion, len(images))
	for i, img := range images {
		calls[i] = suggestion{http.MethodDelete, "/v2/images/" + img.ID, cmp.Or(img.Name, "no name"), obstacle(img)}
	}
	return calls
}

// obstacle is what keeps a member of the default project from deleting an image;
// empty: nothing that the image itself could tell.
func obstacle(img scenarios.Image) string {
	switch {
	case img.Owner != scenarios.ProjectID(scenarios.DefaultProject):
		return string(img.Visibility) + " image of another project"
	case img.Protected:
		return "protected"
	case img.InUseBy != "":
		return "in use by " + img.InUseBy
	}
	return ""
}

// rehearse makes a call as curl would.
func rehearse(stage *fakeserver.Server, call suggestion, token string) {
	// In a server, a call whose connection cannot be dropped is aborted.
	inServer := context.WithValue(context.Background(), http.ServerContextKey, new(http.Server))
	req := httptest.NewRequestWithContext(inServer, call.method, call.path, http.NoBody)
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("User-Agent", "curl/8")
	req.Header.Set("Accept", "*/*")
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	stage.ServeHTTP(httptest.NewRecorder(), req)
}

// answer is what a rehearsed call answered, and why.
func answer(request fakeserver.Request, in scenarios.Injection, obstacle string) string {
	text, why := strconv.Itoa(request.Status), request.Injected
	if why == "" && request.Status >= 400 {
		why = obstacle
	}
	switch in.Drop {
	case scenarios.Truncate:
		text += ", cut in half"
	case scenarios.Reset, scenarios.Close:
		text = "no answer: connection " + string(in.Drop)
	case scenarios.Hang:
		text = "no answer: it hangs"
	}
	if in.Delay != (scenarios.Delay{}) {
		text += " after " + cmp.Or(in.Delay.Max, in.Delay.Min).String()
	}
	if why != "" {
		text += " (" + why + ")"
	}
	return text
}

// injection is what the fault that the stage calls by a name injects in the
// scenario itself; nothing if there is no such fault.
func injection(sc *scenarios.Scenario, stage *fakeserver.Server, fault string) scenarios.Injection {
	for i, f := range stage.Faults() {
		if f.Fault.Name == fault {
			return sc.Faults[i].Inject
		}
	}
	return scenarios.Injection{}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"

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
func suggest(sc *scenarios.Scenario, url string) ([]string, error) {
	stage, err := fakeserver.New()
	if err != nil {
		return nil, err
	}
	defer stage.Close()
	if err := stage.Play(beginning(sc, 10)); err != nil {
		return nil, err
	}
	token := "t" // any is good
	if sc.Auth.Strict || slices.ContainsFunc(sc.Auth.Tokens, func(t scenarios.Token) bool { return t.Token == token }) {
		token = stage.Token()
	}
	calls := suggestions(stage.Images())
	for _, call := range calls {
		rehearse(stage, call, token)
	}
	lines := make([]string, len(calls))
	for i, request := range stage.Requests() {
		call := calls[i]
		lines[i] = fmt.Sprintf("curl -i -X %s -H 'X-Auth-Token: %s' %s%s  # %s: %s",
			call.method, token, url, call.path, call.about, answer(stage, request, call.obstacle))
	}
	return lines, nil
}

// beginning is the scenario with no more than its first n images, and without
// their data, which can be large and changes no answer to a deletion.
func beginning(sc *scenarios.Scenario, n int) *scenarios.Scenario {
	begin := *sc
	begin.Images = nil
	for _, img := range sc.Images {
		if n <= 0 {
			break
		}
		img.Data = scenarios.Data{}
		img.Count = min(img.Count, n)
		n -= max(img.Count, 1)
		begin.Images = append(begin.Images, img)
	}
	return &begin
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

// rehearse makes a call as curl would, but waits for no answer: it may be late,
// or never come.
func rehearse(stage *fakeserver.Server, call suggestion, token string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	req := httptest.NewRequestWithContext(ctx, call.method, call.path, http.NoBody)
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("User-Agent", "curl/8")
	req.Header.Set("Accept", "*/*")
	defer func() {
		// Where there is no connection to drop, the call is aborted like this.
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	stage.ServeHTTP(httptest.NewRecorder(), req)
}

// answer says what a rehearsed call answered, and why.
func answer(stage *fakeserver.Server, request fakeserver.Request, obstacle string) string {
	text, why := strconv.Itoa(request.Status), request.Injected
	if why == "" && request.Status >= 400 {
		why = obstacle
	}
	in := injection(stage, request.Fault)
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

// injection is what the fault with a name injects; nothing if there is none.
func injection(stage *fakeserver.Server, fault string) scenarios.Injection {
	for _, f := range stage.Faults() {
		if f.Fault.Name == fault {
			return f.Fault.Inject
		}
	}
	return scenarios.Injection{}
}

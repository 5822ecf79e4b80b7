package fakeserver

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios"
)

// CheckDeleted reports an error unless the image was there and is deleted.
func (s *Server) CheckDeleted(t TB, id string) {
	t.Helper()
	images := s.world.Load().images
	switch _, ok := images.Get(id); {
	case ok:
		t.Errorf("image %s is still there", id)
	case !images.Known(id):
		t.Errorf("image %s was never there", id)
	}
}

// CheckRequests reports an error unless clients asked exactly for what is
// wanted, in that order: method, path with query, and status, or "dropped", as
// in "DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 503". A * stands
// for any run of characters.
func (s *Server) CheckRequests(t TB, want ...string) {
	t.Helper()
	var got []string
	for _, r := range s.Requests() {
		got = append(got, r.String())
	}
	same := len(got) == len(want)
	var b strings.Builder
	for i := range max(len(got), len(want)) {
		mark, g, w := " ", "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if !scenarios.MatchGlob(w, g) {
			same, mark = false, ">"
		}
		fmt.Fprintf(&b, "\n%s %d. got  %s\n%s    want %s", mark, i+1, g, mark, w)
	}
	if !same {
		t.Errorf("the requests are not those that were wanted:%s", b.String())
	}
}

// CheckFaultsSpent reports an error for each fault with a count that did not
// strike so many times, and says how far it came.
func (s *Server) CheckFaultsSpent(t TB) {
	t.Helper()
	for _, f := range s.Faults() {
		if f.Injected < f.Fault.Times {
			place := ""
			if f.Fault.Place != "" {
				place = " (" + f.Fault.Place + ")"
			}
			t.Errorf("fault %s%s struck %d of %d times: it saw %d calls", f.Fault.Name, place, f.Injected, f.Fault.Times, f.Seen)
		}
	}
}

// statusText is a status as String and CheckRequests write it.
func statusText(status int) string {
	if status == 0 {
		return "dropped"
	}
	return strconv.Itoa(status)
}

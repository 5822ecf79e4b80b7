package fault_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Each row has the conditions of a fault, a change to the call (alice deletes
// ubuntu-24.04), and why the fault is not injected; an empty want means that it is.
var matches = []struct {
	match  scenarios.Match
	window scenarios.Window
	change func(c *fault.Call)
	want   string
}{
	{}, // no condition: every call
	{change: func(c *fault.Call) { *c = fault.Call{} }},

	{match: operations(scenarios.DeleteImage)},
	{match: operations(scenarios.GetImage, scenarios.DeleteImage)},
	{match: operations(scenarios.DeleteImage, scenarios.DeleteImage)},
	{match: operations(scenarios.GetImage), want: "operation: delete_image, not get_image"},
	{match: operations(scenarios.GetImage, scenarios.GetImages), want: "operation: delete_image, not get_image or get_images"},
	{match: operations(scenarios.DeleteImage), change: func(c *fault.Call) { c.Operation = "" }, want: "operation: none, not delete_image"},

	{change: probe, want: "operation: healthcheck, which has to be named"},
	{match: scenarios.Match{User: "alice"}, change: probe, want: "operation: healthcheck, which has to be named"},
	{match: operations(scenarios.Healthcheck), change: probe},
	{match: operations(scenarios.DeleteImage, scenarios.Healthcheck), change: probe},
	{match: operations(scenarios.DeleteImage), change: probe, want: "operation: healthcheck, not delete_image"},

	{match: scenarios.Match{Image: ubuntu}},
	{match: scenarios.Match{Image: "4ca46bf1-*"}},
	{match: scenarios.Match{Image: "ubuntu-24.04"}},
	{match: scenarios.Match{Image: "ubuntu-*"}},
	{match: scenarios.Match{Image: "*"}},
	{match: scenarios.Match{Image: debian}, want: "image: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 (ubuntu-24.04), not 0d0b4dcd-2a1f-4c4c-9d7c-2ec1e0e1a9b7"},
	{match: scenarios.Match{Image: "debian-*"}, want: "image: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 (ubuntu-24.04), not debian-*"},
	{match: scenarios.Match{Image: "debian-*"}, change: nameless, want: "image: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, not debian-*"},
	{match: scenarios.Match{Image: "*"}, change: nameless},
	{match: scenarios.Match{Image: ubuntu}, change: func(c *fault.Call) { c.ImageName = func(string) string { return ubuntu } }},
	{match: scenarios.Match{Image: "*"}, change: func(c *fault.Call) { c.ImageID = "" }, want: "image: none, not *"},

	{match: scenarios.Match{Project: "demo"}},
	{match: scenarios.Match{Project: "p1"}},
	{match: scenarios.Match{Project: "d*o"}},
	{match: scenarios.Match{Project: "other project"}, want: `project: p1 (demo), not "other project"`},
	{match: scenarios.Match{Project: "*"}, change: func(c *fault.Call) { c.Project, c.ProjectID = "", "" }, want: "project: none, not *"},
	{match: scenarios.Match{Project: "demo"}, change: unauthenticated, want: "project: none (not authenticated), not demo"},

	{match: scenarios.Match{User: "alice"}},
	{match: scenarios.Match{User: "u1"}},
	{match: scenarios.Match{User: "b*"}, want: "user: u1 (alice), not b*"},
	{match: scenarios.Match{User: "*"}, change: unauthenticated, want: "user: none (not authenticated), not *"},

	{match: header("Accept", "application/json"), change: accept("application/json")},
	{match: header("accept", "*/json"), change: accept("application/json")},
	{match: header("ACCEPT", "*/json"), change: accept("text/html", "application/json")},
	{match: header("Accept", "application/json"), change: accept("text/html", "*/*"), want: "headers.Accept: text/html, */*, not application/json"},
	{match: header("Accept", "text/*"), change: accept("application/json; q=1"), want: `headers.Accept: "application/json; q=1", not text/*`},
	{match: header("accept", "*"), want: "headers.Accept: none, not *"},
	{match: header("Accept", "*"), change: accept("")},
	{match: header("Accept", ""), change: accept("")},
	{match: header("Accept", ""), want: `headers.Accept: none, not ""`},
	{match: header("Accept", "?*"), change: accept(""), want: `headers.Accept: "", not ?*`},
	{
		match:  scenarios.Match{Headers: map[string]string{"B": "1", "C": "1", "A": "1"}},
		change: func(c *fault.Call) { c.Header = http.Header{"A": {"1"}, "B": {"2"}} },
		want:   "headers.B: 2, not 1",
	},

	{match: query("limit", "20"), change: ask("limit=20")},
	{match: query("limit", "2*"), change: ask("limit=10&limit=20")},
	{match: query("name", "a b&c"), change: ask("name=a%20b%26c")},
	{match: query("limit", "*"), change: ask("limit")},
	{match: query("limit", "*"), change: ask("Limit=20"), want: "query.limit: none, not *"},
	{match: query("limit", "*"), want: "query.limit: none, not *"},
	{match: query("limit", "20"), change: ask("bad=%zz&limit=20")},
	{match: query("limit", "20"), change: ask("limit=10&limit="), want: `query.limit: 10, "", not 20`},

	{window: scenarios.Window{After: time.Minute}, change: at(time.Minute)},
	{window: scenarios.Window{After: time.Minute}, change: at(time.Hour)},
	{window: scenarios.Window{After: time.Minute}, change: at(52 * time.Second), want: "window: opens in 8s"},
	{window: scenarios.Window{For: time.Minute}},
	{window: scenarios.Window{For: time.Minute}, change: at(time.Minute - 1)},
	{window: scenarios.Window{For: time.Minute}, change: at(time.Minute), want: "window: closed 0s ago"},
	{window: scenarios.Window{After: 10 * time.Second, For: 30 * time.Second}, change: at(43 * time.Second), want: "window: closed 3s ago"},

	// The reason is the first condition that does not match, in the order of the keys.
	{
		match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}, Image: debian, User: "bob"},
		want:   "operation: delete_image, not get_image",
		window: scenarios.Window{After: time.Hour},
	},
	{
		match:  scenarios.Match{Project: "demo", User: "bob", Query: map[string]string{"limit": "1"}},
		want:   "user: u1 (alice), not bob",
		window: scenarios.Window{After: time.Hour},
	},
}

func operations(ops ...scenarios.Operation) scenarios.Match { return scenarios.Match{Operation: ops} }
func header(key, value string) scenarios.Match {
	return scenarios.Match{Headers: map[string]string{key: value}}
}
func query(key, value string) scenarios.Match {
	return scenarios.Match{Query: map[string]string{key: value}}
}

func nameless(c *fault.Call)        { c.ImageName = nil }
func unauthenticated(c *fault.Call) { c.Known = false }
func probe(c *fault.Call)           { c.Operation = scenarios.Healthcheck }
func accept(values ...string) func(c *fault.Call) {
	return func(c *fault.Call) { c.Header = http.Header{"Accept": values} }
}
func ask(query string) func(c *fault.Call) { return func(c *fault.Call) { c.RawQuery = query } }
func at(since time.Duration) func(c *fault.Call) {
	return func(c *fault.Call) { c.Now = start.Add(since) }
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range matches {
		in := newInjector(scenarios.Fault{Name: "f", Match: tt.match, Window: tt.window})
		c := deletion()
		if tt.change != nil {
			tt.change(c)
		}
		d := in.Decide(c)
		misses := slices.Collect(d.Misses(c))
		switch {
		case d.Fault != nil && tt.want != "":
			t.Errorf("%+v: injected, want %s", tt.match, tt.want)
		case d.Fault == nil && (len(misses) != 1 || misses[0].Reason != tt.want || tt.want == ""):
			t.Errorf("%+v: not injected: %v\nwant %s", tt.match, misses, tt.want)
		case d.Fault != nil && len(misses) != 0:
			t.Errorf("%+v: injected, but there is a reason why not: %v", tt.match, misses)
		}
		seen := 0
		if tt.want == "" {
			seen = 1
		}
		if got := in.Statuses()[0]; got.Seen != seen || got.Injected != seen {
			t.Errorf("%+v: seen %d, injected %d", tt.match, got.Seen, got.Injected)
		}
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		glob    string
		yes, no []string
	}{
		{"abc", []string{"abc"}, []string{"", "ab", "abcd", "ABC"}},
		{"", []string{""}, []string{"a"}},
		{"*", []string{"", "a", "a*b", "/ \n"}, nil},
		{"**", []string{"", "a"}, nil},
		{"a*", []string{"a", "ab", "a*"}, []string{"", "ba"}},
		{"*a", []string{"a", "ba", "aaa"}, []string{"", "ab"}},
		{"a*b", []string{"ab", "aab", "abb", "axxb", "abab"}, []string{"a", "b", "aba"}},
		{"a*b*c", []string{"abc", "abbc", "aXbYc", "abcbc"}, []string{"ac", "acb", "abcd"}},
		{"*ab*ab*", []string{"abab", "xabxabx"}, []string{"ab", "aba", "xabx"}},
		{"*aab", []string{"aaab", "aabaab"}, []string{"aabb"}},
		{"a?[b]", []string{"a?[b]"}, []string{"axb"}}, // only * is special
		{"ü*", []string{"über"}, []string{"uber"}},
	} {
		in := newInjector(scenarios.Fault{Match: header("X", tt.glob)})
		matches := func(s string) bool {
			return in.Decide(&fault.Call{Header: http.Header{"X": {s}}}).Fault != nil
		}
		for _, s := range tt.yes {
			if !matches(s) {
				t.Errorf("%q does not match %q", tt.glob, s)
			}
		}
		for _, s := range tt.no {
			if matches(s) {
				t.Errorf("%q matches %q", tt.glob, s)
			}
		}
	}
}

// The name of the image is looked up only if a rule may need it, and only once.
func TestImageNameIsLookedUpLazily(t *testing.T) {
	t.Parallel()
	in := newInjector(
		scenarios.Fault{Match: operations(scenarios.DeleteImage), Times: 1},
		scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}, Image: "debian-*"}},
		scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}, Image: debian}},
	)
	for op, want := range map[scenarios.Operation]int{scenarios.DeleteImage: 0, scenarios.GetImages: 0, scenarios.GetImage: 1} {
		lookups := 0
		c := deletion()
		c.Operation = op
		c.ImageName = func(string) string { lookups++; return "ubuntu-24.04" }
		d := in.Decide(c)
		for range d.Misses(c) {
		}
		if lookups != want {
			t.Errorf("%s: looked up %d times, want %d", op, lookups, want)
		}
	}
}

package scenarios_test

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A fault is refused if an earlier one is injected into every call that it
// matches. Each row differs in one condition only, so that ignoring a condition
// fails a row by its name.
func TestShadowedFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		earlier, later scenarios.Match
		shadowed       bool
	}{
		{name: "no conditions", shadowed: true},

		{name: "token: the same", earlier: scenarios.Match{Token: 1}, later: scenarios.Match{Token: 1}, shadowed: true},
		{name: "token: any before one", later: scenarios.Match{Token: 1}, shadowed: true},
		{name: "token: one before any", earlier: scenarios.Match{Token: 1}},
		{name: "token: another", earlier: scenarios.Match{Token: 1}, later: scenarios.Match{Token: 2}},

		{name: "operation: any before one", later: onOperation(scenarios.GetImage), shadowed: true},
		{name: "operation: one before any", earlier: onOperation(scenarios.GetImage)},
		{name: "operation: another", earlier: onOperation(scenarios.GetImage), later: onOperation(scenarios.DeleteImage)},
		{name: "operation: any before a probe", later: onOperation(scenarios.Healthcheck)},
		{name: "operation: any before a call or a probe", later: onOperation(scenarios.GetImage, scenarios.Healthcheck)},
		{name: "operation: a probe twice", earlier: onOperation(scenarios.Healthcheck), later: onOperation(scenarios.Healthcheck), shadowed: true},
		{name: "operation: one of two", earlier: onOperation(scenarios.GetImage), later: onOperation(scenarios.GetImage, scenarios.DeleteImage)},
		{name: "operation: two before one", earlier: onOperation(scenarios.GetImage, scenarios.DeleteImage), later: onOperation(scenarios.GetImage), shadowed: true},

		{name: "image: a glob before a name", earlier: scenarios.Match{Image: "a*"}, later: scenarios.Match{Image: "ab"}, shadowed: true},
		{name: "image: a name before a glob", earlier: scenarios.Match{Image: "ab"}, later: scenarios.Match{Image: "a*"}},
		{name: "image: another", earlier: scenarios.Match{Image: "a"}, later: scenarios.Match{Image: "b"}},
		{name: "project: another", earlier: scenarios.Match{Project: "a"}, later: scenarios.Match{Project: "b"}},
		{name: "user: another", earlier: scenarios.Match{User: "a"}, later: scenarios.Match{User: "b"}},

		{name: "header: another value", earlier: withHeader("Accept", "a"), later: withHeader("Accept", "b")},
		{name: "header: another name", earlier: withHeader("Accept", "a"), later: withHeader("X-A", "a")},
		{name: "header: another case", earlier: withHeader("accept", "a"), later: withHeader("Accept", "a"), shadowed: true},
		{name: "query: another value", earlier: withQuery("limit", "1"), later: withQuery("limit", "2")},
		{name: "query: another case", earlier: withQuery("limit", "1"), later: withQuery("Limit", "1")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sc := scenarios.Scenario{Faults: []scenarios.Fault{
				{Match: test.earlier, Inject: scenarios.Injection{Status: 500}},
				{Match: test.later, Inject: scenarios.Injection{Status: 503}},
			}}
			err := sc.Validate()
			if got := err != nil && strings.Contains(err.Error(), "faults[1]"); got != test.shadowed || !got && err != nil {
				t.Errorf("the later fault is shadowed: %v (%v), want %v", got, err, test.shadowed)
			}
		})
	}
}

// A fault that is not injected into every call that it matches shadows no other.
func TestInertFaultsShadowNothing(t *testing.T) {
	t.Parallel()
	for inject, shadows := range map[string]bool{
		"{status: 504}":                           true,
		"{delay: 1s, throttle: 1KiB/s}":           true,
		`{headers: {ETag: "", X-A: b}}`:           true,
		"{drop: reset}":                           true,
		"{hold: {until: {}}}":                     true,
		"{status: 404, fields: {title: x}}":       true,
		"{status: 504, effect: applied}":          false,
		"{drop: reset, effect: applied}":          false,
		"{linger: {reads: 1}}":                    false,
		`{fields: {next: ""}}`:                    false,
		"{throttle: 1KiB/s}":                      false,
		`{headers: {ETag: ""}}`:                   false,
		`{headers: {content-length: many}}`:       false,
		`{headers: {ETag: ""}, throttle: 1KiB/s}`: false,
	} {
		_, err := scenarios.Parse("x.yaml", []byte("faults: [{inject: "+inject+"}, {inject: {status: 503}}]"))
		if got := err != nil && strings.Contains(err.Error(), "faults[1]: is never injected"); got != shadows || !got && err != nil {
			t.Errorf("%s shadows what follows: %v (%v), want %v", inject, got, err, shadows)
		}
	}
}

func onOperation(ops ...scenarios.Operation) scenarios.Match { return scenarios.Match{Operation: ops} }

func withHeader(name, value string) scenarios.Match {
	return scenarios.Match{Headers: map[string]string{name: value}}
}

func withQuery(name, value string) scenarios.Match {
	return scenarios.Match{Query: map[string]string{name: value}}
}

package scenarios_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// TestLaterPartWins merges texts and compares the whole results, as YAML.
func TestLaterPartWins(t *testing.T) {
	t.Parallel()
	const (
		one = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
		two = "7b1d5f0e-93a2-4c6b-8f27-51e0c9d4a6b8"
	)
	for _, test := range []struct {
		name  string
		parts []string
		want  string
	}{
		{
			"zeros count if they are written, in entries too",
			[]string{
				"{seed: 5, auth: {strict: true, token_ttl: 1h}, images: [{id: " + one + ", protected: true, min_ram: 5, os_hidden: true}]}",
				"{seed: 0, auth: {strict: false}, images: [{<<: {min_ram: 0}, id: " + one + ", protected: false}]}",
			},
			"{auth: {token_ttl: 1h}, images: [{id: " + one + ", os_hidden: true}]}",
		},
		{
			"an image is known by its id in any case, and not by its name",
			[]string{
				"images: [{id: " + one + ", name: a, tags: [x], properties: {k: v}, size: 5}, {name: b}]",
				"images: [{name: b}, {id: " + strings.ToUpper(one) + ", tags: [y], properties: {l: w}}]",
			},
			"images: [{id: " + strings.ToUpper(one) + ", name: a, tags: [y], properties: {l: w}, size: 5}, {name: b}, {name: b}]",
		},
		{
			"a fault is known by its name, and keeps its place",
			[]string{
				"faults: [{name: a, times: 2, inject: {status: 503, headers: {Retry-After: 1}}}, {name: b, skip: 1, inject: {status: 500}}]",
				"faults: [{name: c, inject: {delay: 1s}}, {name: a, inject: {drop: reset}}]",
			},
			"faults: [{name: a, times: 2, inject: {drop: reset}}, {name: b, skip: 1, inject: {status: 500}}, {name: c, inject: {delay: 1s}}]",
		},
		{
			"users, tokens, keys and downloads",
			[]string{
				"{auth: {users: [{name: u, password: p, roles: [reader]}], tokens: [{token: t, uses: 5}], keys: [{access: k, secret: a}]}, storage: {downloads: [{uri: u, data: old}]}}",
				"{auth: {users: [{name: v}, {name: u, password: q}], tokens: [{token: t, user: u}], keys: [{access: k, secret: b}]}, storage: {downloads: [{uri: u, data: {bytes: 5}}]}}",
			},
			"{auth: {users: [{name: u, password: q, roles: [reader]}, {name: v}], tokens: [{token: t, user: u, uses: 5}], keys: [{access: k, secret: b}]}, storage: {downloads: [{uri: u, data: {bytes: 5}}]}}",
		},
		{
			"jobs are merged key by key",
			[]string{"jobs: {takes: 87600h, fails: old}", "jobs: {fails: new}"},
			"jobs: {takes: 87600h, fails: new}",
		},
		{
			"limits have no names, so all of them hold",
			[]string{"limits: [{rate: 1/s}]", "limits: [{rate: 1/s}]"},
			"limits: [{rate: 1/s}, {rate: 1/s}]",
		},
		{
			"the outcome is a whole",
			[]string{
				"{images: [{name: a}, {name: b}], outcome: {gone: [a], tries: 2}}",
				"outcome: {kept: [a]}",
			},
			"{images: [{name: a}, {name: b}], outcome: {kept: [a]}}",
		},
		{
			"an outcome means the same images under their new names",
			[]string{
				"{images: [{id: " + one + ", name: old-1}, {id: " + two + ", name: old-2}, {name: old-3}], outcome: {gone: 'old-*'}}",
				"images: [{id: " + one + ", name: new-1}, {id: " + two + ", name: new-2}]",
			},
			"{images: [{id: " + one + ", name: new-1}, {id: " + two + ", name: new-2}, {name: old-3}], outcome: {gone: ['old-*', " + one + ", " + two + "]}}",
		},
		{
			"a name that no image has any more",
			[]string{
				"{images: [{id: " + one + ", name: a}, {id: " + two + ", name: a}, {name: b}], outcome: {gone: b, kept: a}}",
				"images: [{id: " + one + ", name: d}, {id: " + two + ", name: c}]",
			},
			"{images: [{id: " + one + ", name: d}, {id: " + two + ", name: c}, {name: b}], outcome: {gone: b, kept: [" + one + ", " + two + "]}}",
		},
		{
			"a fault that would leave none to a later one is left out, and what waits for it",
			[]string{
				"faults: [{name: a, match: {operation: delete_image}, inject: {status: 500}}, {name: b, after: a, inject: {status: 501}}, {name: c, after: b, inject: {status: 502}}, {name: d, match: {operation: get_image}, inject: {status: 503}}]",
				"faults: [{name: e, match: {operation: delete_image, image: x}, times: 1, inject: {status: 504}}]",
			},
			"faults: [{name: d, match: {operation: get_image}, inject: {status: 503}}, {name: e, match: {operation: delete_image, image: x}, times: 1, inject: {status: 504}}]",
		},
		{
			"a fault that a later one narrows stays",
			[]string{
				"faults: [{name: a, match: {operation: delete_image, image: x}, inject: {status: 500}}]",
				"faults: [{match: {operation: delete_image}, inject: {status: 504}}]",
			},
			"faults: [{name: a, match: {operation: delete_image, image: x}, inject: {status: 500}}, {match: {operation: delete_image}, inject: {status: 504}}]",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var parts []scenarios.Part
			for _, src := range test.parts {
				parts = append(parts, scenarios.Part{File: "part.yaml", Text: []byte(src)})
			}
			got, err := scenarios.Merge(parts...)
			if err != nil {
				t.Fatal(err)
			}
			want, err := scenarios.Parse("part+part.yaml", []byte(test.want))
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != want.String() {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestMergeProblems merges files a and b, and compares what is wrong with them.
func TestMergeProblems(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, a, b, want string }{
		{
			"the faults after one that is left out",
			"faults: [{match: {operation: delete_image}, inject: {status: 500}}, {skip: -1, match: {operation: get_image}, inject: {status: 501}}]",
			"faults: [{times: 1, match: {operation: delete_image}, inject: {status: 502}}, {every: -1, match: {operation: add_image}, inject: {status: 503}}]",
			"a.yaml:1:76: faults[1].skip: want 0 or more, got -1\n" +
				"b.yaml:1:87: faults[1].every: want 1 or more, got -1",
		},
		{
			"a fault that waits for one that leaves it no call",
			"faults: [{name: all, inject: {status: 500}}]",
			"faults: [{name: next, after: all, inject: {status: 501}}, {after: next, inject: {status: 502}}]",
			"b.yaml:1:10: faults[0]: is never injected: faults[0] (a.yaml:1:10) is injected into every call that this fault matches\n" +
				"b.yaml:1:59: faults[1]: is never injected: faults[0] (a.yaml:1:10) is injected into every call that this fault matches",
		},
		{
			"images that could not be read may have any name",
			"{images: 5, outcome: {gone: lost}}",
			"images: [{name: there}]",
			"a.yaml:1:10: images: want a list, got the number 5",
		},
		{
			"a change of a fault that is not there",
			"faults: [{name: busy, inject: {status: 503}}]",
			"faults: [{name: bussy, times: 1}]",
			"b.yaml:1:10: faults[0].inject: does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Merge(
				scenarios.Part{File: "a.yaml", Text: []byte(test.a)},
				scenarios.Part{File: "b.yaml", Text: []byte(test.b)},
			)
			if err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

// TestMergeLeavesPartsAlone checks that merging changes no scenario made in Go but the
// result.
func TestMergeLeavesPartsAlone(t *testing.T) {
	t.Parallel()
	first := &scenarios.Scenario{
		Outcome: scenarios.Outcome{Gone: []string{"a"}},
		Images:  []scenarios.Image{{ID: someID, Name: "a"}},
		Faults:  []scenarios.Fault{{Name: "f", Inject: scenarios.Injection{Status: 500}}, {Inject: scenarios.Injection{Status: 501}}},
	}
	before := first.Clone()
	later := &scenarios.Scenario{
		Images: []scenarios.Image{{ID: someID, Name: "b"}},
		Faults: []scenarios.Fault{{Name: "f", Times: 2}, {Inject: scenarios.Injection{Status: 502}}},
	}
	got, err := scenarios.Merge(scenarios.Part{Scenario: first}, scenarios.Part{Scenario: later})
	if err != nil {
		t.Fatal(err)
	}
	if got.Images[0].Name != "b" || got.Outcome.Gone[0] != someID || got.Faults[0].Times != 2 || len(got.Faults) != 2 {
		t.Errorf("merged to\n%v", got)
	}
	if !reflect.DeepEqual(first, before) {
		t.Errorf("merging changed the first part to\n%v", first)
	}
}

// TestPlaceOfChangedFault checks that the place of a fault is where a file changed it
// last; a value made in Go has no place.
func TestPlaceOfChangedFault(t *testing.T) {
	t.Parallel()
	got, err := scenarios.Merge(
		scenarios.Part{File: "a.yaml", Text: []byte("faults: [{name: f, inject: {status: 500}}]")},
		scenarios.Part{File: "b.yaml", Text: []byte("\nfaults: [{name: f, times: 1}]")},
		scenarios.Part{Scenario: &scenarios.Scenario{Faults: []scenarios.Fault{{Name: "f", Skip: 1}}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if f := got.Faults[0]; f.Place != "b.yaml:2" || f.Times != 1 || f.Skip != 1 {
		t.Errorf("merged to %v from %s", f, f.Place)
	}
}

package scenarios_test

import (
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
				"images: [{id: " + one + ", name: b}, {id: " + two + ", name: c}]",
			},
			"{images: [{id: " + one + ", name: b}, {id: " + two + ", name: c}, {name: b}], outcome: {gone: b, kept: [" + one + ", " + two + "]}}",
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

package scenarios_test

import (
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

func TestParseFieldPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"next":                                  "",
		"images[*].status":                      "",
		"images[0]":                             "",
		"token.catalog[*].endpoints[12].region": "",
		"[*].a":                                 "",
		"hw:cpu_policy":                         "",
		`["a.b"].c`:                             "",
		`a["b]"][*]`:                            "",
		`["next"]`:                              "next",
	} {
		if want == "" {
			want = path
		}
		steps, err := scenarios.ParseFieldPath(path)
		if err != nil || steps.String() != want {
			t.Errorf("%s: got %s, %v", path, steps, err)
		}
	}
	for path, want := range map[string]string{
		"":                `"" has an empty key`,
		"a.":              `"a." has an empty key`,
		".a":              `".a" has an empty key`,
		"a..b":            `"a..b" has an empty key`,
		"images[].status": "want [*] or an entry such as [0], got [].status",
		"images[-1]":      "want [*] or an entry such as [0], got [-1]",
		"images[*":        "want [*] or an entry such as [0], got [*",
		"images[*]status": `want a dot before "status"`,
		"a]":              `want a dot before "]"`,
		`a["b]`:           `want a key as in ["a.b"], got ["b]`,
		`a["b"`:           `want a key as in ["a.b"], got ["b"`,
	} {
		if steps, err := scenarios.ParseFieldPath(path); err == nil || err.Error() != want {
			t.Errorf("%s: got %s, %v; want %s", path, steps, err, want)
		}
	}
}

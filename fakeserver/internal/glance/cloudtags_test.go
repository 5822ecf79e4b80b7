package glance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestImagesByTags selects from images by their tags.
func TestImagesByTags(t *testing.T) {
	t.Parallel()
	api := newCloudAPI(
		&registry.Image{ID: "bare"},
		&registry.Image{ID: "linux", Tags: []string{"os=linux", "team=a"}},
		&registry.Image{ID: "bsd", Tags: []string{"os=bsd"}},
		&registry.Image{ID: "old", Tags: []string{"old", "os=linux", "team=b"}},
		&registry.Image{ID: "others", Owner: "beta", Visibility: "public", Tags: []string{"os=linux"}},
	)
	for search, want := range map[string]string{
		``:                                      "old linux bsd bare",
		`"tags": [{"key": "os"}]`:               "old linux bsd",
		`"tags": [{"key": "os", "values": []}]`: "old linux bsd",
		`"tags": [{"key": "os", "values": ["linux", "plan9"]}]`:                                "old linux",
		`"tags": [{"key": "os", "values": ["linux"]}, {"key": "team", "values": ["a"]}]`:       "linux",
		`"tags_any": [{"key": "os", "values": ["bsd"]}, {"key": "team", "values": ["a"]}]`:     "linux bsd",
		`"not_tags": [{"key": "os", "values": ["linux"]}, {"key": "team", "values": ["a"]}]`:   "old bsd bare",
		`"not_tags_any": [{"key": "os", "values": ["bsd"]}, {"key": "team", "values": ["a"]}]`: "old bare",
		`"without_any_tag": true, "tags": [{"key": "os"}]`:                                     "bare",
		`"matches": [{"key": "resource_name", "value": "bsd"}]`:                                "bsd",
		`"matches": [{"key": "resource_id", "value": "old"}], "tags": [{"key": "nothing"}]`:    "",
		`"limit": "2"`:              "old linux",
		`"limit": 2, "offset": "1"`: "linux bsd",
		`"offset": 9`:               "",
		`"limit": 0`:                "",
	} {
		send := func(action string) string {
			body := strings.Replace(`{"action": "`+action+`", `+search+`}`, ", }", "}", 1)
			return serve(alice, scenarios.GetImagesByTags, (*glance.API).GetImagesByTags, "/", body, "project_id", "alpha")(api)
		}
		var ids []string
		for _, part := range strings.Split(send("filter"), `"resource_id":"`)[1:] {
			id, _, _ := strings.Cut(part, `"`)
			ids = append(ids, id)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s, want %s", search, got, want)
		}
		if !strings.Contains(search, "limit") && !strings.Contains(search, "offset") {
			check(t, send("count"), fmt.Sprintf(`200 {"total_count":%d}`, len(ids)))
		}
	}
	for body, want := range map[string]string{
		``:                                   "400 Body expected",
		`{"action": "filter", "limit": "x"}`: `400 The request body is not valid: want a number, got "x".`,
		`{"action": "filter", "offset": -1}`: "400 The request body is not valid: want a number, got -1.",
		`{"action": "find"}`:                 `400 The request body is not valid: the action is "find", not filter or count.`,
	} {
		check(t, serve(alice, scenarios.GetImagesByTags, (*glance.API).GetImagesByTags, "/", body, "project_id", "alpha")(api), want)
	}
	const one = `{"action": "count"}`
	check(t, serve(alice, scenarios.GetImagesByTags, (*glance.API).GetImagesByTags, "/", one, "project_id", "beta")(api), "400 The project ID beta in the path is not that of the token: alpha.")
	check(t, serve(unscoped, scenarios.GetImagesByTags, (*glance.API).GetImagesByTags, "/", one, "project_id", "")(api), "403 ")
}

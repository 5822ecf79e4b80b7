package scenarios

import (
	"slices"
	"strings"
	"testing"
)

func TestOperations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		op                                      Operation
		takesImage, hasCaller, changes, deletes bool
	}{
		{DeleteImage, true, true, true, true},
		{GetImage, true, true, false, false},
		{GetImages, false, true, false, false},
		{GetImagesByTags, false, true, false, false},
		{DeleteTask, false, true, false, false},
		{GetVersions, false, true, false, false},
		{CreateToken, false, false, true, false},
		{"unknown", false, false, false, false},
	} {
		got := []bool{test.op.TakesImage(), test.op.HasCaller(), test.op.Changes(), test.op.Deletes()}
		if want := []bool{test.takesImage, test.hasCaller, test.changes, test.deletes}; !slices.Equal(got, want) {
			t.Errorf("%s: takes an image, has a caller, changes something, deletes: %t, want %t", test.op, got, want)
		}
	}
}

// TestMatchOperations checks that a condition is refused only if no endpoint of
// any of the operations can meet it.
func TestMatchOperations(t *testing.T) {
	t.Parallel()
	for match, want := range map[string]string{
		`operation: cache_delete, image: "ubuntu-*"`:        "", // DELETE /v2/cache/{image_id}
		`operation: get_versions, user: demo`:               "", // GET /v2
		`operation: get_versions, project: p, token: 1`:     "",
		`operation: delete_image_location, image: x`:        "",
		`operation: [get_images, get_image], image: x`:      "",
		`operation: healthcheck, headers: {X-A: b}`:         "",
		`operation: cache_list, image: x`:                   "match.image: never matches: cache_list is not about one image",
		`operation: get_versions, image: x`:                 "match.image: never matches: get_versions is not about one image",
		`operation: healthcheck, user: demo`:                "match.user: never matches: healthcheck is called without a token",
		`operation: [create_token, get_identity], token: 1`: "match.token: never matches: create_token or get_identity is called without a token",
	} {
		for key, src := range map[string]string{
			"faults": "faults: [{match: {" + match + "}, inject: {status: 500}}]",
			"limits": "limits: [{match: {" + match + "}, rate: 1/s}]",
		} {
			_, err := Parse("match.yaml", []byte(src))
			switch {
			case want == "" && err != nil:
				t.Errorf("%s\n%v", src, err)
			case want != "" && (err == nil || !strings.HasSuffix(err.Error(), ": "+key+"[0]."+want)):
				t.Errorf("%s\ngot %v, want %s", src, err, want)
			}
		}
	}
}

package glance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestTags compares with the answers of a real Glance, and with the tags that the
// image has afterwards.
func TestTags(t *testing.T) {
	t.Parallel()
	const (
		add    = scenarios.AddImageTag
		remove = scenarios.DeleteImageTag
		denied = "403 You are not authorized to complete modify_image action."
	)
	full := strings.Split(many("t%d", 128), ", ")
	slices.Sort(full)
	long := strings.Repeat("x", 256)
	for _, tt := range []struct {
		who   wire.Caller
		op    scenarios.Operation
		image string
		tag   string
		body  string
		want  string
		tags  string
	}{
		{alice, add, "own", "b", "", "204", "a b c"},
		{alice, add, "own", "a", "", "204", "a c"},
		{alice, add, "own", long[:255], "", "204", "a c " + long[:255]},
		{alice, add, "own", "é ", "", "204", "a c é "},
		{alice, add, "own", long, "", "400 Provided object does not match schema 'image': '" + long + "' is too long", "a c"},
		{alice, add, "own", "😀", "", "400 Could not update image: Param values can't contain 4 byte unicode.", "a c"},
		{alice, add, "own", "b", "{}", "400 A body is not expected with this request.", "a c"},
		{alice, add, "full", "b", "", "413 Image tag limit exceeded for image full: The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128:", strings.Join(full, " ")},
		{alice, add, "full", "t1", "", "204", strings.Join(full, " ")},
		{admin, add, "own", "b", "", "204", "a b c"},
		{rita, add, "own", "b", "", denied, "a c"},
		{bob, add, "community", "b", "", denied, "a c"},
		{unscoped, add, "community", "b", "", "404 The resource could not be found.", "a c"},
		{bob, add, "own", "b", "", "404 Image own not found.", "a c"},
		{alice, add, "nosuch", "b", "", "404 Image nosuch not found.", ""},

		{alice, remove, "own", "a", "", "204", "c"},
		{alice, remove, "own", "b", "", "404 The resource could not be found.", "a c"},
		{alice, remove, "own", long, "", "404 The resource could not be found.", "a c"},
		{alice, remove, "own", "a", "x", "400 A body is not expected with this request.", "a c"},
		{bob, remove, "community", "a", "", denied, "a c"},
		{bob, remove, "own", "a", "", "404 Image own not found.", "a c"},
		{alice, remove, "nosuch", "a", "", "404 Image nosuch not found.", ""},
	} {
		api := newAPI(
			&registry.Image{ID: "own", Tags: []string{"a", "c"}, Protected: true},
			&registry.Image{ID: "community", Visibility: "community", Tags: []string{"a", "c"}},
			&registry.Image{ID: "full", Tags: full},
		)
		got := oneLine(call{who: tt.who, op: tt.op, image: tt.image, item: tt.tag, body: tt.body}.send(api))
		check(t, got, tt.want)
		img, ok := api.Images.Get(tt.image)
		if !ok {
			continue
		}
		if tags := strings.Join(img.Tags, " "); tags != tt.tags {
			t.Errorf("%s %q: the tags are %q, want %q", tt.op, tt.tag, tags, tt.tags)
		}
		if updated := !img.UpdatedAt.Equal(img.CreatedAt); updated != strings.HasPrefix(got, "204") {
			t.Errorf("%s %q: %s; updated_at changed: %t", tt.op, tt.tag, got, updated)
		}
	}
}

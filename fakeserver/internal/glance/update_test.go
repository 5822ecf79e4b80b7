package glance_test

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

const (
	patch20 = "application/openstack-images-v2.0-json-patch"
	patch21 = "application/openstack-images-v2.1-json-patch"
)

// patchImages are the images of TestModifyImage.
func patchImages() []*registry.Image {
	return []*registry.Image{
		{ID: "mine", Tags: []string{"a"}, Properties: map[string]string{"color": "red", "a/b": "slash"}},
		{ID: "active", Status: "active", DiskFormat: "raw", ContainerFormat: "bare", Protected: true},
		{ID: "importing", Status: "importing"},
		{ID: "private", Visibility: "private"},
		{ID: "community", Visibility: "community"},
		{ID: "public", Visibility: "public", Owner: "admin"},
		{ID: "shared", Owner: "beta", Members: members("alpha", "rejected")},
		{ID: "full", Properties: full()},
	}
}

func full() map[string]string {
	properties := make(map[string]string)
	for _, name := range strings.Split(many("p%d", 128), ", ") {
		properties[name] = "v"
	}
	return properties
}

// TestModifyImage compares with the answers of a real Glance. A PATCH that is
// rejected does not change the image.
func TestModifyImage(t *testing.T) {
	t.Parallel()
	const (
		mismatch = "400 Provided object does not match schema 'image': "
		denied   = "403 You are not authorized to complete "
		noImage  = "404 No image found with ID "
		pointer  = "400 Pointer `"
	)
	for _, tt := range []struct {
		who      wire.Caller
		image    string
		patch    string
		want     string // what the answer starts with
		contains string // what it contains
	}{
		// The three operations, on attributes and on properties.
		{alice, "mine", `{"op": "replace", "path": "/name", "value": "new"}`, "200", `"name": "new"`},
		{alice, "mine", `{"op": "add", "path": "/name", "value": null}`, "200", `"name": null`},
		{alice, "mine", `{"op": "add", "path": "/name", "value": ""}`, "200", `"name": ""`},
		{alice, "mine", `{"op": "add", "path": "/size_hint", "value": "big"}`, "200", `"size_hint": "big"`},
		{alice, "mine", `{"op": "add", "path": "/color", "value": "blue"}`, "200", `"color": "blue"`},
		{alice, "mine", `{"op": "replace", "path": "/color", "value": "blue"}`, "200", `"color": "blue"`},
		{alice, "mine", `{"op": "remove", "path": "/color"}`, "200", `{"a/b": "slash", "name"`},
		{alice, "mine", `{"op": "replace", "path": "/tags", "value": ["d", "c", "d"]}`, "200", `"tags": ["c", "d"]`},
		{alice, "mine", `{"op": "replace", "path": "/tags", "value": []}`, "200", `"tags": []`},
		{alice, "mine", `{"op": "replace", "path": "/min_disk", "value": 7}, {"op": "replace", "path": "/min_ram", "value": 8}`, "200", `"min_ram": 8, "min_disk": 7`},
		{alice, "mine", `{"op": "replace", "path": "/os_hidden", "value": true}`, "200", `"os_hidden": true`},
		{alice, "mine", `{"op": "add", "path": "/stores", "value": "x"}`, "200", `"stores": "x"`},
		{alice, "mine", `{"op": "replace", "path": "/name", "value": "x"}`, "200", `"updated_at": "2024-06-01T00:00:00Z"`},
		{alice, "mine", `{"op": "add", "path": "/x", "value": "1"}, {"op": "replace", "path": "/x", "value": "2"}, {"op": "remove", "path": "/x"}`, "200", `"color": "red", "name"`},
		{alice, "mine", ``, "200", `"updated_at": "2024-05-01T00:00:00Z"`},
		{alice, "mine", `{"op": "replace", "path": "/nosuch", "value": "x"}`, "409 Property nosuch does not exist.", ""},
		{alice, "mine", `{"op": "replace", "path": "/name", "value": "changed"}, {"op": "remove", "path": "/nosuch"}`, "409 Property nosuch does not exist.", ""},
		{alice, "mine", `{"op": "remove", "path": "/tags"}`, "403 Property tags may not be removed.", ""},
		{alice, "mine", `{"op": "remove", "path": "/owner"}`, "403 Property owner may not be removed.", ""},

		// Pointers.
		{alice, "mine", `{"op": "remove", "path": "/a~1b"}`, "200", `{"color": "red", "name"`},
		{alice, "mine", `{"op": "add", "path": "/c~0d", "value": "x"}`, "200", `"c~d": "x"`},
		{alice, "mine", `{"op": "add", "path": "/c~01", "value": "x"}`, "200", `"c~1": "x"`},
		{alice, "mine", `{"op": "add", "path": "/ sp ", "value": "x"}`, "200", `"sp": "x"`},
		{alice, "mine", `{"op": "add", "path": "//e", "value": "x"}`, "200", `"e": "x"`},
		{alice, "mine", `{"op": "add", "path": "/", "value": "x"}`, "200", `{"": "x"`},
		{alice, "mine", `{"op": "add", "path": "e", "value": "x"}`, pointer + "e` does not start with \"/\".", ""},
		{alice, "mine", `{"op": "add", "path": "", "value": "x"}`, pointer + "` does not start with \"/\".", ""},
		{alice, "mine", `{"op": "add", "path": "/a//b", "value": "x"}`, pointer + "/a//b` contains adjacent \"/\".", ""},
		{alice, "mine", `{"op": "add", "path": "/a/ /b", "value": "x"}`, pointer + "/a/ /b` contains adjacent \"/\".", ""},
		{alice, "mine", `{"op": "add", "path": "/a/", "value": "x"}`, pointer + "/a/` end with \"/\".", ""},
		{alice, "mine", `{"op": "add", "path": "/a~2", "value": "x"}`, pointer + "/a~2` contains \"~\" not part of a recognized escape sequence.", ""},
		{alice, "mine", `{"op": "add", "path": "/a~", "value": "x"}`, pointer + "/a~` contains \"~\" not part of a recognized escape sequence.", ""},
		{alice, "mine", `{"op": "add", "path": "/tags/-", "value": "x"}`, "400 Invalid JSON pointer for this resource: '/tags/-'", ""},
		{alice, "mine", `{"op": "add", "path": 5, "value": "x"}`, "500 ", ""},

		// Invalid operations.
		{alice, "mine", `"x"`, "400 Operations must be JSON objects.", ""},
		{alice, "mine", `{}`, "400 Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace.", ""},
		{alice, "mine", `{"op": "move", "path": "/a"}`, "400 Invalid operation: `move`. It must be one of the following: add, remove, replace.", ""},
		{alice, "mine", `{"op": ["add"], "path": "/a"}`, "400 Invalid operation: `['add']`.", ""},
		{alice, "mine", `{"op": "add"}`, "400 Unable to find 'path' in JSON Schema change", ""},
		{alice, "mine", `{"op": "add", "path": "/a"}`, `400 Operation "add" requires a member named "value".`, ""},

		// Values that do not match the schema.
		{alice, "mine", `{"op": "replace", "path": "/name", "value": 5}`, mismatch + "5 is not of type 'null', 'string'", ""},
		{alice, "mine", `{"op": "add", "path": "/color", "value": null}`, mismatch + "None is not of type 'string'", ""},
		{alice, "mine", `{"op": "replace", "path": "/visibility", "value": "nosuch"}`, mismatch + "'nosuch' is not one of", ""},
		{alice, "mine", `{"op": "replace", "path": "/min_disk", "value": -1}`, "400 Invalid value '-1' for parameter 'min_disk': Cannot be a negative value", ""},
		{alice, "mine", `{"op": "replace", "path": "/name", "value": "😀"}, {"op": "replace", "path": "/min_disk", "value": -1}`, "400 Invalid value '-1' for parameter 'min_disk': Cannot be a negative value", ""},
		{alice, "mine", `{"op": "replace", "path": "/min_ram", "value": 2147483648}, {"op": "replace", "path": "/min_ram", "value": 1}`, "200", `"min_ram": 1`},
		{alice, "mine", `{"op": "add", "path": "/color", "value": "😀"}`, "400 Color can't contain 4 byte unicode characters.", ""},
		{alice, "mine", `{"op": "replace", "path": "/tags", "value": [` + many(`"t%d"`, 129) + `]}`, "413 The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128", ""},
		{alice, "full", `{"op": "add", "path": "/q", "value": "v"}`, "413 The limit has been exceeded on the number of allowed image properties. Attempted: 129, Maximum: 128", ""},
		{alice, "full", `{"op": "add", "path": "/p0", "value": "w"}`, "200", `"p0": "w"`},
		{alice, "full", `{"op": "remove", "path": "/p0"}, {"op": "add", "path": "/q", "value": "v"}`, "200", `"q": "v"`},

		// Names that are read-only or reserved.
		{alice, "mine", `{"op": "replace", "path": "/id", "value": "x"}`, "403 Attribute 'id' is read-only.", ""},
		{alice, "mine", `{"op": "remove", "path": "/status"}`, "403 Attribute 'status' is read-only.", ""},
		{alice, "mine", `{"op": "add", "path": "/os_hash_algo", "value": "x"}`, "403 Attribute 'os_hash_algo' is read-only.", ""},
		{alice, "mine", `{"op": "add", "path": "/deleted", "value": "x"}`, "403 Attribute 'deleted' is reserved.", ""},
		{alice, "mine", `{"op": "remove", "path": "/os_glance_x"}`, "403 Attribute 'os_glance_x' is reserved.", ""},
		{alice, "mine", `{"op": "add", "path": "/image_id", "value": "x"}`, noImage + "x", ""},
		{alice, "mine", `{"op": "add", "path": "/context", "value": "x"}`, "200", `"color": "red", "name"`},
		{alice, "mine", `{"op": "remove", "path": "/context"}`, "403 Property context may not be removed.", ""},

		// Locations.
		{alice, "mine", `{"op": "add", "path": "/locations", "value": "x"}`, "400 Invalid JSON pointer for this resource: '/locations'", ""},
		{alice, "mine", `{"op": "add", "path": "/locations/-", "value": {"url": "x"}}`, mismatch + "'metadata' is a required property", ""},
		{alice, "mine", `{"op": "add", "path": "/locations/-", "value": {"url": "x", "metadata": {}, "validation_data": {"z": 1}}}`, mismatch + "Additional properties are not allowed ('z' was unexpected)", ""},
		{alice, "mine", `{"op": "add", "path": "/locations/-", "value": {"url": "x", "metadata": {}}}`, "403 It's not allowed to add locations if locations are invisible.", ""},
		{rita, "mine", `{"op": "add", "path": "/locations/-", "value": {"url": "x", "metadata": {}}}`, denied + "set_image_location action.", ""},
		{alice, "mine", `{"op": "replace", "path": "/locations", "value": []}`, "403 Cannot set locations to empty list.", ""},
		{alice, "mine", `{"op": "replace", "path": "/locations", "value": [{"url": "x", "metadata": {}}]}`, "403 It's not allowed to update locations if locations are invisible.", ""},
		{alice, "mine", `{"op": "remove", "path": "/locations/0"}`, denied + "delete_image_location action.", ""},
		{admin, "mine", `{"op": "remove", "path": "/locations/0"}`, "403 It's not allowed to remove locations if locations are invisible.", ""},

		// Effects of the status.
		{alice, "active", `{"op": "replace", "path": "/disk_format", "value": "raw"}`, "403 Attribute disk_format can be only replaced for a queued image.", ""},
		{alice, "active", `{"op": "add", "path": "/container_format", "value": "ovf"}`, "403 Attribute container_format can be only replaced for a queued image.", ""},
		{alice, "mine", `{"op": "replace", "path": "/disk_format", "value": "raw"}`, "200", `"disk_format": "raw"`},
		{alice, "importing", `{"op": "replace", "path": "/container_format", "value": null}`, "200", `"container_format": null`},
		{alice, "active", `{"op": "replace", "path": "/name", "value": "protected too"}`, "200", `"name": "protected too"`},
		{alice, "active", `{"op": "replace", "path": "/protected", "value": false}`, "200", `"protected": false`},

		// Permissions.
		{rita, "mine", `{"op": "replace", "path": "/name", "value": "x"}`, denied + "modify_image action.", ""},
		{bob, "community", `{"op": "remove", "path": "/nosuch"}`, denied + "modify_image action.", ""},
		{alice, "shared", `{"op": "replace", "path": "/name", "value": "x"}`, denied + "modify_image action.", ""},
		{alice, "public", `{"op": "replace", "path": "/name", "value": "x"}`, denied + "modify_image action.", ""},
		{bob, "community", ``, "200", ""},
		{bob, "private", `{"op": "replace", "path": "/name", "value": "x"}`, noImage + "private", ""},
		{bob, "mine", ``, noImage + "mine", ""},
		{alice, "nosuch", `{"op": "replace", "path": "/name", "value": "x"}`, noImage + "nosuch", ""},
		{unscoped, "community", `{"op": "replace", "path": "/name", "value": "x"}`, "404 The resource could not be found.", ""},
		{system, "mine", `{"op": "replace", "path": "/name", "value": "x"}`, "404 The resource could not be found.", ""},
		{admin, "private", `{"op": "replace", "path": "/name", "value": "x"}`, "200", `"name": "x"`},

		// Permissions to change the visibility.
		{alice, "private", `{"op": "replace", "path": "/visibility", "value": "shared"}`, "200", `"visibility": "shared"`},
		{alice, "private", `{"op": "replace", "path": "/visibility", "value": "community"}`, "200", `"visibility": "community"`},
		{alice, "private", `{"op": "replace", "path": "/visibility", "value": "public"}`, denied + "publicize_image action.", ""},
		{admin, "private", `{"op": "replace", "path": "/visibility", "value": "public"}`, "200", `"visibility": "public"`},
		{bob, "community", `{"op": "replace", "path": "/visibility", "value": "community"}`, denied + "communitize_image action.", ""},
		{bob, "community", `{"op": "replace", "path": "/visibility", "value": "private"}`, denied + "modify_image action.", ""},

		// Permissions to change the owner.
		{alice, "mine", `{"op": "replace", "path": "/owner", "value": "beta"}`, "403 Owner can't be updated by non admin.", ""},
		{bob, "community", `{"op": "replace", "path": "/owner", "value": "beta"}`, "403 Owner can't be updated by non admin.", ""},
		{bob, "community", `{"op": "add", "path": "/owner", "value": "beta"}`, denied + "modify_image action.", ""},
		{alice, "mine", `{"op": "add", "path": "/owner", "value": "beta"}`, "403 Forbidding request, image mine not visible", ""},
		{alice, "community", `{"op": "add", "path": "/owner", "value": "beta"}`, "200", `"owner": "beta"`},
		{admin, "mine", `{"op": "replace", "path": "/owner", "value": null}`, "200", `"owner": null`},
	} {
		api := newAPI(patchImages()...)
		before, known := api.Images.Get(tt.image)
		got := oneLine(call{who: tt.who, op: scenarios.ModifyImage, image: tt.image, kind: patch21, body: "[" + tt.patch + "]"}.send(api))
		check(t, got, tt.want, tt.contains)
		if known && !strings.HasPrefix(got, "200") && getImage(t, api, tt.image) != before {
			t.Errorf("%s\n%s changed the image", tt.patch, got)
		}
	}
}

// TestModifyImageDraft4 sends patches in the older form, and in neither form.
func TestModifyImageDraft4(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ kind, patch, want, contains string }{
		{patch20, `[{"replace": "/name", "value": "new"}]`, "200", `"name": "new"`},
		{patch20, `[{"add": "/x", "value": "y"}]`, "200", `"x": "y"`},
		{patch20, `[{"remove": "/color"}]`, "200", `{"a/b": "slash", "name"`},
		{patch20 + "; charset=utf-8", `[]`, "200", ""},
		{patch20, `[{"add": "/name", "value": "new"}]`, "409 Property name already present.", ""},
		{patch20, `[{"add": "/color", "value": "new"}]`, "409 Property color already present.", ""},
		{patch20, `[{"remove": "/name"}]`, "403 Property name may not be removed.", ""},
		{patch20, `[{"op": "replace", "path": "/name", "value": "x"}]`, `400 Operation objects must contain exactly one member named "add", "remove", or "replace".`, ""},
		{patch20, `[{"replace": "/name", "add": "/x", "value": "x"}]`, `400 Operation objects must contain only one member named "add", "remove", or "replace".`, ""},
		{patch20, `[{"replace": "/name"}]`, `400 Operation "replace" requires a member named "value".`, ""},

		{patch21, `{`, "400 Malformed JSON in request body.", ""},
		{patch21, `{}`, "400 Request body must be a JSON array of operation objects.", ""},
		{patch21, ``, "400 Body expected in request.", ""},

		{"application/json", `[]`, "415 The request media type application/json is not supported by this server.", ""},
		{"application/json; charset=utf-8", `[]`, "415 The request media type application/json; charset=utf-8 is not supported", ""},
		{strings.ToUpper(patch21), `[]`, "415 The request media type APPLICATION/", ""},
		{"", `[]`, "415 The request media type text/plain is not supported", ""},
	} {
		got := oneLine(call{who: alice, op: scenarios.ModifyImage, image: "mine", kind: tt.kind, body: tt.patch}.send(newAPI(patchImages()...)))
		check(t, got, tt.want, tt.contains)
	}
}

// TestModifyImageID checks that the native dialect rejects a malformed id.
func TestModifyImageID(t *testing.T) {
	t.Parallel()
	api := newAPI(patchImages()...)
	a := call{who: alice, op: scenarios.ModifyImage, image: "nosuch", kind: patch21, body: `[]`}
	api.Dialect = dialect.Of(scenarios.Native)
	check(t, oneLine(a.send(api)), `400 The image_id "nosuch" is not a UUID.`)
}

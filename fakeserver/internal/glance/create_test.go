package glance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

const uuid = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// TestAddImage compares with the answers of a real Glance.
func TestAddImage(t *testing.T) {
	t.Parallel()
	const (
		mismatch = "400 Provided object does not match schema 'image': "
		denied   = "403 You are not authorized to complete "
	)
	for _, tt := range []struct {
		who      wire.Caller
		body     string
		want     string // what the answer starts with
		contains string // what it contains
	}{
		// Defaults.
		{alice, `{}`, "201", `"name": null, "disk_format": null, "container_format": null, "visibility": "shared", "size": null, "virtual_size": null, "status": "queued"`},
		{alice, `{}`, "201", `"min_ram": 0, "min_disk": 0, "owner": "alpha", "os_hidden": false`},
		{alice, `{}`, "201", `"created_at": "2024-06-01T00:00:00Z", "updated_at": "2024-06-01T00:00:00Z", "tags": [], "self": "/v2/images/`},
		{alice, ` {"name": ""} `, "201", `"name": ""`},
		{alice, `{"name": null}`, "201", `"name": null`},
		{alice, `{"name": "x", "name": "y"}`, "201", `"name": "y"`},

		// Attributes that can be set.
		{alice, `{"id": "` + uuid + `"}`, "201", `"id": "` + uuid + `"`},
		{alice, `{"id": "` + strings.ToUpper(uuid) + `"}`, "201", `"id": "` + strings.ToUpper(uuid) + `"`},
		{alice, `{"visibility": "private", "protected": true, "os_hidden": true}`, "201", `"visibility": "private"`},
		{alice, `{"visibility": "community"}`, "201", `"visibility": "community"`},
		{alice, `{"disk_format": "ploop", "container_format": "compressed"}`, "201", `"disk_format": "ploop", "container_format": "compressed"`},
		{alice, `{"min_disk": 5, "min_ram": 2147483647}`, "201", `"min_ram": 2147483647, "min_disk": 5`},
		{alice, `{"min_disk": 5.0}`, "201", `"min_disk": 5`},
		{alice, `{"tags": ["b", "a", "b"]}`, "201", `"tags": ["a", "b"]`},
		{alice, `{"os_distro": "debian", "": "empty", "image_id": "x", "member": "y"}`, "201", `{"": "empty", "image_id": "x", "member": "y", "os_distro": "debian", "name": null`},
		{alice, `{"kernel_id": "` + uuid + `"}`, "201", `"kernel_id": "` + uuid + `"`},
		{alice, `{"os_hash_algo": "md5", "os_hash_value": "x"}`, "201", `{"name": null`},
		{alice, `{"owner": "alpha"}`, "201", `"owner": "alpha"`},
		{admin, `{"owner": "beta"}`, "201", `"owner": "beta"`},
		{admin, `{"owner": null}`, "201", `"owner": null`},
		{admin, `{"visibility": "public"}`, "201", `"visibility": "public"`},
		{alice, `{"` + strings.Repeat("é", 255) + `": "v"}`, "201", ""},

		// Bodies.
		{alice, ``, "400 Body expected in request.", ""},
		{alice, `{`, "400 Malformed JSON in request body.", ""},
		{alice, `{} x`, "400 Malformed JSON in request body.", ""},
		{alice, "{\"name\": \"\xff\"}", "400 Malformed JSON in request body.", ""},
		{alice, `{"a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, "400 Malformed JSON in request body.", ""},
		{alice, `"self"`, "400 Unexpected body type. Expected list/dict.", ""},
		{alice, `null`, "400 Unexpected body type. Expected list/dict.", ""},
		{alice, `[]`, "500 The server has either erred", ""},

		// Values that do not match the schema.
		{alice, `{"name": 5}`, mismatch + "5 is not of type 'null', 'string'", ""},
		{alice, `{"name": "` + strings.Repeat("n", 256) + `"}`, mismatch + "'" + strings.Repeat("n", 256) + "' is too long", ""},
		{alice, `{"id": "nope"}`, mismatch + "'nope' does not match '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-", ""},
		{alice, `{"id": null}`, mismatch + "None is not of type 'string'", ""},
		{alice, `{"visibility": "a\"'b\né"}`, mismatch + `'a"\'b\né' is not one of ['community', 'public', 'private', 'shared']`, ""},
		{alice, `{"visibility": "it's"}`, mismatch + `"it's" is not one of`, ""},
		{alice, `{"disk_format": ""}`, mismatch + "'' is not one of [None, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop']", ""},
		{alice, `{"min_disk": "x"}`, mismatch + "'x' is not of type 'integer'", ""},
		{alice, `{"min_disk": -1.5}`, mismatch + "-1.5 is not of type 'integer'", ""},
		{alice, `{"min_ram": true}`, mismatch + "True is not of type 'integer'", ""},
		{alice, `{"protected": 1}`, mismatch + "1 is not of type 'boolean'", ""},
		{alice, `{"tags": "x"}`, mismatch + "'x' is not of type 'array'", ""},
		{alice, `{"tags": ["a", 1]}`, mismatch + "1 is not of type 'string'", ""},
		{alice, `{"a": {"b": [1, 2.5, true, null, "q'"]}}`, mismatch + `{'b': [1, 2.5, True, None, "q'"]} is not of type 'string'`, ""},
		{alice, `{"status": "nosuch"}`, mismatch + "'nosuch' is not one of ['queued', 'saving',", ""},
		{alice, `{"min_ram": -1, "min_disk": -2}`, "400 Invalid value '-2' for parameter 'min_disk': Cannot be a negative value", ""},
		{alice, `{"min_disk": 2147483648}`, "400 'min_disk' value out of range, must not exceed 2147483647.", ""},
		{alice, `{"min_disk": 1e400}`, mismatch + "inf is not of type 'integer'", ""},
		{alice, `{"min_ram": 1` + strings.Repeat("0", 400) + `}`, "400 'min_ram' value out of range, must not exceed 2147483647.", ""},
		{alice, `{"min_disk": 2147483648, "min_ram": -1}`, "400 Invalid value '-1' for parameter 'min_ram'", ""},
		{alice, `{"name": "😀", "min_ram": -1}`, "400 Invalid value '-1' for parameter 'min_ram'", ""},
		{alice, `{"name": "😀", "min_ram": 1e300}`, "400 Name can't contain 4 byte unicode characters.", ""},
		{alice, `{"tags": ["😀"], "min_ram": 2147483648}`, "400 'min_ram' value out of range, must not exceed 2147483647.", ""},
		{alice, `{"name": "😀"}`, "400 Name can't contain 4 byte unicode characters.", ""},
		{alice, `{"foo_bar": "😀"}`, "400 Foo_Bar can't contain 4 byte unicode characters.", ""},
		{alice, `{"😀": "x"}`, "400 Property names can't contain 4 byte unicode.", ""},
		{alice, `{"tags": ["😀"]}`, "400 Param values can't contain 4 byte unicode.", ""},
		{alice, `{"` + strings.Repeat("k", 256) + `": "v"}`, "400 Custom property should not be greater than 255 characters.", ""},

		// Of several mismatches, the least nested one, and of those one of a wrong type.
		{alice, `{"tags": [1], "a": "` + strings.Repeat("n", 300) + `", "name": "` + strings.Repeat("n", 300) + `", "min_disk": "x"}`, mismatch + "'x' is not of type 'integer'", ""},
		{alice, `{"tags": [1], "a": 5}`, mismatch + "5 is not of type 'string'", ""},

		// Names that are read-only or reserved.
		{alice, `{"size": 5, "updated_at": "x", "created_at": "y"}`, "403 Attribute 'created_at' is read-only.", ""},
		{alice, `{"self": 5, "direct_url": 1}`, "403 Attribute 'direct_url' is read-only.", ""},
		{alice, `{"stores": "fast"}`, "403 Attribute 'stores' is read-only.", ""},
		{alice, `{"locations": []}`, "403 Attribute 'locations' is reserved.", ""},
		{alice, `{"deleted_at": "x"}`, "403 Attribute 'deleted_at' is reserved.", ""},
		{alice, `{"os_glance_x": "x"}`, "403 Attribute 'os_glance_x' is reserved.", ""},

		// Permissions.
		{rita, `{}`, denied + "add_image action.", ""},
		{unscoped, `{}`, denied + "add_image action.", ""},
		{system, `{}`, denied + "add_image action.", ""},
		{rita, `{"size": 1}`, denied + "add_image action.", ""},
		{rita, `{"owner": "beta", "visibility": "public"}`, "403 You are not permitted to create images owned by 'beta'", ""},
		{alice, `{"owner": null}`, "403 You are not permitted to create images owned by 'None'", ""},
		{alice, `{"owner": ""}`, "403 You are not permitted to create images owned by ''", ""},
		{alice, `{"visibility": "public"}`, denied + "publicize_image action.", ""},

		// Quotas.
		{alice, `{"tags": [` + many(`"t"`, 129) + `]}`, "413 The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128", ""},
		{alice, `{` + many(`"p%d": "v"`, 129) + `}`, "413 The limit has been exceeded on the number of allowed image properties. Attempted: 129, Maximum: 128", ""},
		{alice, `{` + many(`"p%d": "v"`, 128) + `}`, "201", ""},
	} {
		api := newAPI()
		got := oneLine(call{who: tt.who, op: scenarios.AddImage, body: tt.body}.send(api))
		check(t, got, tt.want, tt.contains)
		if made := api.Images.Len(); (made == 1) != strings.HasPrefix(got, "201") {
			t.Errorf("%s\nthere are %d images after %s", tt.body, made, got)
		}
	}
}

// many returns a comma-separated list of n items, each with its number for %d.
func many(item string, n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = strings.ReplaceAll(item, "%d", fmt.Sprint(i))
	}
	return strings.Join(items, ", ")
}

func TestAddImageHeaders(t *testing.T) {
	t.Parallel()
	rep, err := call{who: alice, op: scenarios.AddImage, body: `{"id": "` + uuid + `"}`}.send(newAPI())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"Location":                       "http://cloud.example:9292/v2/images/" + uuid,
		"OpenStack-image-store-ids":      "fast,slow",
		"OpenStack-image-import-methods": "glance-direct,web-download,copy-image",
	} {
		if got := rep.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// TestAddImageID checks that an id cannot be used again, and that generated ids
// depend on the seed only.
func TestAddImageID(t *testing.T) {
	t.Parallel()
	api := newAPI()
	create := call{who: alice, op: scenarios.AddImage, body: `{"id": "` + uuid + `"}`}
	const taken = "409 Image ID " + uuid + " already exists!"
	check(t, oneLine(create.send(api)), "201")
	check(t, oneLine(create.send(api)), taken)
	check(t, oneLine(call{who: alice, op: scenarios.DeleteImage, image: uuid}.send(api)), "204")
	create.who = bob
	check(t, oneLine(create.send(api)), taken)

	create.body = `{}`
	first, other := oneLine(create.send(api)), oneLine(create.send(api))
	if first == other {
		t.Errorf("the answers for two images are the same: %s", first)
	}
	if again := oneLine(create.send(newAPI())); again != first {
		t.Errorf("got  %s\nwant %s", again, first)
	}
}

// TestSchemaMismatch compares with a complete message of a real Glance.
func TestSchemaMismatch(t *testing.T) {
	t.Parallel()
	_, err := call{who: alice, op: scenarios.AddImage, body: `{"os_hidden": {"why": ["it is", "` + strings.Repeat("so ", 30) + `"]}}`}.send(newAPI())
	want := `Provided object does not match schema 'image': {'why': ['it is', '` + strings.Repeat("so ", 30) + `']} is not of type 'boolean'

Failed validating 'type' in schema['properties']['os_hidden']:
    {'description': 'If true, image will not appear in default image list '
                    'response.',
     'type': 'boolean'}

On instance['os_hidden']:
    {'why': ['it is',
             'so so so so so so so so so so so so so so so so so so so so '
             'so so so so so so so so so so ']}`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

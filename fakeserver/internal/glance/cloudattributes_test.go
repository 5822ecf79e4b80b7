package glance_test

import (
	"cmp"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// newCloudAPI is newAPI in a dialect of the vendors.
func newCloudAPI(images ...*registry.Image) *glance.API {
	api := newAPI(images...)
	api.Dialect = dialect.Of(scenarios.Native)
	return api
}

// An image is classified by the version of its operating system, and what its client
// says itself stays.
func TestCloudAttributes(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{ // __os_type, __platform, __os_bit, virtual_env_type
		`{}`: "Linux, Other, 64, FusionCompute",
		`{"__os_version": "Ubuntu 14.04 server 64bit"}`:           "Linux, Ubuntu, 64, FusionCompute",
		`{"__os_version": "Windows Server 2008 SP2 32bit"}`:       "Windows, Windows, 32, FusionCompute",
		`{"__os_version": "SUSE Enterprise 11 SP3 64bit"}`:        "Linux, SUSE, 64, FusionCompute",
		`{"__os_version": "openSUSE 42.2 64bit"}`:                 "Linux, OpenSUSE, 64, FusionCompute",
		`{"__os_version": "Redhat Linux Enterprise 6.5 64bit"}`:   "Linux, RedHat, 64, FusionCompute",
		`{"__os_version": "Oracle Linux Server release 6.5"}`:     "Linux, Oracle Linux, 64, FusionCompute",
		`{"__os_version": "Other(32 bit)"}`:                       "Other, Other, 32, FusionCompute",
		`{"__os_version": "Other Linux(64 bit)"}`:                 "Linux, Other, 64, FusionCompute",
		`{"disk_format": "iso"}`:                                  "Linux, Other, 64, IsoImage",
		`{"__os_type": "Other", "virtual_env_type": "DataImage"}`: "Other, Other, 64, DataImage",
	} {
		api := newCloudAPI()
		check(t, oneLine(call{who: alice, op: scenarios.AddImage, body: body}.send(api)), "201 ")
		img := api.Images.All()[0]
		p := img.Properties
		if got := strings.Join([]string{p["__os_type"], p["__platform"], p["__os_bit"], p["virtual_env_type"]}, ", "); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
		if p["__imagetype"] != "private" || p["__image_size"] != "0" || p["__os_version"] == "" {
			t.Errorf("%s: the properties are %v", body, p)
		}
	}
}

// IMS's formats and defaults, next to what a client says itself.
func TestCloudFormats(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{ // disk format, container format, visibility
		`{}`:                          "zvhd2 bare private",
		`{"disk_format": "zvhd"}`:     "zvhd bare private",
		`{"disk_format": "qcow2"}`:    "qcow2 bare private",
		`{"disk_format": null}`:       "none bare private",
		`{"container_format": "ovf"}`: "zvhd2 ovf private",
		`{"visibility": "shared"}`:    "zvhd2 bare shared",
		`{"disk_format": "vmware"}`:   "",
	} {
		api := newCloudAPI()
		got := oneLine(call{who: alice, op: scenarios.AddImage, body: body}.send(api))
		if want == "" {
			check(t, got, "400 Provided object does not match schema 'image': 'vmware' is not one of", "'zvhd2', 'zvhd'")
			continue
		}
		check(t, got, "201 ")
		img := api.Images.All()[0]
		if got := cmp.Or(img.DiskFormat, "none") + " " + img.ContainerFormat + " " + string(img.Visibility); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	check(t, oneLine(call{who: alice, op: scenarios.AddImage, body: `{"disk_format": "zvhd2"}`}.send(newAPI())), "400 ")
}

// IMS shares private images: the first member makes a private image a shared one.
func TestShareAPrivateImage(t *testing.T) {
	t.Parallel()
	private := func() *registry.Image { return &registry.Image{ID: "own", Visibility: scenarios.Private} }
	add := call{who: alice, op: scenarios.AddMember, image: "own", body: `{"member": "beta"}`}
	check(t, oneLine(add.send(newAPI(private()))), "403 ")

	api := newCloudAPI(private())
	id := "00000000-0000-4000-8000-000000000001"
	api.Images = registry.New([]*registry.Image{{ID: id, Owner: "alpha", Status: scenarios.Active, Visibility: scenarios.Private}})
	add.image = id
	list := call{who: alice, op: scenarios.GetMembers, image: id}
	check(t, oneLine(list.send(api)), `200 {"members": []`)
	check(t, oneLine(add.send(api)), `200 {"member_id": "beta"`)
	check(t, oneLine(list.send(api)), `200 {"members": [{"member_id": "beta"`)
	if img := getImage(t, api, id); img.Visibility != scenarios.Shared || len(img.Properties) != 0 {
		t.Errorf("the image is %s and has the properties %v", img.Visibility, img.Properties)
	}
}

// What IMS calls an image follows its visibility.
func TestKindOfAPublicImage(t *testing.T) {
	t.Parallel()
	api := newCloudAPI()
	check(t, oneLine(call{who: alice, op: scenarios.AddImage, body: `{}`}.send(api)), "201 ")
	id := api.Images.All()[0].ID
	publish := call{
		who: admin, op: scenarios.ModifyImage, image: id, kind: "application/openstack-images-v2.1-json-patch",
		body: `[{"op": "replace", "path": "/visibility", "value": "public"}]`,
	}
	check(t, oneLine(publish.send(api)), "200 ", `"__imagetype": "gold"`)

	rename := publish
	rename.body = `[{"op": "replace", "path": "/name", "value": "n"}]`
	api.Images = registry.New([]*registry.Image{{ID: id, Owner: "alpha", Properties: map[string]string{"__imagetype": "market"}}})
	check(t, oneLine(rename.send(api)), "200 ", `"__imagetype": "market"`)
}

// Clients check images by the schema, so it has IMS's disk formats.
func TestCloudSchema(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"image", "images"} {
		for _, api := range []*glance.API{newAPI(), newCloudAPI()} {
			rep, err := api.GetSchema(&wire.Call{Pattern: "/v2/schemas/" + name, Request: httptest.NewRequest("GET", "/v2/schemas/"+name, nil), Caller: alice})
			if has := strings.Contains(string(rep.Body), `"ploop", "zvhd2", "zvhd"]`); err != nil || has != api.Dialect.CloudAttributes {
				t.Errorf("%s in %s: %v, %s", name, api.Dialect.Name, err, rep.Body)
			}
		}
	}
}

package glance_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// FuzzJSONPatch sends arbitrary bodies as a PATCH: either a body is rejected and
// changes nothing, or the result is an image that Glance could have.
func FuzzJSONPatch(f *testing.F) {
	for _, patch := range []string{
		`[]`,
		`[{"op": "replace", "path": "/name", "value": "new"}]`,
		`[{"op": "add", "path": "/a~1b~0", "value": "x"}, {"op": "remove", "path": "/color"}]`,
		`[{"op": "replace", "path": "/tags", "value": ["é", "a", "a"]}]`,
		`[{"op": "add", "path": "/locations/-", "value": {"url": "x", "metadata": {}}}]`,
		`[{"op": "replace", "path": "/min_disk", "value": 1e9}]`,
		`[{"op": "add", "path": "/kernel_id", "value": null}]`,
		`[{"op": "add", "path": ["/x"], "value": {"a": [1.5, true, null, "'\""]}}]`,
		`[{"replace": "/visibility", "value": "private"}]`,
		`[{"add": "/owner", "value": "beta"}]`,
	} {
		f.Add([]byte(patch), patch21)
		f.Add([]byte(patch), patch20)
	}
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		api := newAPI(patchImages()...)
		before := getImage(t, api, "mine")
		rep, err := call{who: alice, op: scenarios.ModifyImage, image: "mine", kind: kind, body: string(body)}.send(api)
		after := getImage(t, api, "mine")
		if err != nil {
			checkError(t, err)
			if after != before {
				t.Errorf("%v changed the image", err)
			}
			return
		}
		if rep.Status != http.StatusOK || !json.Valid(rep.Body) {
			t.Errorf("%d %s", rep.Status, rep.Body)
		}
		checkImage(t, after)
	})
}

// FuzzAddImage sends arbitrary bodies as a POST.
func FuzzAddImage(f *testing.F) {
	for _, body := range []string{
		`{}`, `[]`, `{"name": 5}`, `{"a": {"b": [1, -0.0, 1e-7, "x\ty"]}}`, `{"tags": ["a", "a"]}`, `{"owner": null}`,
		`{"id": "` + uuid + `", "disk_format": "raw", "min_ram": 5.0, "protected": true, "color": "red"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		api := newAPI()
		rep, err := call{who: admin, op: scenarios.AddImage, body: string(body)}.send(api)
		if err != nil {
			checkError(t, err)
			if api.Images.Len() != 0 {
				t.Errorf("an image was created in spite of %v", err)
			}
			return
		}
		if rep.Status != http.StatusCreated || !json.Valid(rep.Body) {
			t.Errorf("%d %s", rep.Status, rep.Body)
		}
		checkImage(t, api.Images.All()[0])
	})
}

// checkError reports an error that is not the client's fault, unless it is the 500
// that a real Glance also answers.
func checkError(t *testing.T, err error) {
	if status := problemOf(err).Status; (status < 400 || status > 499) && status != http.StatusInternalServerError {
		t.Errorf("%d %v", status, err)
	}
}

// checkImage reports what Glance would not allow in an image.
func checkImage(t *testing.T, img *registry.Image) {
	if !slices.Contains([]scenarios.Visibility{"public", "community", "shared", "private"}, img.Visibility) {
		t.Errorf("the visibility is %q", img.Visibility)
	}
	if !slices.IsSorted(img.Tags) || len(slices.Compact(slices.Clone(img.Tags))) != len(img.Tags) || len(img.Tags) > 128 {
		t.Errorf("the tags are %q", img.Tags)
	}
	for _, text := range append(slices.Clone(img.Tags), img.Name, img.Owner) {
		if n := utf8.RuneCountInString(text); n > 255 || !utf8.ValidString(text) {
			t.Errorf("%q has %d characters", text, n)
		}
	}
	if img.MinDisk < 0 || img.MinRAM < 0 {
		t.Errorf("min_disk %d, min_ram %d", img.MinDisk, img.MinRAM)
	}
	if len(img.Properties) > 128 {
		t.Errorf("there are %d properties", len(img.Properties))
	}
}

package scenarios_test

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// TestFields checks that fields are refused where no answer has them, with a guess.
func TestFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ fault, want string }{
		{`match: {operation: get_image}, inject: {fields: {status: saving, size: null, checksum: "", os_hidden: "{value}"}}`, ""},
		{`match: {operation: get_images}, inject: {fields: {"images[*].status": saving, "images[0]": "", next: "{url}{value}", images: []}}`, ""},
		{`match: {operation: create_token}, inject: {fields: {"token.catalog[*].endpoints[*].region": other, "token.user.domain.id": x, token.project: ""}}`, ""},
		{`match: {operation: [delete_image, get_image]}, inject: {fields: {status: saving}}`, ""},
		{`match: {operation: get_schema}, inject: {fields: {properties.status.type: 5, name: ""}}`, ""},
		{`match: {operation: get_tasks}, inject: {fields: {"tasks[*].status": failure}}`, ""},
		{`match: {operation: get_task}, inject: {fields: {input.anything: failure}}`, ""},
		{`inject: {fields: {next: ""}}`, ""},
		// The properties of images are fields.
		{`match: {operation: get_image}, inject: {fields: {os_version: "24.04", __os_type: Linux, '["a.b"]': c}}`, ""},
		{`match: {operation: get_image}, inject: {fields: {nome: "a property of the scenario"}}`, ""},
		// Errors have fields too, injected or not.
		{`match: {operation: delete_image}, inject: {fields: {message: busy, error.code: 5}}`, ""},
		{`match: {operation: delete_image}, inject: {status: 404, fields: {title: "{value}!", error.code: X}}`, ""},
		{`inject: {status: 503, hop: gateway, fields: {error_code: "", request_id: 5}}`, ""},
		{`inject: {status: 404, body: {fault: {code: 5, list: [{a: 1}, {b: 2}]}}, fields: {fault.code: "", "fault.list[*].b": 3}}`, ""},
		{`inject: {status: 200, body: {id: 5}, fields: {id: "{value}"}}`, ""},

		{`match: {operation: get_images}, inject: {fields: {status: saving}}`, `fields.status: no answer to get_images has a field "status" (did you mean "images[*].status"?)`},
		{`match: {operation: get_image}, inject: {fields: {statsu: saving}}`, `fields.statsu: no answer to get_image has a field "statsu" (did you mean "status"?)`},
		{`inject: {fields: {statsu: saving}}`, `fields.statsu: no answer has a field "statsu" (did you mean "status"?)`},
		{`match: {operation: delete_image}, inject: {fields: {status: saving, size: 5}}`, "fields: has no effect: delete_image is answered without a body"},
		{`match: {operation: [delete_image, deactivate]}, inject: {fields: {status: saving}}`, "fields: has no effect: delete_image or deactivate is answered without a body"},
		{`match: {operation: download_image}, inject: {fields: {status: saving}}`, "fields: has no effect: download_image is not answered with JSON"},
		{`match: {operation: get_images}, inject: {fields: {images.status: saving}}`, `fields["images.status"]: no answer to get_images has a field "images.status" (did you mean "images[*].status"?)`},
		{`match: {operation: get_images}, inject: {fields: {"images[*].chekcsum": x}}`, `fields["images[*].chekcsum"]: no answer to get_images has a field "images[*].chekcsum" (did you mean "images[*].checksum"?)`},
		{`match: {operation: create_token}, inject: {fields: {region: x}}`, `fields.region: no answer to create_token has a field "region" (did you mean "token.catalog[*].endpoints[*].region"?)`},
		{`match: {operation: get_stores}, inject: {fields: {"stores[*].frobnicate": x}}`, `fields["stores[*].frobnicate"]: no answer to get_stores has a field "stores[*].frobnicate" (want default, description, id, properties, read-only, type or weight)`},
		{`match: {operation: get_image}, inject: {fields: {"tags[*].name": x}}`, `fields["tags[*].name"]: no answer to get_image has a field "tags[*].name" (did you mean "tags[*]"?)`},
		{`match: {operation: get_image}, inject: {fields: {"images[].name": x}}`, `fields["images[].name"]: not the path of a field: want [*] or an entry such as [0], got [].name`},
		{`inject: {status: 202, fields: {id: x}}`, "fields: has no effect: the injected 202 has no body"},
		{`inject: {status: 204, fields: {id: x}}`, "fields: has no effect: a 204 has no body"},
		{`inject: {status: 404, body: gone, fields: {title: x}}`, "fields: has no effect: body is a text"},
		{`inject: {status: 404, hop: lb, fields: {title: x}}`, "fields: has no effect: the HTML page of hop lb has none"},
		{`inject: {status: 404, fields: {titel: x}}`, `fields.titel: no injected 404 of this fault has a field "titel" (did you mean "title"?)`},
		{`inject: {status: 404, body: {fault: {code: 5}}, fields: {code: x}}`, `fields.code: no injected 404 of this fault has a field "code" (did you mean "fault.code"?)`},
		{`inject: {drop: reset, fields: {status: x}}`, "fields: has no effect: drop reset sends no answer"},

		{`match: {operation: [delete_image, get_image]}, inject: {throttle: 1KiB/s}`, ""},
		{`match: {operation: download_image}, inject: {throttle: 1KiB/s}`, ""},
		{`inject: {throttle: 1KiB/s}`, ""},
		{`match: {operation: delete_image}, inject: {status: 503, throttle: 1KiB/s}`, ""},
		{`match: {operation: delete_image}, inject: {throttle: 1KiB/s}`, "throttle: has no effect: delete_image is answered without a body"},
		{`inject: {status: 202, throttle: 1KiB/s}`, "throttle: has no effect: the injected 202 has no body"},
		{`inject: {status: 200, body: "", throttle: 1KiB/s}`, "throttle: has no effect: body is empty"},
	} {
		src := "images: [{properties: {nome: x}}]\nfaults: [{" + test.fault + "}]"
		_, err := scenarios.Parse("x.yaml", []byte(src))
		got := ""
		if err != nil {
			_, got, _ = strings.Cut(err.Error(), "faults[0].inject.")
		}
		if (err == nil) != (test.want == "") || !strings.HasSuffix(got, test.want) {
			t.Errorf("%s\ngot  %v\nwant %s", src, err, test.want)
		}
	}
}

// TestFieldsMadeInGo checks what only values made in Go can have.
func TestFieldsMadeInGo(t *testing.T) {
	t.Parallel()
	f := scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}},
		Inject: scenarios.Injection{Fields: map[string]any{"status": make(chan int), "size": 5, "nome": "x"}},
	}
	want := `inject.fields.nome: no answer to get_image has a field "nome" (did you mean "name"?)
inject.fields.status: cannot be sent as JSON: json: unsupported type: chan int`
	if err := f.Validate(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

package wire

import (
	"strings"
	"testing"
)

func TestWithFields(t *testing.T) {
	t.Parallel()
	type fields map[string]any
	const image, list = `{"id": "a", "size": 1, "os_hidden": false, "checksum": "c", "tags": ["x"]}`,
		`{"images": [{"status": "active", "size": 12345678901234567890}, {"status": "queued"}, 5], "next": "/v2"}`
	for _, test := range []struct {
		name, body string
		fields     fields
		want       string // empty: as it was
		reason     string
	}{
		{"replaced", `{"next": "/v2/images", "n": [1, 2]}`, fields{"next": "/v2{value}"}, `{"n":[1,2],"next":"/v2/v2/images"}`, ""},
		{"empty: removed", `{"next": "x", "first": "y"}`, fields{"next": ""}, `{"first":"y"}`, ""},
		{"not added", `{"first":"y"}`, fields{"next": "z"}, "", "fields: the answer has no field next"},
		{"none to remove", `{"first":"y"}`, fields{"next": "", "last": ""}, "", "fields: the answer has no field last, next"},
		{"one of two", `{"first":"y"}`, fields{"next": "", "first": "z"}, `{"first":"z"}`, ""},
		{"a number as text", `{"code":404}`, fields{"code": "E{value}"}, `{"code":"E404"}`, ""},
		{"not an object", `[1,  2]`, fields{"next": "z"}, "", "fields: the answer has no field next"},
		{"not JSON", `{"next": `, fields{"next": "z"}, "", "fields: the answer is not JSON"},
		{"no fields", `{"next":  "x"}`, nil, "", ""},

		{"a number", image, fields{"size": 31457280000}, `{"checksum":"c","id":"a","os_hidden":false,"size":31457280000,"tags":["x"]}`, ""},
		{"null", image, fields{"checksum": nil, "size": nil}, `{"checksum":null,"id":"a","os_hidden":false,"size":null,"tags":["x"]}`, ""},
		{"a boolean as text", image, fields{"os_hidden": "{value}"}, `{"checksum":"c","id":"a","os_hidden":"false","size":1,"tags":["x"]}`, ""},
		{"a boolean", image, fields{"os_hidden": true}, `{"checksum":"c","id":"a","os_hidden":true,"size":1,"tags":["x"]}`, ""},
		{"a list and an object", image, fields{"tags": []any{1, "{value}"}, "id": map[string]string{"is": "{value} {url}"}}, `{"checksum":"c","id":{"is":"a http://h:1"},"os_hidden":false,"size":1,"tags":[1,"[\"x\"]"]}`, ""},
		{"the same", image, fields{"size": 1, "tags": []string{"x"}}, "", "fields: the answer already has this size, tags"},
		{"the same, or missing", image, fields{"size": 1.0, "next": ""}, "", "fields: the answer already has this next, size"},
		{"the same text, as a number", image, fields{"size": "1"}, `{"checksum":"c","id":"a","os_hidden":false,"size":"1","tags":["x"]}`, ""},
		{"another way to write it", `{"name": "\u00e9"}`, fields{"name": "é"}, "", "fields: the answer already has this name"},

		{"all entries", list, fields{"images[*].status": "saving"}, `{"images":[{"size":12345678901234567890,"status":"saving"},{"status":"saving"},5],"next":"/v2"}`, ""},
		{"some already", list, fields{"images[*].status": "active"}, `{"images":[{"status":"active","size":12345678901234567890},{"status":"active"},5],"next":"/v2"}`, ""},
		{"one entry", list, fields{"images[1].status": ""}, `{"images":[{"status":"active","size":12345678901234567890},{},5],"next":"/v2"}`, ""},
		{"without an entry", list, fields{"images[0]": ""}, `{"images":[{"status":"queued"},5],"next":"/v2"}`, ""},
		{"without entries", list, fields{"images[*]": ""}, `{"images":[],"next":"/v2"}`, ""},
		{"without several entries", `{"l":[0,1,2,3,4,5,6,7,8,9,10]}`, fields{"l[0]": "", "l[2]": "", "l[10]": ""}, `{"l":[1,3,4,5,6,7,8,9]}`, ""},
		{"without an entry, another changed", `{"l":[{"n":"a"},{"n":"b"}]}`, fields{"l[0]": "", "l[1].n": "c"}, `{"l":[{"n":"c"}]}`, ""},
		{"without an entry, and what is inside", `{"l":[[0,1],[2,3],[4,5]]}`, fields{"l[0]": "", "l[1][0]": "", "l[*][1]": ""}, `{"l":[[],[4]]}`, ""},
		{"its own value is no template", `{"a": "x{url}{value}"}`, fields{"a": "{value}, {url}"}, `{"a":"x{url}{value}, http://h:1"}`, ""},
		{"a large number", list, fields{"images[0].size": uint64(12345678901234567891)}, `{"images":[{"size":12345678901234567891,"status":"active"},{"status":"queued"},5],"next":"/v2"}`, ""},
		{"no such entry", list, fields{"images[3].status": "x"}, "", "fields: the answer has no field images[3].status"},
		{"no such field in entries", list, fields{"images[*].name": "x"}, "", "fields: the answer has no field images[*].name"},
		{"not a list", list, fields{"next[*]": "x"}, "", "fields: the answer has no field next[*]"},
		{"deep", `{"token":{"catalog":[{"endpoints":[{"region":"r","url":"u"},{"url":"v"}]}]}}`, fields{"token.catalog[*].endpoints[*].region": "", "token.catalog[*].endpoints[*].url": "{url}/{value}"}, `{"token":{"catalog":[{"endpoints":[{"url":"http://h:1/u"},{"url":"http://h:1/v"}]}]}}`, ""},
		{"a key with a dot", `{"a.b": {"c": 1}}`, fields{`["a.b"].c`: 2}, `{"a.b":{"c":2}}`, ""},
	} {
		rep := Reply{ContentType: TypeJSON, Body: []byte(test.body)}
		changed, reason := rep.WithFields(test.fields, "http://h:1")
		want := test.want
		if want == "" {
			want = test.body
		}
		if string(changed.Body) != want || reason != test.reason {
			t.Errorf("%s: got %s (%s), want %s (%s)", test.name, changed.Body, reason, want, test.reason)
		}
		if string(rep.Body) != test.body {
			t.Errorf("%s: the original reply became %s", test.name, rep.Body)
		}
	}
	rep := Reply{ContentType: TypePlain, Body: []byte(`{"next": "x"}`)}
	if got, reason := rep.WithFields(fields{"next": "z"}, ""); string(got.Body) != string(rep.Body) || !strings.Contains(reason, "not JSON") {
		t.Errorf("plain text became %s (%s)", got.Body, reason)
	}
}

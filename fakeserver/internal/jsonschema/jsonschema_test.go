package jsonschema

import (
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
)

const schema = `{
	"type": "object",
	"properties": {
		"name": {"type": ["null", "string"], "minLength": 2, "maxLength": 4},
		"kind": {"enum": [null, "raw", "iso"], "type": ["null", "string"]},
		"size": {"type": "integer"},
		"id": {"type": "string", "pattern": "^[a-f]+$"},
		"tags": {"type": "array", "items": {"type": "string", "maxLength": 3}},
		"role": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "string"}},
		"flat": {"properties": {"a": {}}, "additionalProperties": false}
	},
	"required": ["name"],
	"additionalProperties": {"type": ["null", "string"]}
}`

func TestFirst(t *testing.T) {
	t.Parallel()
	s := MustParse(schema)
	for _, test := range []struct{ value, want, path string }{
		{`{"name": "abc", "kind": null, "size": 2.0, "id": "cafe", "tags": ["a"], "role": {"x": "y"}, "flat": {"a": 1}, "free": null}`, ``, ``},
		{`[1.50]`, `[1.5] is not of type 'object'`, ``},
		{`{}`, `'name' is a required property`, ``},
		{`{"name": 5}`, `5 is not of type 'null', 'string'`, `['name']`},
		{`{"name": "é"}`, `'é' is too short`, `['name']`},
		{`{"name": "ééééé"}`, `'ééééé' is too long`, `['name']`},
		{`{"name": null, "kind": "vhd"}`, `'vhd' is not one of [None, 'raw', 'iso']`, `['kind']`},
		{`{"name": null, "kind": true}`, `True is not one of [None, 'raw', 'iso']`, `['kind']`},
		{`{"name": null, "size": 2.5}`, `2.5 is not of type 'integer'`, `['size']`},
		{`{"name": null, "size": true}`, `True is not of type 'integer'`, `['size']`},
		{`{"name": null, "id": "x"}`, `'x' does not match '^[a-f]+$'`, `['id']`},
		{`{"name": null, "tags": ["a", "long"]}`, `'long' is too long`, `['tags', 1]`},
		{`{"name": null, "role": {}}`, `{} does not have enough properties`, `['role']`},
		{`{"name": null, "role": {"b": "", "a": ""}}`, `{'b': '', 'a': ''} has too many properties`, `['role']`},
		{`{"name": null, "role": {"x": 1}}`, `1 is not of type 'string'`, `['role', 'x']`},
		{`{"name": null, "flat": {"b": 1}}`, `Additional properties are not allowed ('b' was unexpected)`, `['flat']`},
		{`{"name": null, "flat": {"b": 1, "c": 1}}`, `Additional properties are not allowed ('b', 'c' were unexpected)`, `['flat']`},
		{`{"name": null, "free": 1}`, `1 is not of type 'null', 'string'`, `['free']`},
		{`{"size": "big", "name": "x"}`, `'x' is too short`, `['name']`}, // in the order of the schema
	} {
		m := s.First(decode(t, test.value))
		if m == nil {
			m = &Mismatch{}
		}
		path := ""
		if len(m.Path) > 0 {
			path = pyjson.Repr(m.Path)
		}
		if m.Message != test.want || path != test.path {
			t.Errorf("%s\ngot  %s at %s\nwant %s at %s", test.value, m.Message, path, test.want, test.path)
		}
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	s := MustParse(schema)
	for _, test := range []struct{ value, want string }{
		{`{"name": null}`, ``},
		{`{"tags": ["long"], "name": "x"}`, `'x' is too short`},        // less nested
		{`{"name": "x", "size": "y"}`, `'y' is not of type 'integer'`}, // of the wrong type
		{`{"name": "x", "id": "x"}`, `'x' is too short`},               // the first of two that rank equally
		{`{"id": "x"}`, `'name' is a required property`},
	} {
		m := s.Best(decode(t, test.value))
		if m == nil {
			m = &Mismatch{}
		}
		if m.Message != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.value, m.Message, test.want)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	want := `'long' is too long

Failed validating 'maxLength' in schema['properties']['tags']['items']:
    {'maxLength': 3, 'type': 'string'}

On instance['tags'][0]:
    'long'`
	if got := MustParse(schema).Best(decode(t, `{"name": null, "tags": ["long"]}`)).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	v, err := pyjson.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

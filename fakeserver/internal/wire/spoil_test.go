package wire

import "testing"

func TestWithFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body, contentType string
		fields                  map[string]string
		want                    string
	}{
		{"replaced", `{"next": "/v2/images", "n": [1, 2]}`, TypeJSON, map[string]string{"next": "/v2{value}"}, `{"n":[1,2],"next":"/v2/v2/images"}`},
		{"empty: removed", `{"next": "x", "first": "y"}`, TypeJSON, map[string]string{"next": ""}, `{"first":"y"}`},
		{"not added", `{"first":"y"}`, TypeJSON, map[string]string{"next": "z"}, `{"first":"y"}`},
		{"not a string", `{"code":404}`, TypeJSON, map[string]string{"code": "E{value}"}, `{"code":"E404"}`},
		{"not an object", `[1,  2]`, TypeJSON, map[string]string{"next": "z"}, `[1,  2]`},
		{"not JSON", `{"next": "x"}`, TypePlain, map[string]string{"next": "z"}, `{"next": "x"}`},
		{"no fields", `{"next":  "x"}`, TypeJSON, nil, `{"next":  "x"}`},
	} {
		rep := Reply{ContentType: test.contentType, Body: []byte(test.body)}
		if got := string(rep.WithFields(test.fields).Body); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
		if string(rep.Body) != test.body {
			t.Errorf("%s: the original reply became %s", test.name, rep.Body)
		}
	}
}

// AppendQuoted writes the same as encoding/json.
func TestAppendQuoted(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", "<br />\n", "a \"b\" \\ c", "tab\t", "umläut", "\x00", "\xff", "\u2028"} {
		if got, want := string(AppendQuoted([]byte("x"), s)), "x"+string(quoted(s)); got != want {
			t.Errorf("AppendQuoted(%q) is %s, want %s", s, got, want)
		}
	}
}

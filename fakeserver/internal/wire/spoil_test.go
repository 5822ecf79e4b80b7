package wire

import "testing"

func TestWithFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		says, body, contentType string
		fields                  map[string]string
		want                    string
	}{
		{"in place of what is there", `{"next": "/v2/images", "n": [1, 2]}`, TypeJSON, map[string]string{"next": "/v2{value}"}, `{"n":[1,2],"next":"/v2/v2/images"}`},
		{"empty: taken out", `{"next": "x", "first": "y"}`, TypeJSON, map[string]string{"next": ""}, `{"first":"y"}`},
		{"nothing is added", `{"first":"y"}`, TypeJSON, map[string]string{"next": "z"}, `{"first":"y"}`},
		{"what is no text", `{"code":404}`, TypeJSON, map[string]string{"code": "E{value}"}, `{"code":"E404"}`},
		{"no object", `[1,  2]`, TypeJSON, map[string]string{"next": "z"}, `[1,  2]`},
		{"no JSON", `{"next": "x"}`, TypePlain, map[string]string{"next": "z"}, `{"next": "x"}`},
		{"no fields", `{"next":  "x"}`, TypeJSON, nil, `{"next":  "x"}`},
	} {
		rep := Reply{ContentType: test.contentType, Body: []byte(test.body)}
		if got := string(rep.WithFields(test.fields).Body); got != test.want {
			t.Errorf("%s: got %s, want %s", test.says, got, test.want)
		}
		if string(rep.Body) != test.body {
			t.Errorf("%s: the reply itself is changed to %s", test.says, rep.Body)
		}
	}
}

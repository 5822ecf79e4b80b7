package pyjson

import (
	"slices"
	"strings"
	"testing"
)

// parse decodes a value, which must be valid.
func parse(t *testing.T, text string) any {
	t.Helper()
	v, err := Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestRepr compares with what Python 3 prints for repr(json.loads(text)).
func TestRepr(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ json, want string }{
		{`null`, `None`},
		{`[true, false]`, `[True, False]`},
		{`{"b": 1, "a": {"c": []}}`, `{'b': 1, 'a': {'c': []}}`},
		{`{"a": 1, "b": 2, "a": 3}`, `{'a': 3, 'b': 2}`},
		{`"it's"`, `"it's"`},
		{`"\"it's\""`, `'"it\'s"'`},
		{`"a\\b\n\r\t\u0000\u00e9\u2028\ud83d\ude00"`, `'a\\b\n\r\t\x00é\u2028😀'`},
		{`"\udb40\udc01"`, `'\U000e0001'`},
		{`-0`, `0`},
		{`-0.0`, `-0.0`},
		{`5.0`, `5.0`},
		{`1e2`, `100.0`},
		{`0.0001`, `0.0001`},
		{`0.00001`, `1e-05`},
		{`1e15`, `1000000000000000.0`},
		{`1e16`, `1e+16`},
		{`1e999`, `inf`},
		{`-1e999`, `-inf`},
		{`123456789012345678901234567890`, `123456789012345678901234567890`},
	} {
		if got := Repr(parse(t, test.json)); got != test.want {
			t.Errorf("%s gives %s, want %s", test.json, got, test.want)
		}
	}
}

func TestStr(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value any
		want  string
	}{
		{"it's", "it's"},
		{nil, "None"},
		{7, "7"},
		{[]any{"x"}, "['x']"},
	} {
		if got := Str(test.value); got != test.want {
			t.Errorf("%#v gives %s, want %s", test.value, got, test.want)
		}
	}
}

// TestPretty compares with what Python 3 prints for
// pprint.pformat(json.loads(text), width=72).
func TestPretty(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 20)
	for _, test := range []struct {
		json string
		want []string // its lines
	}{
		{`{"b": 1, "a": [2]}`, []string{`{'a': [2], 'b': 1}`}},
		{`{"b": "` + strings.Repeat("x", 60) + `", "a": 1}`, []string{
			`{'a': 1,`,
			` 'b': '` + strings.Repeat("x", 60) + `'}`,
		}},
		{`"` + long + `"`, []string{
			`('` + strings.Repeat("word ", 13) + `'`,
			` '` + strings.Repeat("word ", 7) + `')`,
		}},
		{`["` + long + `"]`, []string{
			`['` + strings.Repeat("word ", 13) + `'`,
			` '` + strings.Repeat("word ", 7) + `']`,
		}},
	} {
		if got := strings.Split(Pretty(parse(t, test.json)), "\n"); !slices.Equal(got, test.want) {
			t.Errorf("%s gives\n%s\nwant\n%s", test.json, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
	if got := Pretty(parse(t, `"`+strings.Repeat(long, 50)+`"`)); strings.Contains(got, "\n") {
		t.Error("a very long value is split into lines")
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `[1,]`, `{"a": 1} x`, "\"\xff\"",
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	} {
		if v, err := Decode([]byte(text)); err == nil {
			t.Errorf("%.20q is accepted: %v", text, v)
		}
	}
	deep := strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1)
	if got := Repr(parse(t, deep)); got != deep {
		t.Errorf("%d levels give %.20s", maxDepth-1, got)
	}
	obj := parse(t, ` {"a": null} `).(Object)
	if v, ok := obj.Get("a"); v != nil || !ok {
		t.Errorf("a is %v, %t", v, ok)
	}
	if _, ok := obj.Get("b"); ok {
		t.Error("there is a value for b")
	}
}

package scenarios

import (
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzParse checks that nothing makes Parse panic, and that what it accepts is the
// same again after printing and parsing, as YAML and as JSON.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		src, err := Source(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, src := range good {
		f.Add([]byte(src))
	}
	for _, test := range bad {
		f.Add([]byte(test.src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := Parse("fuzz.yaml", src)
		if err != nil {
			return
		}
		want := forgetPlaces(s)
		asJSON, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{want.String(), string(asJSON)} {
			got, err := Parse("fuzz.yaml", []byte(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !reflect.DeepEqual(forgetPlaces(got), want) {
				t.Fatalf("%s\nis not\n%s", got, want)
			}
		}
	})
}

package main

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// readSuite returns what scenarios --json prints.
func readSuite(t *testing.T) (all suite, text string) {
	t.Helper()
	code, text, stderr := invoke(t, nil, "scenarios", "--json")
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&all); err != nil || code != exitOK {
		t.Fatalf("exit %d, %v, %s", code, err, stderr)
	}
	return all, text
}

// A client that does in each scenario what the document says passes, and the server
// then has the images that the document says.
func TestSuiteIsTrue(t *testing.T) {
	t.Parallel()
	all, _ := readSuite(t)
	if all.Version != suiteVersion || all.Fakeglance != fakeserver.Version() {
		t.Errorf("version %d of %s", all.Version, all.Fakeglance)
	}
	var names []string
	for _, b := range all.Scenarios {
		names = append(names, b.Name)
		srv, err := fakeserver.New(fakeserver.WithScenario(b.Name))
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Targets) == 0 || !slices.Equal(b.Targets, srv.Targets()) {
			t.Errorf("%s: the targets are %q, want %q", b.Name, b.Targets, srv.Targets())
		}
		for i, img := range srv.Images() {
			if got, want := b.Images[i], (startImage{img.ID, img.Name, img.Status, img.Visibility, img.Owner, img.Protected, img.InUseBy}); got != want {
				t.Errorf("%s: image %d is %+v, want %+v", b.Name, i, got, want)
			}
		}
		if n := len(srv.Images()); n != len(b.Images) {
			t.Errorf("%s has %d images, want %d", b.Name, len(b.Images), n)
		}
		asked := slices.Concat(b.Outcome.Gone, b.Outcome.Kept)
		if slices.Sort(asked); !slices.Equal(asked, slices.Sorted(slices.Values(b.Targets))) {
			t.Errorf("%s: of the targets %q, %q are gone and %q are kept", b.Name, b.Targets, b.Outcome.Gone, b.Outcome.Kept)
		}
		for _, id := range b.Final.Gone {
			srv.RemoveImage(id)
		}
		var left []string
		for _, img := range srv.Images() {
			left = append(left, img.ID)
		}
		if !slices.Equal(left, b.Final.Remain) && len(left)+len(b.Final.Remain) > 0 {
			t.Errorf("%s: %q remain, want %q", b.Name, b.Final.Remain, left)
		}
		sc := srv.Scenario()
		if b.Outcome.Error != (len(sc.Outcome.Kept) > 0 || sc.Outcome.Error) || b.Outcome.Tries != sc.Outcome.Tries {
			t.Errorf("%s: the outcome is %+v, want %+v", b.Name, b.Outcome, sc.Outcome)
		}
		if b.Topic != sc.Topic || b.Description != sc.Description || b.Expect != sc.Expect || !slices.Equal(b.Source, sc.Source) {
			t.Errorf("%s is %+v", b.Name, b)
		}
		if want := cmp.Or(sc.Dialect, scenarios.Native); b.Dialect != want {
			t.Errorf("%s: the dialect is %q, want %q", b.Name, b.Dialect, want)
		}
		// What the server makes of it: all that it says is missing is a DELETE.
		var reported error
		if b.Outcome.Error {
			reported = errReported
		}
		for line := range strings.Lines(errorText(srv.Outcome(reported))) {
			if !strings.Contains(line, "no DELETE request came") && !strings.HasPrefix(line, "a good client") && !strings.HasPrefix(line, "… and ") {
				t.Errorf("%s: %s", b.Name, line)
			}
		}
		srv.Close()
	}
	if !slices.Equal(names, scenarios.Names()) {
		t.Errorf("the scenarios are %q, want %q", names, scenarios.Names())
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// No field is left out or null, and each is described.
func TestSuiteFields(t *testing.T) {
	t.Parallel()
	_, text := readSuite(t)
	var all map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	list := all["scenarios"].([]any)
	if len(all) != 3 || len(list) == 0 {
		t.Errorf("the document has %d fields, %d scenarios", len(all), len(list))
	}
	seen := make(map[string]int)
	images := 0
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		for key, value := range v.(map[string]any) {
			seen[prefix+key]++
			switch value := value.(type) {
			case nil:
				t.Errorf("%s is null", prefix+key)
			case map[string]any:
				walk(prefix+key+".", value)
			case []any:
				for _, one := range value {
					if reflect.ValueOf(one).Kind() == reflect.Map {
						images++
						walk(prefix+key+".", one)
					}
				}
			}
		}
	}
	for _, one := range list {
		walk("", one)
	}
	for key, n := range seen {
		if want := map[bool]int{false: len(list), true: images}[strings.HasPrefix(key, "images.")]; n != want {
			t.Errorf("%s is there %d times, want %d", key, n, want)
		}
	}
	checkFields(t, "The library as data", seen)
}

package scenarios

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	names := Names()
	if !slices.IsSorted(names) {
		t.Errorf("%q is not sorted", names)
	}
	for _, want := range []string{
		"demo", "empty", "one-image", "flaky-then-ok", "unauthorized", "forbidden", "server-error",
		"unavailable", "protected", "in-use-then-free", "done-but-reply-lost",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestBuiltins(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := Source(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(src), "# ") {
				t.Error("has no comment at its top")
			}
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if s.Name != name {
				t.Errorf("is called %q", s.Name)
			}
			if s.Description == "" || strings.Contains(s.Description, "\n") {
				t.Errorf("its description is %q, want one line", s.Description)
			}
			if len(s.Source) == 0 || s.Expect == "" {
				t.Error("has no source, or nothing to expect")
			}
			for _, img := range s.Images {
				if img.Data.File != "" {
					t.Errorf("image %s needs a file", img.Name)
				}
				if img.Count < 2 && img.ID == "" || img.Name == "" {
					t.Errorf("image %v has no id or no name", img)
				}
			}
			for _, f := range s.Faults {
				if f.Name == "" {
					t.Errorf("fault %v has no name", f)
				}
			}
			again, err := Parse(name, []byte(s.String()))
			if err != nil {
				t.Fatalf("%s\n%v", s, err)
			}
			if forgetPlaces(again); !reflect.DeepEqual(again, forgetPlaces(s)) {
				t.Errorf("prints as\n%s\nwhich is\n%s", s, again)
			}
		})
	}
}

// forgetPlaces makes scenarios that were read from different texts comparable.
func forgetPlaces(s *Scenario) *Scenario {
	for i := range s.Faults {
		s.Faults[i].Place = ""
	}
	for i := range s.Limits {
		s.Limits[i].Place = ""
	}
	return s
}

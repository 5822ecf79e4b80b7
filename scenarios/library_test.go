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
			if len(s.Outcome.Gone)+len(s.Outcome.Kept) == 0 {
				t.Error("has no outcome")
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

func TestIncidents(t *testing.T) {
	t.Parallel()
	all := Incidents()
	if len(all) < 48 {
		t.Errorf("there are %d incidents, want 48", len(all))
	}
	count := make(map[Topic]int)
	last := 0
	for _, s := range all {
		count[s.Topic]++
		place := slices.Index(Topics(), s.Topic)
		if place < last {
			t.Errorf("%s, of topic %s, comes too late", s.Name, s.Topic)
		}
		last = place
	}
	for _, topic := range Topics() {
		if count[topic] == 0 || len(Incidents(topic)) != count[topic] {
			t.Errorf("topic %s: %d incidents among all, %d of its own", topic, count[topic], len(Incidents(topic)))
		}
	}
	if got := Incidents("no-such-topic"); got != nil {
		t.Errorf("a topic that is none has the incident %s", got[0].Name)
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

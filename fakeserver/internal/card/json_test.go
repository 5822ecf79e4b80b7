package card

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// A reader of the JSON gets the card back.
func TestJSON(t *testing.T) {
	t.Parallel()
	text := bytes.ReplaceAll(written(t, mixed(), (*Card).WriteJSON), []byte(`\ufffd`), []byte("\ufffd"))
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var got Card
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := mixed()
	said := strings.ReplaceAll(want.Incidents[1].Said[0].Error, "\xff\xfe", "\ufffd\ufffd")
	if got.Incidents[1].Said[0].Error != said {
		t.Errorf("a hostile text is %q, want %q", got.Incidents[1].Said[0].Error, said)
	}
	if again := written(t, &got, (*Card).WriteJSON); !bytes.Equal(again, text) {
		t.Errorf("it is then written as\n%s", difference(string(again), string(text)))
	}
}

// Lists that are always there are never null.
func TestJSONOfNothing(t *testing.T) {
	t.Parallel()
	nothing := []report.Finding{{Verdict: report.OverTime}}
	for _, c := range []*Card{{}, {Incidents: []Row{{Said: make([]Said, 1), Findings: nothing}}, Cleanup: &Row{Findings: nothing}, Outage: &Outage{Findings: nothing}}} {
		if text := written(t, c, (*Card).WriteJSON); bytes.Contains(text, []byte("null")) {
			t.Errorf("there is a null in\n%s", text)
		}
	}
}

// A node is what the schema says of a value.
type node struct {
	Ref         string `json:"$ref"`
	Type        string
	Enum        []string
	Const       any
	Description string
	Additional  *bool `json:"additionalProperties"`
	Required    []string
	Properties  map[string]node
	Items       *node
	MaxItems    int
	Defs        map[string]node `json:"$defs"`
}

// The schema has exactly the fields of the types, each with its type and described.
func TestSchema(t *testing.T) {
	t.Parallel()
	var whole node
	if err := json.Unmarshal(Schema(), &whole); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	var check func(place string, n node, typ reflect.Type)
	check = func(place string, n node, typ reflect.Type) {
		if n.Description == "" && !strings.HasSuffix(place, "[]") {
			t.Errorf("%s is not described", place)
		}
		name := ""
		if n.Ref != "" {
			name = strings.TrimPrefix(n.Ref, "#/$defs/")
			n = whole.Defs[name]
		}
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		kind := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Float64: "number", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Struct: "object"}[typ.Kind()]
		if n.Type != kind && n.Enum == nil && n.Const == nil {
			t.Errorf("%s has the type %q, want %s", place, n.Type, kind)
		}
		if typ.Kind() == reflect.Slice {
			check(place+"[]", *n.Items, typ.Elem())
			return
		}
		if typ.Kind() != reflect.Struct || seen[name] {
			return
		}
		seen[name] = true
		if name != "" && name != strings.ToLower(typ.Name()) {
			t.Errorf("%s is a %s, want a %s", place, name, typ.Name())
		}
		if n.Additional == nil || *n.Additional {
			t.Errorf("%s is open", place)
		}
		var required, fields []string
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields = append(fields, key)
			if options == "" {
				required = append(required, key)
			}
			check(place+"."+key, n.Properties[key], f.Type)
		}
		if slices.Sort(fields); !slices.Equal(slices.Sorted(maps.Keys(n.Properties)), fields) {
			t.Errorf("%s has the fields %q, want %q", place, slices.Sorted(maps.Keys(n.Properties)), fields)
		}
		if slices.Sort(required); !slices.Equal(slices.Sorted(slices.Values(n.Required)), required) {
			t.Errorf("%s requires %q, want %q", place, n.Required, required)
		}
	}
	check("card", whole, reflect.TypeFor[Card]())
	for name := range whole.Defs {
		if !seen[name] {
			t.Errorf("nothing is a %s", name)
		}
	}
	row := whole.Defs["row"].Properties
	if want := []string{string(Passed), string(Failed), string(NotDriven), string(NotApplicable)}; !slices.Equal(row["result"].Enum, want) {
		t.Errorf("the results are %q, want %q", row["result"].Enum, want)
	}
	if row["requests"].MaxItems != MaxRequests || whole.Properties["version"].Const != float64(Version) {
		t.Errorf("at most %d requests in version %v, want %d and %d", row["requests"].MaxItems, whole.Properties["version"].Const, MaxRequests, Version)
	}
	Schema()[0] = 'x'
	if !json.Valid(Schema()) {
		t.Error("who changes the schema changes it for all")
	}
}

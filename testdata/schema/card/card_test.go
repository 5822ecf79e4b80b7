// Package card checks with an independent validator that a card fits its JSON Schema,
// and that the schema refuses what is none.
package card

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const folder = "../../../fakeserver/internal/card/"

func TestSchema(t *testing.T) {
	t.Parallel()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("card.json", read(t, folder+"schema.json")); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("card.json") // checks it against the schema of schemas
	if err != nil {
		t.Fatal(err)
	}
	if schema.DraftVersion != 2020 {
		t.Errorf("the schema is of draft %d, want 2020", schema.DraftVersion)
	}
	card := read(t, folder+"testdata/card.json")
	if err := schema.Validate(card); err != nil {
		t.Fatalf("the card does not fit: %v", err)
	}
	changes := 0
	mutate(card, "card", func(change string) {
		changes++
		if schema.Validate(card) == nil {
			t.Errorf("the schema accepts %s", change)
		}
	})
	if changes < 500 {
		t.Errorf("only %d changes were tried", changes)
	}
}

// mutate makes one change to a card after the other, none of which leaves it a card, and
// undoes each.
func mutate(v any, place string, changed func(change string)) {
	switch v := v.(type) {
	case map[string]any:
		v["colour"] = "red"
		changed(place + " with a key that it has not")
		delete(v, "colour")
		for key, value := range v {
			v[key] = map[string]any{"of": "another type"}
			changed(place + "." + key + " of another type")
			v[key] = nil
			changed(place + "." + key + " that is null")
			v[key] = value
			if always(key) {
				delete(v, key)
				changed(place + " without " + key)
				v[key] = value
			}
			mutate(value, place+"."+key, changed)
		}
	case []any:
		for i, value := range v {
			v[i] = 1.5
			changed(place + "[" + strconv.Itoa(i) + "] of another type")
			v[i] = value
			mutate(value, place+"["+strconv.Itoa(i)+"]", changed)
		}
	}
}

// always reports whether a key is never left out, wherever it is.
func always(key string) bool {
	return slices.Contains([]string{
		"version", "client", "already_gone", "sum", "topics", "rules", "description", "result", "verdict", "evidence",
		"images", "deleted", "seq", "at_ms", "took_ms", "method", "grade", "passed", "not_driven", "deletions",
	}, key)
}

func read(t *testing.T, file string) any {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

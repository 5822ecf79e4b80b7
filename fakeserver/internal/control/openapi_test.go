package control

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Each call is described, with its parameters and the schema of its body, and each
// schema that is referred to is there.
func TestDescription(t *testing.T) {
	t.Parallel()
	text := describe(Table)
	var doc struct {
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Parameters []struct{ Name, In string }
			Body       *struct{} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]bool)
	for _, row := range Table {
		op, ok := doc.Paths[row.Path][strings.ToLower(row.Method)]
		if !ok || ids[op.ID] || op.ID == "" {
			t.Errorf("%s %s: described: %t, as %q", row.Method, row.Path, ok, op.ID)
		}
		ids[op.ID] = true
		if want := strings.Count(row.Path, "{") + len(row.params); len(op.Parameters) != want {
			t.Errorf("%s %s has the parameters %v, want %d", row.Method, row.Path, op.Parameters, want)
		}
		if takes := row.Method != http.MethodGet && row.Method != http.MethodDelete && row.Path != "/_fake/reset"; takes != (op.Body != nil) {
			t.Errorf("%s %s takes a body: %t, described: %t", row.Method, row.Path, takes, op.Body != nil)
		}
	}
	for _, part := range strings.Split(string(text), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("there is no schema %s", name)
		}
	}
}

package glance_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// TestSchemas checks that the schemas are JSON, and how many properties they have.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		properties int
		items      int // properties of an item, for a schema of a list
	}{
		"image":   {34, 0},
		"images":  {4, 34},
		"member":  {6, 0},
		"members": {2, 6},
		"task":    {15, 0},
		"tasks":   {2, 12},
	} {
		rep, err := newAPI().GetSchema(&wire.Call{Pattern: "/v2/schemas/" + name, Request: httptest.NewRequest("GET", "/v2/schemas/"+name, nil), Caller: unscoped})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var schema struct {
			Name       string                     `json:"name"`
			Properties map[string]json.RawMessage `json:"properties"`
		}
		if err := json.Unmarshal(rep.Body, &schema); err != nil || schema.Name != name || len(schema.Properties) != tt.properties {
			t.Errorf("%s: %v; the schema is named %q and has %d properties", name, err, schema.Name, len(schema.Properties))
		}
		var list struct {
			Items struct {
				Properties map[string]json.RawMessage `json:"properties"`
			} `json:"items"`
		}
		if err := json.Unmarshal(schema.Properties[name], &list); tt.items > 0 && (err != nil || len(list.Items.Properties) != tt.items) {
			t.Errorf("%s: %v; an item has %d properties", name, err, len(list.Items.Properties))
		}
	}
}

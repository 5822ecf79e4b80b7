package glance

import (
	_ "embed" // the schemas
	"net/http"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/jsonschema"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// The schemas that Glance shows, as it writes them: recorded.
var (
	//go:embed schemas/image.json
	imageSchemaText string
	//go:embed schemas/member.json
	memberSchemaText string
	//go:embed schemas/task.json
	taskSchemaText string
	//go:embed schemas/task-stub.json
	taskStubSchemaText string // a task as lists show it
)

// imageSchema checks the bodies that describe an image.
var imageSchema = sync.OnceValue(func() jsonschema.Schema { return jsonschema.MustParse(imageSchemaText) })

// checkImage checks what a client says about an image by the image's schema.
func checkImage(fields pyjson.Object) error {
	if m := imageSchema().Best(fields); m != nil {
		return dialect.SchemaMismatch.With(m)
	}
	return nil
}

// Only lists of images come in pages.
const (
	pages     = `, "first": {"type": "string"}, "next": {"type": "string"}`
	pageLinks = `{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, `
)

// GetSchema is GET /v2/schemas/{name}.
func (a *API) GetSchema(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	text := schemaText(strings.TrimPrefix(c.Pattern, "/v2/schemas/"))
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: []byte(text)}, nil
}

func schemaText(name string) string {
	switch name {
	case "image":
		return strings.TrimSuffix(imageSchemaText, "\n")
	case "images":
		return schemaOfList(name, imageSchemaText, pages, pageLinks)
	case "member":
		return strings.TrimSuffix(memberSchemaText, "\n")
	case "members":
		return schemaOfList(name, memberSchemaText, "", "")
	case "task":
		return strings.TrimSuffix(taskSchemaText, "\n")
	case "tasks":
		return schemaOfList(name, taskStubSchemaText, "", "")
	}
	panic("glance: no schema " + name) // the table of endpoints has one that this function lacks
}

func schemaOfList(name, item, pages, links string) string {
	return `{"name": "` + name + `", "properties": {"` + name + `": {"type": "array", "items": ` + strings.TrimSuffix(item, "\n") + `}` + pages +
		`, "schema": {"type": "string"}}, "links": [` + links + `{"rel": "describedby", "href": "{schema}"}]}`
}

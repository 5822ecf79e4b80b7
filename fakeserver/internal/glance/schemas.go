package glance

import (
	_ "embed" // the schemas
	"net/http"
	"strings"

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

// Only lists of images come in pages.
const (
	pages     = `, "first": {"type": "string"}, "next": {"type": "string"}`
	pageLinks = `{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, `
)

// GetImageSchema is GET /v2/schemas/image.
func (a *API) GetImageSchema(c *wire.Call) (wire.Reply, error) { return schema(c, imageSchemaText) }

// GetImagesSchema is GET /v2/schemas/images.
func (a *API) GetImagesSchema(c *wire.Call) (wire.Reply, error) {
	return schema(c, schemaOfList("images", imageSchemaText, pages, pageLinks))
}

// GetMemberSchema is GET /v2/schemas/member.
func (a *API) GetMemberSchema(c *wire.Call) (wire.Reply, error) { return schema(c, memberSchemaText) }

// GetMembersSchema is GET /v2/schemas/members.
func (a *API) GetMembersSchema(c *wire.Call) (wire.Reply, error) {
	return schema(c, schemaOfList("members", memberSchemaText, "", ""))
}

// GetTaskSchema is GET /v2/schemas/task.
func (a *API) GetTaskSchema(c *wire.Call) (wire.Reply, error) { return schema(c, taskSchemaText) }

// GetTasksSchema is GET /v2/schemas/tasks.
func (a *API) GetTasksSchema(c *wire.Call) (wire.Reply, error) {
	return schema(c, schemaOfList("tasks", taskStubSchemaText, "", ""))
}

func schema(c *wire.Call, text string) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	body := strings.TrimSuffix(text, "\n")
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: []byte(body)}, nil
}

func schemaOfList(name, item, pages, links string) string {
	return `{"name": "` + name + `", "properties": {"` + name + `": {"type": "array", "items": ` + strings.TrimSuffix(item, "\n") + `}` + pages +
		`, "schema": {"type": "string"}}, "links": [` + links + `{"rel": "describedby", "href": "{schema}"}]}`
}

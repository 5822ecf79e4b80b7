package glance

import (
	_ "embed" // the schemas
	"net/http"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var discoveryHandlers = handlers{
	scenarios.GetVersions: (*API).GetVersions,
	scenarios.GetSchema:   (*API).GetSchema,
	scenarios.GetUsage:    (*API).GetUsage,
	scenarios.Healthcheck: (*API).GetHealthcheck,
}

// MinorVersion is the newest minor version of the image API: v2.16 is that of the
// Glance whose answers are recorded.
const MinorVersion = 16

// Choices is the answer for / and for every path that does not begin with a
// version, whatever the method: recorded.
func (a *API) Choices(c *wire.Call) (wire.Reply, error) {
	return versions(c, http.StatusMultipleChoices), nil
}

// GetVersions is / and /versions, which list the versions, and /v2 itself, which
// redirects to /v2/, where there is nothing. They accept every method.
func (a *API) GetVersions(c *wire.Call) (wire.Reply, error) {
	switch c.Pattern {
	case "/versions":
		return versions(c, http.StatusOK), nil
	case "/v2":
		return wire.Reply{Status: http.StatusFound, ContentType: "text/plain; charset=utf8"}.Set("Location", c.Base()+"/v2/"), nil
	}
	return a.Choices(c)
}

// versions answers with the list of versions. Every minor version is the whole of
// v2.
func versions(c *wire.Call, status int) wire.Reply {
	b := []byte(`{"versions": [`)
	state := "CURRENT"
	for minor := MinorVersion; minor >= 0; minor-- {
		b = append(b, `{"id": "v2.`...)
		b = strconv.AppendInt(b, int64(minor), 10)
		b = append(append(append(b, `", "status": "`...), state...), `", "links": [{"rel": "self", "href": `...)
		b = append(appendText(b, c.Base()+"/v2/"), `}]}`...)
		if minor > 0 {
			b = append(b, ", "...)
		}
		state = "SUPPORTED"
	}
	return wire.Reply{Status: status, ContentType: wire.TypeJSON, Body: append(b, "]}"...), NoRequestID: true}
}

// The bodies of a healthy service.
const (
	healthJSON = "{\n    \"detailed\": false,\n    \"reasons\": [\n        \"OK\"\n    ]\n}"
	healthHTML = "<HTML>\n<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>\n<BODY>\n\n<H2>Result of 1 checks:</H2>\n" +
		"<TABLE bgcolor=\"#ffffff\" border=\"1\">\n<TBODY>\n<TR>\n\n<TH>\nReason\n</TH>\n</TR>\n<TR>\n\n    <TD>OK</TD>\n\n</TR>\n" +
		"</TBODY>\n</TABLE>\n<HR></HR>\n\n</BODY>\n</HTML>"
)

// GetHealthcheck is /healthcheck. It accepts every method and needs no token.
func (a *API) GetHealthcheck(c *wire.Call) (wire.Reply, error) {
	rep := wire.Reply{Status: http.StatusOK, ContentType: wire.TypePlain, Body: []byte("OK"), NoRequestID: true}
	if c.Request.Method == http.MethodHead {
		// Recorded: it has a length but no type. net/http removes the length
		// of a 204, but only under its canonical name.
		return wire.Reply{Status: http.StatusNoContent, Header: http.Header{"content-length": {"0"}}, NoRequestID: true}, nil
	}
	switch wire.Choose(c.Request.Header.Get("Accept"), "text/plain", "text/html", "application/json") {
	case "text/html":
		rep.ContentType, rep.Body = wire.TypeHTML, []byte(healthHTML)
	case "application/json":
		rep.ContentType, rep.Body = wire.TypeJSON, []byte(healthJSON)
	}
	return rep, nil
}

// The schemas of Glance, as it writes them: recorded.
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

// The additions to the schema of a list that has pages: that of images.
const (
	pages     = `, "first": {"type": "string"}, "next": {"type": "string"}`
	pageLinks = `{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, `
)

// GetSchema is GET /v2/schemas/{name}.
func (a *API) GetSchema(c *wire.Call) (wire.Reply, error) {
	name := strings.TrimPrefix(c.Pattern, "/v2/schemas/")
	check := noBody
	if strings.HasPrefix(name, "task") {
		check = checkUnusedBody
	}
	if err := check(c); err != nil {
		return wire.Reply{}, err
	}
	text := a.schemaText(name)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: []byte(text)}, nil
}

func (a *API) schemaText(name string) string {
	image := imageSchemaText
	if a.Dialect.CloudAttributes {
		image = cloudImageSchemaText()
	}
	switch name {
	case "image":
		return strings.TrimSuffix(image, "\n")
	case "images":
		return schemaOfList(name, image, pages, pageLinks)
	case "member":
		return strings.TrimSuffix(memberSchemaText, "\n")
	case "members":
		return schemaOfList(name, memberSchemaText, "", "")
	case "task":
		return strings.TrimSuffix(taskSchemaText, "\n")
	case "tasks":
		return schemaOfList(name, taskStubSchemaText, "", "")
	}
	panic("glance: no schema " + name) // the table of endpoints has a schema that this function lacks
}

func schemaOfList(name, item, pages, links string) string {
	return `{"name": "` + name + `", "properties": {"` + name + `": {"type": "array", "items": ` + strings.TrimSuffix(item, "\n") + `}` + pages +
		`, "schema": {"type": "string"}}, "links": [` + links + `{"rel": "describedby", "href": "{schema}"}]}`
}

// GetUsage is GET /v2/info/usage. No project has a quota.
func (a *API) GetUsage(c *wire.Call) (wire.Reply, error) {
	if err := checkUnusedBody(c); err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"usage": struct{}{}}), nil
}

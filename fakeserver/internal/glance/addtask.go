package glance

import (
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// AddTask is POST /v2/tasks, for admins. It is refused, as Glance refuses what
// it cannot download: nothing is downloaded here.
func (a *API) AddTask(c *wire.Call) (wire.Reply, error) {
	if err := mayAccessTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	body, err := jsonBody(c)
	if err != nil {
		return wire.Reply{}, err
	}
	fields, _ := body.(pyjson.Object)
	kind, ok := fields.Get("type")
	if !ok {
		return wire.Reply{}, dialect.TaskIncomplete.With("type")
	}
	input, ok := fields.Get("input")
	if !ok {
		return wire.Reply{}, dialect.TaskIncomplete.With("input")
	}
	if kind != "import" && kind != "api_image_import" {
		return wire.Reply{}, dialect.TaskMismatch.With(pyjson.Repr(kind) + " is not one of ['import', 'api_image_import']")
	}
	source, _ := input.(pyjson.Object)
	from, _ := source.Get("import_from")
	text, ok := from.(string)
	switch {
	case !ok:
		text = "None"
	case strings.HasPrefix(text, "file:"), strings.HasPrefix(text, "filesystem:"):
		return wire.Reply{}, dialect.TaskFromFile
	}
	return wire.Reply{}, dialect.TaskLocationInvalid.With(text)
}

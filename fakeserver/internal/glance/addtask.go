package glance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/jsonschema"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// taskImport is the type of a task that makes an image and imports its data. The
// other one, api_image_import, is of no use to clients.
const taskImport = "import"

// taskSchema checks the bodies that describe a task. The schema that Glance shows
// does not say that there may be no other fields.
var taskSchema = sync.OnceValue(func() jsonschema.Schema {
	return jsonschema.MustParse(strings.TrimSuffix(strings.TrimSpace(taskSchemaText), "}") + `, "additionalProperties": false}`)
})

// AddTask is POST /v2/tasks, for admins. The import is complete at once, unless the
// scenario says that the download takes time; only the answer shows the task as
// pending.
func (a *API) AddTask(c *wire.Call) (wire.Reply, error) {
	if err := authorizeTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	kind, input, err := parseTask(c)
	if err != nil {
		return wire.Reply{}, err
	}
	var from Download
	if kind == taskImport {
		if from, err = a.legacyDownload(input); err != nil {
			return wire.Reply{}, err
		}
	}
	t := registry.Task{
		ID: ids.UUID(a.Seed, ids.Task, a.tasksMade.Add(1)), Type: kind, Status: "pending",
		Owner: c.Caller.ProjectID, UserID: c.Caller.UserID, RequestID: c.RequestID,
		Input: rawInput(c.Body), CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	due := c.Now.Add(max(from.Takes, 0))
	end := t
	end.Status, end.UpdatedAt, end.ExpiresAt = "success", due, due.Add(taskExpiry)
	img, failure := a.importedImage(c, kind, input, from)
	if failure == "" && a.addImported(img, from, due) != nil {
		failure = importFailed // the id is taken
	}
	if failure != "" {
		end.Status, end.Message = "failure", failure
	} else {
		end.Result = append(appendText([]byte(`{"image_id": `), img.ID), '}')
	}
	begun := t
	begun.Status = "processing"
	a.Images.AddTask(begun, end)
	rep := wire.Reply{Status: http.StatusCreated, ContentType: wire.TypeJSON, Body: appendTask(nil, task{Task: t})}
	return rep.Set("Location", c.Base()+"/v2/tasks/"+t.ID), nil
}

// parseTask parses the body of a POST. An input that is null is no object.
func parseTask(c *wire.Call) (kind string, input pyjson.Object, err error) {
	body, err := jsonBody(c)
	if err != nil {
		return "", nil, err
	}
	fields, _ := body.(pyjson.Object)
	for _, key := range []string{"type", "input"} {
		if _, ok := fields.Get(key); !ok {
			return "", nil, dialect.TaskIncomplete.With(key)
		}
	}
	if m := taskSchema().Best(fields); m != nil {
		return "", nil, dialect.TaskMismatch.With(m)
	}
	value, _ := fields.Get("type")
	kind, _ = value.(string)
	value, _ = fields.Get("input")
	input, _ = value.(pyjson.Object)
	return kind, input, nil
}

// rawInput returns the input of a task as the client has written it.
func rawInput(body []byte) []byte {
	var fields struct{ Input json.RawMessage }
	_ = json.Unmarshal(body, &fields) // what only Python takes for JSON is shown as null
	return fields.Input
}

// legacyDownload returns what the scenario has for the URI in a task's input.
func (a *API) legacyDownload(input pyjson.Object) (Download, error) {
	from, _ := input.Get("import_from")
	uri, ok := from.(string)
	switch {
	case from == nil, ok && uri == "":
		return Download{}, dialect.TaskLocationInvalid.With(pyjson.Str(from))
	case !ok:
		return Download{}, dialect.Internal // recorded
	case strings.HasPrefix(uri, "file:///"), strings.HasPrefix(uri, "filesystem:///"):
		return Download{}, dialect.TaskFromFile
	case !isWeb(uri):
		return Download{}, dialect.TaskLocationUnsupported
	}
	return a.download(uri, dialect.TaskURIUnlisted)
}

// importedImage returns the image that a task makes, without its data, or the
// message that the task fails with. Then there is no image.
func (a *API) importedImage(c *wire.Call, kind string, input pyjson.Object, from Download) (img *registry.Image, failure string) {
	switch _, ok := input.Get("image_id"); {
	case kind == taskImport:
	case len(input) == 0:
		return nil, "Input to api_image_import task is empty."
	case !ok:
		return nil, "Missing required 'image_id' field"
	default:
		return nil, importFailed // it lacks what Glance itself puts there
	}
	for _, key := range []string{"import_from", "import_from_format", "image_properties"} {
		if _, ok := input.Get(key); !ok {
			return nil, fmt.Sprintf("Input does not contain '%s' field", key)
		}
	}
	if from.Fails != "" {
		return nil, from.Fails
	}
	format, _ := input.Get("import_from_format")
	value, _ := input.Get("image_properties")
	properties, ok := value.(pyjson.Object)
	if !ok {
		return nil, importFailed
	}
	img, err := a.newImage(c, properties)
	if err != nil || img.ContainerFormat == "" {
		return nil, importFailed
	}
	if _, given := properties.Get("owner"); !given {
		img.Owner = "" // recorded
	}
	if img.ID == "" {
		img.ID = a.Images.NewID(a.Seed)
	}
	img.DiskFormat = pyjson.Str(format)
	return img, ""
}

// addImported adds the image of a task. It gets its data when the import is due.
func (a *API) addImported(img *registry.Image, from Download, due time.Time) error {
	finish := func(img *registry.Image) {
		img.UpdatedAt = due
		a.activate(img, from.Data, storeIDs[:1:1])
	}
	if from.Takes <= 0 {
		finish(img)
		return a.Images.Add(img)
	}
	img.Status = scenarios.Saving
	if err := a.Images.Add(img); err != nil {
		return err
	}
	_, err := a.Images.Update(img.ID, func(img *registry.Image) error {
		img.Import = &registry.Import{Due: due, Finish: finish, Cancel: func(*registry.Image, time.Time) {}}
		return nil
	})
	if errors.Is(err, registry.ErrUnknown) {
		return nil // it was deleted meanwhile
	}
	return err
}

package glance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// tasksAccess is what Glance's policy calls the API of tasks: for admins alone.
const tasksAccess = "tasks_api_access"

// A task is a task as the API shows it. Alone and in an image's list it has more
// than in the list of all.
type task struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	Status    string         `json:"status"`
	Owner     string         `json:"owner"`
	ExpiresAt string         `json:"expires_at"`
	CreatedAt string         `json:"created_at"`
	UpdatedAt string         `json:"updated_at"`
	Self      string         `json:"self,omitempty"`
	Schema    string         `json:"schema,omitempty"`
	Input     map[string]any `json:"input,omitempty"`
	Result    map[string]any `json:"result,omitempty"`
	Message   string         `json:"message,omitempty"`
	ImageID   string         `json:"image_id,omitempty"`
	RequestID string         `json:"request_id,omitempty"`
	UserID    string         `json:"user_id,omitempty"`
}

// An imageTask is a task in the list of an image's.
type imageTask struct {
	task
	DeletedAt *string `json:"deleted_at"`
	Deleted   bool    `json:"deleted"`
}

// imageTaskLayout is how the list of an image's tasks writes a time.
const imageTaskLayout = "2006-01-02T15:04:05.000000"

func newTask(t registry.Task, layout string) task {
	at := func(t time.Time) string { return t.UTC().Format(layout) }
	return task{
		ID: t.ID, Type: "api_image_import", Status: "success", Owner: t.Owner,
		CreatedAt: at(t.CreatedAt), UpdatedAt: at(t.CreatedAt), ExpiresAt: at(t.CreatedAt.Add(registry.TaskExpiry)),
	}
}

func (t task) detailed(from registry.Task) task {
	t.Input = map[string]any{"image_id": from.ImageID, "import_req": json.RawMessage(from.Request), "backend": from.Stores}
	t.Result = map[string]any{"image_id": from.ImageID}
	t.Message = fmt.Sprintf("Copied %d MiB", from.Size>>20)
	t.ImageID, t.RequestID, t.UserID = from.ImageID, from.RequestID, from.UserID
	return t
}

func (t task) linked() task {
	t.Self, t.Schema = "/v2/tasks/"+t.ID, "/v2/schemas/task"
	return t
}

// GetImageTasks is GET /v2/images/{image_id}/tasks.
func (a *API) GetImageTasks(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	img, err := a.find(c, wire.ImageUnknown)
	switch {
	case errors.Is(err, wire.ImageUnknown) || err == nil && !mayGet(c.Caller, img):
		return wire.Reply{}, wire.NoRoute
	case err != nil:
		return wire.Reply{}, err
	}
	all := []imageTask{}
	for _, t := range a.Tasks.Newest(c.Now) {
		if t.ImageID == img.ID {
			all = append(all, imageTask{task: newTask(t, imageTaskLayout).detailed(t)})
		}
	}
	return wire.JSON(http.StatusOK, map[string]any{"tasks": all}), nil
}

// GetTasks is GET /v2/tasks, the newest first.
func (a *API) GetTasks(c *wire.Call) (wire.Reply, error) {
	if err := mayTask(c); err != nil {
		return wire.Reply{}, err
	}
	query := c.Request.URL.Query()
	if v := query.Get("status"); v != "" && !slices.Contains([]string{"pending", "processing", "success", "failure"}, v) {
		return wire.Reply{}, wire.TaskFilterUnknown.With("status", v)
	}
	if v := query.Get("type"); v != "" && v != "import" {
		return wire.Reply{}, wire.TaskFilterUnknown.With("type", v) // that of an image's import too: recorded
	}
	limit := 25
	if query.Has("limit") {
		n, err := strconv.Atoi(query.Get("limit"))
		switch {
		case err != nil:
			return wire.Reply{}, wire.ListLimitNotNumber
		case n < 0:
			return wire.Reply{}, wire.ListLimitNegative
		}
		limit = min(n, 1000)
	}
	found := []registry.Task{}
	if status := query.Get("status"); query.Get("type") == "" && (status == "" || status == "success") {
		found = a.Tasks.Newest(c.Now)
	}
	if marker := query.Get("marker"); marker != "" {
		at := slices.IndexFunc(found, func(t registry.Task) bool { return t.ID == marker })
		switch {
		case !scenarios.IsUUID(marker):
			return wire.Reply{}, wire.TaskMarker
		case at < 0:
			return wire.Reply{}, wire.TaskUnknown.With(marker)
		}
		found = found[at+1:]
	}
	more := len(found) > limit
	found = found[:min(limit, len(found))]
	all := []task{}
	for _, t := range found {
		all = append(all, newTask(t, timeLayout).linked())
	}
	list := map[string]any{"tasks": all, "first": "/v2/tasks", "schema": "/v2/schemas/tasks"}
	query.Del("marker")
	if len(query) > 0 {
		list["first"] = "/v2/tasks?" + query.Encode()
	}
	if more && limit > 0 {
		query.Set("marker", all[len(all)-1].ID)
		list["next"] = "/v2/tasks?" + query.Encode()
	}
	return wire.JSON(http.StatusOK, list), nil
}

// GetTask is GET /v2/tasks/{task_id}.
func (a *API) GetTask(c *wire.Call) (wire.Reply, error) {
	if err := mayTask(c); err != nil {
		return wire.Reply{}, err
	}
	id := c.Var("task_id")
	for _, t := range a.Tasks.Newest(c.Now) {
		if t.ID == id {
			return wire.JSON(http.StatusOK, newTask(t, timeLayout).linked().detailed(t)), nil
		}
	}
	return wire.Reply{}, wire.TaskUnknown.With(id)
}

// AddTask is POST /v2/tasks, which imported from a location before images had an
// import of their own. No location is ever read here.
func (a *API) AddTask(c *wire.Call) (wire.Reply, error) {
	if err := adminOnly(c, tasksAccess); err != nil {
		return wire.Reply{}, err
	}
	body, err := jsonBody(c)
	if err != nil {
		return wire.Reply{}, err
	}
	fields, _ := body.(object)
	input, _ := fields.get("input")
	of, _ := input.(object)
	location, _ := of.get("import_from")
	return wire.Reply{}, wire.TaskLocation.With(str(location))
}

// DeleteTask is DELETE /v2/tasks/{task_id}, which Glance knows, but does for nobody.
func (a *API) DeleteTask(c *wire.Call) (wire.Reply, error) {
	if err := mayTask(c); err != nil {
		return wire.Reply{}, err
	}
	return wire.Reply{}, wire.TaskStays.WithHeader("Allow", "GET")
}

func mayTask(c *wire.Call) error {
	if err := noBody(c); err != nil {
		return err
	}
	return adminOnly(c, tasksAccess)
}

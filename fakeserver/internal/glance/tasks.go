package glance

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var taskHandlers = handlers{
	scenarios.GetImageTasks: (*API).GetImageTasks,
	scenarios.GetTasks:      (*API).GetTasks,
	scenarios.AddTask:       (*API).AddTask,
	scenarios.GetTask:       (*API).GetTask,
	scenarios.DeleteTask:    (*API).DeleteTask,
}

// GetImageTasks is GET /v2/images/{image_id}/tasks, for everybody who may see the
// image.
func (a *API) GetImageTasks(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	img, ok := a.Images.Get(id)
	if !ok || !canFind(c.Caller, img) || !mayGet(c.Caller, img) {
		return wire.Reply{}, dialect.NoRoute
	}
	b := []byte(`{"tasks": [`)
	for i, task := range img.Tasks {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendImageTask(b, img, task)
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, "]}"...)}, nil
}

// GetTask is GET /v2/tasks/{task_id}, for admins.
func (a *API) GetTask(c *wire.Call) (wire.Reply, error) {
	if err := checkUnusedBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := authorizeTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	id := c.Var("task_id")
	for _, t := range a.tasks() {
		if t.ID == id {
			return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: appendTask(nil, t)}, nil
		}
	}
	return wire.Reply{}, dialect.TaskUnknown.With(id)
}

// DeleteTask is DELETE /v2/tasks/{task_id}, which Glance always refuses.
func (a *API) DeleteTask(c *wire.Call) (wire.Reply, error) {
	if err := checkUnusedBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := authorizeTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	return wire.Reply{}, dialect.TaskNotDeleted.WithHeader("Allow", "GET")
}

// authorizeTasks returns an error unless the caller may use /v2/tasks.
func authorizeTasks(who wire.Caller) error {
	if isAdmin(who) {
		return nil
	}
	return dialect.NotAuthorized.With(accessTasks)
}

// A task is a task together with its image.
type task struct {
	registry.Task
	image *registry.Image // nil: it is not about an image that there was before
}

// tasks returns all tasks, the newest first.
func (a *API) tasks() []task {
	var all []task
	for _, t := range a.Images.Tasks() {
		all = append(all, task{Task: t})
	}
	for _, img := range a.Images.All() {
		for _, t := range img.Tasks {
			all = append(all, task{t, img})
		}
	}
	slices.SortStableFunc(all, func(a, b task) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return all
}

// appendTask appends a task as /v2/tasks/{task_id} shows it.
func appendTask(b []byte, t task) []byte {
	b = appendText(append(b, `{"id": `...), t.ID)
	b = appendJSON(append(b, `, "input": `...), t.Input)
	b = appendText(append(b, `, "type": `...), t.Type)
	b = appendText(append(b, `, "status": `...), t.Status)
	b = appendText(append(b, `, "owner": `...), t.Owner)
	b = appendText(append(b, `, "message": `...), t.Message)
	b = appendJSON(append(b, `, "result": `...), t.Result)
	b = appendTaskTimes(b, t)
	if t.image != nil {
		b = appendText(append(b, `, "image_id": `...), t.image.ID)
	}
	if t.RequestID != "" {
		b = appendText(append(b, `, "request_id": `...), t.RequestID)
	}
	b = appendText(append(b, `, "user_id": `...), t.UserID)
	return append(appendExpiry(b, t), '}')
}

// appendTaskStub appends a task as the list of all tasks shows it.
func appendTaskStub(b []byte, t task) []byte {
	b = appendText(append(b, `{"id": `...), t.ID)
	b = appendText(append(b, `, "type": `...), t.Type)
	b = appendText(append(b, `, "status": `...), t.Status)
	b = appendText(append(b, `, "owner": `...), t.Owner)
	return append(appendExpiry(appendTaskTimes(b, t), t), '}')
}

func appendTaskTimes(b []byte, t task) []byte {
	b = appendTime(append(b, `, "created_at": `...), t.CreatedAt)
	b = appendTime(append(b, `, "updated_at": `...), t.UpdatedAt)
	b = appendText(append(b, `, "self": `...), "/v2/tasks/"+t.ID)
	return append(b, `, "schema": "/v2/schemas/task"`...)
}

func appendExpiry(b []byte, t task) []byte {
	if t.ExpiresAt.IsZero() {
		return b
	}
	return appendTime(append(b, `, "expires_at": `...), t.ExpiresAt)
}

// appendImageTask appends a task as the list of an image's tasks shows it: as it is
// in Glance's database, with its format of times.
func appendImageTask(b []byte, img *registry.Image, t registry.Task) []byte {
	const layout = `"2006-01-02T15:04:05.000000"`
	b = appendText(append(b, `{"id": `...), t.ID)
	b = appendText(append(b, `, "type": `...), t.Type)
	b = appendText(append(b, `, "status": `...), t.Status)
	b = appendText(append(b, `, "owner": `...), t.Owner)
	b = append(b, `, "expires_at": `...)
	if t.ExpiresAt.IsZero() {
		b = append(b, "null"...)
	} else {
		b = t.ExpiresAt.UTC().AppendFormat(b, layout)
	}
	b = t.CreatedAt.UTC().AppendFormat(append(b, `, "created_at": `...), layout)
	b = t.UpdatedAt.UTC().AppendFormat(append(b, `, "updated_at": `...), layout)
	b = appendText(append(b, `, "deleted_at": null, "deleted": false, "image_id": `...), img.ID)
	b = appendTextOrNull(append(b, `, "request_id": `...), t.RequestID)
	b = appendText(append(b, `, "user_id": `...), t.UserID)
	b = appendJSON(append(b, `, "input": `...), t.Input)
	b = appendJSON(append(b, `, "result": `...), t.Result)
	b = appendText(append(b, `, "message": `...), t.Message)
	return append(b, '}')
}

func appendJSON(b, text []byte) []byte {
	if text == nil {
		text = []byte("null")
	}
	return append(b, text...)
}

// The values that a query may have for status and type.
var (
	taskStatuses = []string{"", "pending", "processing", "success", "failure"}
	taskTypes    = []string{"", "import"}
)

// GetTasks is GET /v2/tasks, for admins: the newest first, or the oldest if sort_dir
// is asc. No other order is supported.
func (a *API) GetTasks(c *wire.Call) (wire.Reply, error) {
	if err := authorizeTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	q, ok := parseQuery(c.Request.URL.RawQuery)
	if !ok {
		return wire.Reply{}, dialect.QueryUndecodable
	}
	q = q.dict()
	tasks, full, err := a.pageOfTasks(q)
	if err != nil {
		return wire.Reply{}, err
	}
	q.pop("marker")
	b := []byte(`{"tasks": [`)
	for i, t := range tasks {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendTaskStub(b, t)
	}
	b = appendText(append(b, `], "first": `...), q.link("/v2/tasks"))
	b = append(b, `, "schema": "/v2/schemas/tasks"`...)
	if full {
		q = append(q, parameter{"marker", tasks[len(tasks)-1].ID})
		b = appendText(append(b, `, "next": `...), q.link("/v2/tasks"))
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(b, '}')}, nil
}

// pageOfTasks returns the tasks that a query asks for, and whether there may be
// more. Its checks have the order of Glance's.
func (a *API) pageOfTasks(q query) (page []task, full bool, err error) {
	dir, _ := q.last("sort_dir")
	if !slices.Contains([]string{"", "asc", "desc"}, dir) {
		return nil, false, dialect.ListSortDir.With(dir)
	}
	status, _ := q.last("status")
	if !slices.Contains(taskStatuses, status) {
		return nil, false, dialect.TaskStatusInvalid.With(status)
	}
	kind, _ := q.last("type")
	if !slices.Contains(taskTypes, kind) {
		return nil, false, dialect.TaskTypeInvalid.With(kind)
	}
	marker, _ := q.last("marker")
	if marker != "" && !scenarios.IsUUID(marker) {
		return nil, false, dialect.TaskMarkerMalformed
	}
	limit := defaultLimit
	if text, ok := q.last("limit"); ok {
		if limit, err = parseLimit(text); err != nil {
			return nil, false, err
		}
	}
	all := a.tasks()
	if dir == "asc" {
		slices.Reverse(all)
	}
	if marker != "" {
		at := slices.IndexFunc(all, func(t task) bool { return strings.EqualFold(t.ID, marker) })
		if at < 0 {
			return nil, false, dialect.TaskMarkerUnknown.With(marker)
		}
		all = all[at+1:]
	}
	owner, _ := q.last("owner")
	all = slices.DeleteFunc(all, func(t task) bool {
		return status != "" && t.Status != status || kind != "" && t.Type != kind || owner != "" && t.Owner != owner
	})
	all = all[:min(limit, len(all))]
	return all, len(all) > 0 && len(all) == limit, nil
}

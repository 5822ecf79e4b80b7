package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// GetImageTasks is GET /v2/images/{image_id}/tasks, for who sees the image.
func (a *API) GetImageTasks(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	img, ok := a.Images.Get(id)
	if !ok || !found(c.Caller, img) || !mayGet(c.Caller, img) {
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
	if err := mayAccessTasks(c.Caller); err != nil {
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

// DeleteTask is DELETE /v2/tasks/{task_id}, which is there only to say no.
func (a *API) DeleteTask(c *wire.Call) (wire.Reply, error) {
	if err := unreadBody(c); err != nil {
		return wire.Reply{}, err
	}
	if err := mayAccessTasks(c.Caller); err != nil {
		return wire.Reply{}, err
	}
	return wire.Reply{}, dialect.TaskNotDeleted.WithHeader("Allow", "GET")
}

// mayAccessTasks says why a caller may not use /v2/tasks: it is for admins.
func mayAccessTasks(who wire.Caller) error {
	if administers(who) {
		return nil
	}
	return dialect.NotAuthorized.With(accessTasks)
}

// A task is one of an image's, with the image it is of.
type task struct {
	registry.Task
	image *registry.Image
}

// tasks are the tasks of all images, the newest first.
func (a *API) tasks() []task {
	var all []task
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
	b = appendText(append(b, `, "image_id": `...), t.image.ID)
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

// appendImageTask appends a task as the list of an image's tasks shows it: as
// it stands in Glance's database, with other times than elsewhere.
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

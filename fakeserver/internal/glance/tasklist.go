package glance

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// What a query may ask of the tasks it lists.
var (
	taskStatuses = []string{"", "pending", "processing", "success", "failure"}
	taskTypes    = []string{"", "import"}
)

// GetTasks is GET /v2/tasks, for admins: the newest first, or as sort_dir has
// it. No other order is known here.
func (a *API) GetTasks(c *wire.Call) (wire.Reply, error) {
	if err := mayAccessTasks(c.Caller); err != nil {
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

// pageOfTasks is the tasks that a query asks for, and whether there may be more.
// Of several errors it tells the one that Glance does.
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

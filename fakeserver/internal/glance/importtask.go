package glance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The properties that Glance gives an image while it imports, and afterwards.
const (
	importTask    = "os_glance_import_task"         // the id of the task; only during the import
	importingInto = "os_glance_importing_to_stores" // the stores that do not have the data yet
	importFailure = "os_glance_failed_import"       // the stores that the import failed for
)

// runImport imports the data of an image in a task: at once, or later if that takes
// time. If the import does not fail, done puts the data in place. It may run after
// the call was answered.
func (a *API) runImport(c *wire.Call, req *importRequest, img *registry.Image, from Download, done func(*registry.Image)) {
	t := a.newTask(c, req, img)
	img.Tasks = append(slices.Clone(img.Tasks), t)
	end := func(img *registry.Image, failure string, at time.Time) { endImport(img, t.ID, req.stores, failure, at) }
	finish := func(img *registry.Image, at time.Time) {
		if from.Fails == "" {
			done(img)
		} else {
			img.Status = scenarios.Queued
		}
		end(img, from.Fails, at)
	}
	if from.Takes <= 0 {
		finish(img, c.Now)
		return
	}
	due := c.Now.Add(from.Takes)
	img.Import = &registry.Import{
		Due:    due,
		Finish: func(img *registry.Image) { finish(img, due) },
		Cancel: func(img *registry.Image, now time.Time) { end(img, importFailed, now) },
	}
	img.Status, img.UpdatedAt = scenarios.Importing, c.Now
	ownProperties(img)
	img.Properties[importTask] = t.ID
	img.Properties[importingInto] = storeNames(req.stores)
	img.Properties[importFailure] = ""
}

// taskExpiry is how long Glance keeps a finished task.
const taskExpiry = 48 * time.Hour

// newTask returns the task of an import that has just begun.
func (a *API) newTask(c *wire.Call, req *importRequest, img *registry.Image) registry.Task {
	input := appendText([]byte(`{"image_id": `), img.ID)
	input = append(append(input, `, "import_req": `...), c.Body...)
	input = append(appendTexts(append(input, `, "backend": `...), req.stores), '}')
	return registry.Task{
		ID: ids.UUID(a.Seed, ids.Task, a.tasksMade.Add(1)), Type: "api_image_import", Status: "processing",
		Owner: c.Caller.ProjectID, UserID: c.Caller.UserID, RequestID: c.RequestID,
		Input:     input,
		CreatedAt: c.Now, UpdatedAt: c.Now,
	}
}

// endImport ends the task of an import, and sets the properties that its image
// has afterwards. Failure is the message of the task if it fails; empty: it does not.
func endImport(img *registry.Image, taskID string, stores []string, failure string, at time.Time) {
	img.UpdatedAt = at
	ownProperties(img)
	delete(img.Properties, importTask)
	img.Properties[importingInto] = ""
	img.Properties[importFailure] = ""
	if failure != "" {
		img.Properties[importFailure] = storeNames(stores)
	}
	img.Tasks = slices.Clone(img.Tasks)
	for i := range img.Tasks {
		t := &img.Tasks[i]
		if t.ID != taskID {
			continue
		}
		t.UpdatedAt, t.ExpiresAt = at, at.Add(taskExpiry)
		if t.Status, t.Message = "failure", failure; failure == "" {
			t.Status, t.Message = "success", fmt.Sprintf("Copied %d MiB", img.Size>>20)
			t.Result = append(appendText([]byte(`{"image_id": `), img.ID), '}')
		}
	}
}

// storeNames returns a list of stores as Glance writes it in a property.
func storeNames(stores []string) string {
	sorted := slices.Clone(stores)
	slices.Sort(sorted)
	return strings.Join(slices.Compact(sorted), ",")
}

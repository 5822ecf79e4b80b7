package glance_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// serve returns a function that sends a request to an API and returns the answer as
// one line. vars are the names and values of the path's variables.
func serve(who wire.Caller, op scenarios.Operation, do func(*glance.API, *wire.Call) (wire.Reply, error), target, body string, vars ...string) func(*glance.API) string {
	return func(api *glance.API) string {
		req := httptest.NewRequest("GET", target, strings.NewReader(body))
		c := &wire.Call{Request: req, Address: wire.AddressOf(req), Operation: op, Caller: who, Now: now, Body: []byte(body)}
		for i := range len(vars) / 2 {
			c.Vars[i].Name, c.Vars[i].Value = vars[2*i], vars[2*i+1]
		}
		return oneLine(do(api, c))
	}
}

// newStoresAPI returns an API with images in stores, and with tasks.
func newStoresAPI() *glance.API {
	const kind = "api_image_import"
	return newAPI(
		&registry.Image{ID: "queued", Tasks: []registry.Task{
			{ID: taskC, Type: kind, Status: "processing", Owner: "alpha", UserID: "alice", CreatedAt: now, UpdatedAt: now},
		}},
		&registry.Image{ID: "one", Status: "active", Stores: []string{"fast"}},
		&registry.Image{
			ID: "two", Status: "active", Protected: true, Stores: []string{"fast", "slow"},
			Tasks: []registry.Task{
				{
					ID: taskA, Type: kind, Status: "success", Owner: "alpha", UserID: "alice", RequestID: "req-1", Message: "Copied 0 MiB",
					Input: []byte(`{"backend": ["fast"]}`), Result: []byte(`{"image_id": "two"}`),
					CreatedAt: now.Add(-2 * time.Hour), UpdatedAt: now.Add(-2 * time.Hour), ExpiresAt: now.Add(46*time.Hour + 1500*time.Microsecond),
				},
				{ID: taskB, Type: kind, Status: "failure", Owner: "beta", UserID: "bob", CreatedAt: now.Add(-time.Hour), UpdatedAt: now},
			},
		},
		&registry.Image{ID: "slower", Status: "active", Visibility: "community", Stores: []string{"slow", "third"}},
		&registry.Image{ID: "hidden", Status: "active", Visibility: "private", Stores: []string{"fast", "slow"}},
	)
}

const (
	taskA = "00000000-0000-4000-8000-00000000000a"
	taskB = "00000000-0000-4000-8000-00000000000b"
	taskC = "00000000-0000-4000-8000-00000000000c"
)

// TestStores compares with the answers of a real Glance.
func TestStores(t *testing.T) {
	t.Parallel()
	drop := func(who wire.Caller, store, image, body string) func(*glance.API) string {
		return serve(who, scenarios.DeleteImageLocation, (*glance.API).DeleteCopy, "/", body, "store_id", store, "image_id", image)
	}
	send := func(who wire.Caller, op scenarios.Operation, do func(*glance.API, *wire.Call) (wire.Reply, error)) func(*glance.API) string {
		return serve(who, op, do, "/", "")
	}
	const denied = "403 You are not authorized to complete "
	for _, tt := range []struct {
		send func(*glance.API) string
		want string
	}{
		{drop(admin, "slow", "two", ""), "204"},
		{drop(admin, "slow", "slower", ""), "204"},
		{drop(admin, "fast", "slower", ""), "404 Image slower is not stored in store fast."},
		{drop(admin, "fast", "one", ""), "403 Cannot delete image data from the only store containing it. Consider deleting the image instead."},
		{drop(admin, "slow", "one", ""), "403 Cannot delete image data from the only store"},
		{drop(admin, "fast", "queued", ""), "409 It's not allowed to remove image data from store if image status is not 'active'"},
		{drop(admin, "fast", "nosuch", ""), "404 Failed to find image nosuch"},
		{drop(admin, "nosuch", "nosuch", ""), "409 The selected store nosuch is not available on this node."},
		{drop(admin, "nosuch", "two", "{}"), "400 A body is not expected with this request."},
		{drop(alice, "slow", "two", ""), denied + "delete_image_location action."},
		{drop(rita, "slow", "two", ""), denied + "delete_image_location action."},
		{drop(bob, "slow", "two", ""), "404 Failed to find image two"},
		{drop(bob, "slow", "slower", ""), denied + "get_image_location action."},
		{drop(unscoped, "slow", "slower", ""), "404 The resource could not be found."},

		{send(unscoped, scenarios.GetStores, (*glance.API).GetStores), `200 {"stores": [{"id": "fast", "description": "fast", "default": "true"}, {"id": "slow", "description": "slow"}]}`},
		{send(admin, scenarios.StoresInfoDetail, (*glance.API).GetStoresDetail), `200 {"stores": [{"id": "fast", "description": "fast", "default": "true", "type": "file", "properties": {"data_dir": "`},
		{send(alice, scenarios.StoresInfoDetail, (*glance.API).GetStoresDetail), denied + "stores_info_detail action."},
		{send(system, scenarios.StoresInfoDetail, (*glance.API).GetStoresDetail), denied + "stores_info_detail action."},
		{send(unscoped, scenarios.GetImportMethods, (*glance.API).GetImportMethods), `200 {"import-methods": {"description": "Import methods available.", "type": "array", "value": ["glance-direct", "web-download", "copy-image"]}}`},
	} {
		check(t, tt.send(newStoresAPI()), tt.want)
	}

	api := newStoresAPI()
	check(t, drop(admin, "fast", "two", "")(api), "204")
	if img := getImage(t, api, "two"); strings.Join(img.Stores, ",") != "slow" || !img.UpdatedAt.Equal(now) {
		t.Errorf("after the deletion from fast the image is in %v, updated at %v", img.Stores, img.UpdatedAt)
	}
	check(t, drop(admin, "slow", "two", "")(api), "403 Cannot delete")
}

// TestCache compares with the answers of a real Glance, except that images are cached
// immediately.
func TestCache(t *testing.T) {
	t.Parallel()
	list := func(who wire.Caller) func(*glance.API) string {
		return serve(who, scenarios.CacheList, (*glance.API).GetCache, "/", "")
	}
	add := func(who wire.Caller, image, body string) func(*glance.API) string {
		return serve(who, scenarios.CacheImage, (*glance.API).AddToCache, "/", body, "image_id", image)
	}
	remove := func(who wire.Caller, image string) func(*glance.API) string {
		return serve(who, scenarios.CacheDelete, (*glance.API).DeleteCached, "/", "", "image_id", image)
	}
	clearCache := func(who wire.Caller, target string) func(*glance.API) string {
		return func(api *glance.API) string {
			req := httptest.NewRequest("DELETE", "/v2/cache", nil)
			req.Header.Set("x-image-cache-clear-target", target)
			return oneLine(api.DeleteCached(&wire.Call{Request: req, Address: wire.AddressOf(req), Operation: scenarios.CacheDelete, Caller: who, Now: now}))
		}
	}
	const (
		denied  = "403 You are not authorized to complete "
		nothing = `200 {"cached_images": [], "queued_images": []}`
		times   = `", "hits": 0, "last_accessed": 1717200000, "last_modified": 1717200000, "size": 0}`
	)
	api := newStoresAPI()
	for _, tt := range []struct {
		send func(*glance.API) string
		want string
	}{
		{list(admin), nothing},
		{add(admin, "two", ""), "202"},
		{add(admin, "one", ""), "202"},
		{add(admin, "two", ""), "202"},
		{add(admin, "queued", ""), "400 Only images with status active can be targeted for queueing"},
		{add(admin, "nosuch", ""), "404 Image nosuch not found."},
		{add(bob, "two", ""), "404 Image two not found."},
		{add(alice, "queued", ""), denied + "cache_image action."},
		{add(admin, "two", "{}"), "500"},
		{add(admin, "two", "{"), "400 Malformed JSON in request body."},
		{list(admin), `200 {"cached_images": [{"image_id": "one` + times + `, {"image_id": "two` + times + `], "queued_images": []}`},
		{list(alice), denied + "cache_list action."},
		{remove(alice, "two"), denied + "cache_delete action."},
		{remove(admin, "two"), "204"},
		{remove(admin, "two"), "204"},
		{remove(admin, "nosuch"), "404 Image nosuch not found."},
		{list(admin), `200 {"cached_images": [{"image_id": "one` + times + `], "queued_images": []}`},
		{clearCache(alice, ""), denied + "cache_delete action."},
		{clearCache(admin, "all"), "400 If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string."},
		{clearCache(admin, "queue"), "204"},
		{list(admin), `200 {"cached_images": [{"image_id": "one`},
		{clearCache(admin, "Cache"), "204"},
		{list(admin), nothing},
	} {
		check(t, tt.send(api), tt.want)
	}
	if img := getImage(t, api, "two"); !img.UpdatedAt.Before(now) {
		t.Error("caching counts as a change of the image")
	}
}

// TestTasks compares with the answers of a real Glance.
func TestTasks(t *testing.T) {
	t.Parallel()
	of := func(who wire.Caller, image string) func(*glance.API) string {
		return serve(who, scenarios.GetImageTasks, (*glance.API).GetImageTasks, "/", "", "image_id", image)
	}
	list := func(who wire.Caller, query string) func(*glance.API) string {
		return serve(who, scenarios.GetTasks, (*glance.API).GetTasks, "/v2/tasks?"+query, "")
	}
	show := func(who wire.Caller, id string) func(*glance.API) string {
		return serve(who, scenarios.GetTask, (*glance.API).GetTask, "/", "", "task_id", id)
	}
	remove := func(who wire.Caller, body string) func(*glance.API) string {
		return serve(who, "", (*glance.API).DeleteTask, "/", body, "task_id", taskA)
	}
	add := func(who wire.Caller, body string) func(*glance.API) string {
		return serve(who, scenarios.AddTask, (*glance.API).AddTask, "/", body)
	}
	const (
		denied = "403 You are not authorized to complete tasks_api_access action."
		stub   = `{"id": "` + taskA + `", "type": "api_image_import", "status": "success", "owner": "alpha", "created_at": "2024-05-31T22:00:00Z", "updated_at": "2024-05-31T22:00:00Z", "self": "/v2/tasks/` + taskA + `", "schema": "/v2/schemas/task", "expires_at": "2024-06-02T22:00:00Z"}`
		end    = `], "first": "/v2/tasks`
	)
	for _, tt := range []struct {
		send  func(*glance.API) string
		want  string
		parts string
	}{
		{of(alice, "one"), `200 {"tasks": []}`, ""},
		{of(rita, "two"), `200 {"tasks": [{"id": "` + taskA + `", "type": "api_image_import", "status": "success", "owner": "alpha", "expires_at": "2024-06-02T22:00:00.001500", "created_at": "2024-05-31T22:00:00.000000", "updated_at": "2024-05-31T22:00:00.000000", "deleted_at": null, "deleted": false, "image_id": "two", "request_id": "req-1", "user_id": "alice", "input": {"backend": ["fast"]}, "result": {"image_id": "two"}, "message": "Copied 0 MiB"}, {"id": "` + taskB, `"expires_at": null`},
		{of(bob, "two"), "404 The resource could not be found.", ""},
		{of(bob, "nosuch"), "404 The resource could not be found.", ""},
		{of(unscoped, "slower"), "404 The resource could not be found.", ""},

		{list(alice, ""), denied, ""},
		{list(system, ""), denied, ""},
		{list(admin, ""), `200 {"tasks": [{"id": "` + taskC, stub + end + `", "schema": "/v2/schemas/tasks"}`},
		{list(admin, "sort_dir=asc&limit=1"), `200 {"tasks": [` + stub + end + `?sort_dir=asc&limit=1", "schema": "/v2/schemas/tasks", "next": "/v2/tasks?sort_dir=asc&limit=1&marker=` + taskA + `"}`, ""},
		{list(admin, "marker="+taskB), `200 {"tasks": [` + stub + end + `", "schema"`, ""},
		{list(admin, "limit=0"), `200 {"tasks": [` + end + `?limit=0", "schema": "/v2/schemas/tasks"}`, ""},
		{list(admin, "status=success&a=b%20c"), `200 {"tasks": [` + stub + end + `?status=success&a=b+c"`, ""},
		{list(admin, "owner=nosuch"), `200 {"tasks": [` + end, ""},
		{list(admin, "type=import"), `200 {"tasks": [` + end, ""},
		{list(admin, "limit=x"), "400 limit param must be an integer", ""},
		{list(admin, "limit=-1"), "400 limit param must be positive", ""},
		{list(admin, "sort_dir=up"), "400 Invalid sort direction: up", ""},
		{list(admin, "status=foo"), "400 Invalid status value: foo", ""},
		{list(admin, "type=foo"), "400 Invalid type value: foo", ""},
		{list(admin, "marker=abc"), "400 Invalid marker format", ""},
		{list(admin, "marker=00000000-0000-4000-8000-000000000000"), "400 Task with the given id 00000000-0000-4000-8000-000000000000 was not found", ""},

		{show(alice, taskA), denied, ""},
		{show(admin, "nosuch"), "404 Could not find task nosuch", ""},
		{show(admin, taskA), `200 {"id": "` + taskA + `", "input": {"backend": ["fast"]}, "type": "api_image_import", "status": "success", "owner": "alpha", "message": "Copied 0 MiB", "result": {"image_id": "two"}, "created_at": "2024-05-31T22:00:00Z", "updated_at": "2024-05-31T22:00:00Z", "self": "/v2/tasks/` + taskA + `", "schema": "/v2/schemas/task", "image_id": "two", "request_id": "req-1", "user_id": "alice", "expires_at": "2024-06-02T22:00:00Z"}`, ""},
		{show(admin, taskC), `200 {"id": "` + taskC + `", "input": null`, `"image_id": "queued", "user_id": "alice"}`},

		{remove(alice, ""), denied, ""},
		{remove(admin, ""), "405 This operation is currently not permitted on Glance Tasks.", ""},
		{remove(admin, "{}"), "500", ""},

		{add(alice, ""), denied, ""},
		{add(admin, ""), "400 Body expected in request.", ""},
		{add(admin, "x"), "400 Malformed JSON in request body.", ""},
		{add(admin, "[]"), "400 Task 'type' is required", ""},
		{add(admin, `{"type": "import"}`), "400 Task 'input' is required", ""},
		{add(admin, `{"type": "foo", "input": {}}`), "400 Provided object does not match schema 'task': 'foo' is not one of ['import', 'api_image_import']", ""},
		{add(admin, `{"type": "import", "input": {}}`), "400 Invalid location: None", ""},
		{add(admin, `{"type": "import", "input": {"import_from": "file:///etc/x"}}`), "400 File based imports are not allowed. Please use a non-local source of image data.", ""},
	} {
		check(t, tt.send(newStoresAPI()), tt.want, tt.parts)
	}
}

// TestHealthcheck compares with the answers of a real Glance.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"":                                wire.TypePlain,
		"*/*":                             wire.TypePlain,
		"image/png":                       wire.TypePlain,
		"no list":                         wire.TypePlain,
		"text/html":                       wire.TypeHTML,
		"text/plain;q=0.5, application/*": wire.TypeJSON,
	} {
		req := httptest.NewRequest("GET", "/healthcheck", nil)
		req.Header.Set("Accept", accept)
		rep, err := new(glance.API).GetHealthcheck(&wire.Call{Request: req, Address: wire.AddressOf(req)})
		if err != nil || rep.Status != 200 || rep.ContentType != want || !strings.Contains(string(rep.Body), "OK") {
			t.Errorf("Accept: %q gives %d, %q: %s, %v; want %q", accept, rep.Status, rep.ContentType, rep.Body, err, want)
		}
	}
}

package fakeserver

import (
	"net/http"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A route is one row of the table of routes: what a client may ask for.
type route struct {
	operation    scenarios.Operation
	method, path string
	do           handler
	access       access
}

// A handler does one operation in a world.
type handler func(*world, *wire.Call) (wire.Reply, error)

// access is who may come as far as the handler.
type access int

const (
	withToken access = iota // whose token holds
	uploader                // the same; the handler reads the body, which may be large
	anybody                 // the handler looks for itself
)

// routes is the table of routes, those first that clients call most. Paths are
// as route.go leaves them: the version prefix is /v2, Keystone is below /identity.
var routes = []route{
	{scenarios.GetImage, "GET", "/v2/images/{image_id}", image((*glance.API).GetImage), withToken},
	{scenarios.ModifyImage, "PATCH", "/v2/images/{image_id}", image((*glance.API).ModifyImage), withToken},
	{scenarios.DeleteImage, "DELETE", "/v2/images/{image_id}", image((*glance.API).DeleteImage), withToken},
	{scenarios.GetImages, "GET", "/v2/images", image((*glance.API).GetImages), withToken},
	{scenarios.GetImages, "GET", cloudImages, image((*glance.API).GetCloudImages), withToken},
	{scenarios.AddImage, "POST", "/v2/images", image((*glance.API).AddImage), withToken},

	{scenarios.DownloadImage, "GET", "/v2/images/{image_id}/file", image((*glance.API).DownloadImage), withToken},
	{scenarios.UploadImage, "PUT", "/v2/images/{image_id}/file", image((*glance.API).UploadImage), uploader},
	{scenarios.StageImage, "PUT", "/v2/images/{image_id}/stage", image((*glance.API).StageImage), uploader},
	{scenarios.ImportImage, "POST", "/v2/images/{image_id}/import", image((*glance.API).ImportImage), withToken},
	{scenarios.Deactivate, "POST", "/v2/images/{image_id}/actions/deactivate", image((*glance.API).Deactivate), withToken},
	{scenarios.Reactivate, "POST", "/v2/images/{image_id}/actions/reactivate", image((*glance.API).Reactivate), withToken},

	{scenarios.GetMembers, "GET", "/v2/images/{image_id}/members", image((*glance.API).GetMembers), withToken},
	{scenarios.AddMember, "POST", "/v2/images/{image_id}/members", image((*glance.API).AddMember), withToken},
	{scenarios.GetMember, "GET", "/v2/images/{image_id}/members/{member_id}", image((*glance.API).GetMember), withToken},
	{scenarios.ModifyMember, "PUT", "/v2/images/{image_id}/members/{member_id}", image((*glance.API).ModifyMember), withToken},
	{scenarios.DeleteMember, "DELETE", "/v2/images/{image_id}/members/{member_id}", image((*glance.API).DeleteMember), withToken},
	{scenarios.AddImageTag, "PUT", "/v2/images/{image_id}/tags/{tag}", image((*glance.API).AddTag), withToken},
	{scenarios.DeleteImageTag, "DELETE", "/v2/images/{image_id}/tags/{tag}", image((*glance.API).DeleteTag), withToken},

	{scenarios.GetSchema, "GET", "/v2/schemas/image", image((*glance.API).GetImageSchema), withToken},
	{scenarios.GetSchema, "GET", "/v2/schemas/images", image((*glance.API).GetImagesSchema), withToken},
	{scenarios.GetSchema, "GET", "/v2/schemas/member", image((*glance.API).GetMemberSchema), withToken},
	{scenarios.GetSchema, "GET", "/v2/schemas/members", image((*glance.API).GetMembersSchema), withToken},
	{scenarios.GetSchema, "GET", "/v2/schemas/task", image((*glance.API).GetTaskSchema), withToken},
	{scenarios.GetSchema, "GET", "/v2/schemas/tasks", image((*glance.API).GetTasksSchema), withToken},

	{scenarios.GetImageTasks, "GET", "/v2/images/{image_id}/tasks", image((*glance.API).GetImageTasks), withToken},
	{scenarios.GetTasks, "GET", "/v2/tasks", image((*glance.API).GetTasks), withToken},
	{scenarios.AddTask, "POST", "/v2/tasks", image((*glance.API).AddTask), withToken},
	{scenarios.GetTask, "GET", "/v2/tasks/{task_id}", image((*glance.API).GetTask), withToken},
	{scenarios.DeleteTask, "DELETE", "/v2/tasks/{task_id}", image((*glance.API).DeleteTask), withToken},

	{scenarios.GetImportMethods, "GET", "/v2/info/import", image((*glance.API).GetImportMethods), withToken},
	{scenarios.GetStores, "GET", "/v2/info/stores", image((*glance.API).GetStores), withToken},
	{scenarios.StoresInfoDetail, "GET", "/v2/info/stores/detail", image((*glance.API).GetStoresDetail), withToken},
	{scenarios.GetUsage, "GET", "/v2/info/usage", image((*glance.API).GetUsage), withToken},
	{scenarios.DeleteImageLocation, "DELETE", "/v2/stores/{store_id}/{image_id}", image((*glance.API).DeleteCopy), withToken},

	{scenarios.CacheList, "GET", "/v2/cache", image((*glance.API).GetCache), withToken},
	{scenarios.CacheDelete, "DELETE", "/v2/cache", image((*glance.API).ClearCache), withToken},
	{scenarios.CacheDelete, "DELETE", "/v2/cache/{image_id}", image((*glance.API).DeleteFromCache), withToken},
	{scenarios.CacheImage, "PUT", "/v2/cache/{image_id}", image((*glance.API).AddToCache), withToken},

	{scenarios.GetVersions, anyMethod, "/", image((*glance.API).Choices), anybody},
	{scenarios.GetVersions, anyMethod, "/versions", image((*glance.API).GetVersions), anybody},
	{scenarios.GetVersions, anyMethod, "/v2", image((*glance.API).GetPrefix), withToken},
	{scenarios.Healthcheck, anyMethod, "/healthcheck", image((*glance.API).GetHealthcheck), anybody},

	{scenarios.GetIdentity, "GET", "/identity", identity((*keystone.API).GetVersions), anybody},
	{scenarios.GetIdentity, "GET", "/identity/v3", identity((*keystone.API).GetVersion), anybody},
	{scenarios.Healthcheck, "GET", "/identity/healthcheck", identity((*keystone.API).GetHealthcheck), anybody},
	{scenarios.CreateToken, "POST", "/identity/v3/auth/tokens", identity((*keystone.API).CreateToken), anybody},
	{scenarios.ValidateToken, "GET", "/identity/v3/auth/tokens", identity((*keystone.API).ValidateToken), anybody},
	{scenarios.RevokeToken, "DELETE", "/identity/v3/auth/tokens", identity((*keystone.API).RevokeToken), anybody},
	{scenarios.GetAuthCatalog, "GET", "/identity/v3/auth/catalog", identity((*keystone.API).GetAuthCatalog), anybody},
	{scenarios.GetAuthProjects, "GET", "/identity/v3/auth/projects", identity((*keystone.API).GetAuthProjects), anybody},
	{scenarios.GetAuthDomains, "GET", "/identity/v3/auth/domains", identity((*keystone.API).GetAuthDomains), anybody},
	{scenarios.GetAuthSystem, "GET", "/identity/v3/auth/system", identity((*keystone.API).GetAuthSystem), anybody},
	{scenarios.ListProjects, "GET", "/identity/v3/projects", identity((*keystone.API).ListProjects), anybody},
	{scenarios.GetProject, "GET", "/identity/v3/projects/{project_id}", identity((*keystone.API).GetProject), anybody},
	{scenarios.ListDomains, "GET", "/identity/v3/domains", identity((*keystone.API).ListDomains), anybody},
	{scenarios.GetDomain, "GET", "/identity/v3/domains/{domain_id}", identity((*keystone.API).GetDomain), anybody},
	{scenarios.ListUsers, "GET", "/identity/v3/users", identity((*keystone.API).ListUsers), anybody},
	{scenarios.GetUser, "GET", "/identity/v3/users/{user_id}", identity((*keystone.API).GetUser), anybody},
	{scenarios.ListUserProjects, "GET", "/identity/v3/users/{user_id}/projects", identity((*keystone.API).ListUserProjects), anybody},
	{scenarios.ListApplicationCredentials, "GET", "/identity/v3/users/{user_id}/application_credentials", identity((*keystone.API).ListApplicationCredentials), anybody},
	{scenarios.CreateApplicationCredential, "POST", "/identity/v3/users/{user_id}/application_credentials", identity((*keystone.API).CreateApplicationCredential), anybody},
	{scenarios.GetApplicationCredential, "GET", "/identity/v3/users/{user_id}/application_credentials/{application_credential_id}", identity((*keystone.API).GetApplicationCredential), anybody},
	{scenarios.DeleteApplicationCredential, "DELETE", "/identity/v3/users/{user_id}/application_credentials/{application_credential_id}", identity((*keystone.API).DeleteApplicationCredential), anybody},
}

func image(do func(*glance.API, *wire.Call) (wire.Reply, error)) handler {
	return func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.glance, c) }
}

func identity(do func(*keystone.API, *wire.Call) (wire.Reply, error)) handler {
	return func(w *world, c *wire.Call) (wire.Reply, error) { return do(w.keystone, c) }
}

// routing is the router of the table, made when the first server needs it.
var routing = sync.OnceValue(func() *router[*route] {
	var rows []*route
	for i := range routes {
		row := &routes[i]
		rows = append(rows, row)
		if row.method == http.MethodGet && strings.HasPrefix(row.path, "/identity") {
			head := *row // Keystone has it for all that it shows, Glance for nothing
			head.method = http.MethodHead
			rows = append(rows, &head)
		}
	}
	return newRouter(rows, func(r *route) (string, string) { return r.method, r.path })
})

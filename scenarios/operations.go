package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// An Operation is a kind of call that clients make. Its name is that of the policy
// that Glance or Keystone applies to it, if there is one.
type Operation string

// The operations of the image API, then those of Keystone.
const (
	DeleteImage         Operation = "delete_image"
	GetImage            Operation = "get_image"
	GetImages           Operation = "get_images"
	AddImage            Operation = "add_image"
	ModifyImage         Operation = "modify_image"
	UploadImage         Operation = "upload_image"
	DownloadImage       Operation = "download_image"
	StageImage          Operation = "stage_image"  // PUT /v2/images/{image_id}/stage: Glance has no policy for it
	ImportImage         Operation = "import_image" // POST /v2/images/{image_id}/import: Glance has no policy for it
	Deactivate          Operation = "deactivate"
	Reactivate          Operation = "reactivate"
	AddMember           Operation = "add_member"
	GetMember           Operation = "get_member"
	GetMembers          Operation = "get_members"
	ModifyMember        Operation = "modify_member"
	DeleteMember        Operation = "delete_member"
	AddImageTag         Operation = "add_image_tag" // Glance applies the policy modify_image to this and the next one
	DeleteImageTag      Operation = "delete_image_tag"
	GetImageTags        Operation = "get_image_tags" // this and the next three are of the vendors: tags with a key and a value
	ModifyImageTags     Operation = "modify_image_tags"
	GetTags             Operation = "get_tags" // of all images
	GetImagesByTags     Operation = "get_images_by_tags"
	AddCloudImage       Operation = "add_cloud_image" // this and the next four are of the vendors: calls that a job carries out, and the job
	AddMembers          Operation = "add_members"     // of several images, as in the next two
	ModifyMembers       Operation = "modify_members"
	DeleteMembers       Operation = "delete_members"
	GetJob              Operation = "get_job"
	DeleteImageLocation Operation = "delete_image_location" // DELETE /v2/stores/{store_id}/{image_id}: one copy of the data
	GetTasks            Operation = "get_tasks"
	GetTask             Operation = "get_task"
	AddTask             Operation = "add_task"
	DeleteTask          Operation = "delete_task"     // Glance never allows it
	GetImageTasks       Operation = "get_image_tasks" // GET /v2/images/{image_id}/tasks
	CacheList           Operation = "cache_list"
	CacheImage          Operation = "cache_image"
	CacheDelete         Operation = "cache_delete"
	GetSchema           Operation = "get_schema" // schemas, stores and import methods have no policy
	GetStores           Operation = "get_stores"
	GetUsage            Operation = "get_usage"
	StoresInfoDetail    Operation = "stores_info_detail"
	GetImportMethods    Operation = "get_import_methods"
	GetVersions         Operation = "get_versions" // GET /, /versions and /v2
	Healthcheck         Operation = "healthcheck"

	CreateToken                 Operation = "create_token"
	ValidateToken               Operation = "validate_token"
	RevokeToken                 Operation = "revoke_token"
	GetAuthProjects             Operation = "get_auth_projects"
	GetAuthDomains              Operation = "get_auth_domains"
	GetAuthSystem               Operation = "get_auth_system"
	GetAuthCatalog              Operation = "get_auth_catalog"
	ListProjects                Operation = "list_projects"
	GetProject                  Operation = "get_project"
	ListDomains                 Operation = "list_domains"
	GetDomain                   Operation = "get_domain"
	ListUsers                   Operation = "list_users"
	GetUser                     Operation = "get_user"
	ListUserProjects            Operation = "list_user_projects"
	CreateApplicationCredential Operation = "create_application_credential"
	ListApplicationCredentials  Operation = "list_application_credentials"
	GetApplicationCredential    Operation = "get_application_credential"
	DeleteApplicationCredential Operation = "delete_application_credential"
	GetIdentity                 Operation = "get_identity" // GET /identity and /identity/v3: Keystone has no policy for it
)

// Access says how an endpoint treats the caller's token.
type Access int

const (
	NeedsToken  Access = iota // without a valid token the answer is 401, whatever the request is
	ChecksToken               // the operation itself checks the token, as all of Keystone's do
	Anybody                   // no token is looked at
)

// AnyMethod is the method of an endpoint that accepts all methods.
const AnyMethod = "any"

// An Endpoint is a method and a path that clients can call: a row of the table
// that routing, validation and documentation are made from.
type Endpoint struct {
	Operation    Operation
	Method       string // an HTTP method, or AnyMethod
	Path         string // with variables in braces: /v2/images/{image_id}
	Access       Access // zero: NeedsToken
	Streams      bool   // true: the operation reads the body itself, because it can be large
	DeletesImage bool   // true: a successful call deletes the image in the path
	ChangesNone  bool   // true: a call changes nothing, although its method is one of those that do
	Vendor       bool   // true: only the clouds of vendors have it, not OpenStack's own Glance
	OnlyMethod   bool   // true: with another method the path does not exist (404); false: the method is not allowed (405)
}

// Changes reports whether a call of the endpoint can change something, so that it matters
// whether its work was done.
func (e Endpoint) Changes() bool {
	return e.Method != "GET" && e.Method != AnyMethod && !e.ChangesNone
}

// HasImage reports whether calls of the endpoint are about one image, whose id is
// in the path.
func (e Endpoint) HasImage() bool { return strings.Contains(e.Path, "{image_id}") }

// endpoints is the table of endpoints: first those of the image API, beginning with
// the ones that clients call most, then those of Keystone.
var endpoints = []Endpoint{
	{Operation: GetImage, Method: "GET", Path: "/v2/images/{image_id}", Access: NeedsToken},
	{Operation: ModifyImage, Method: "PATCH", Path: "/v2/images/{image_id}", Access: NeedsToken},
	{Operation: DeleteImage, Method: "DELETE", Path: "/v2/images/{image_id}", Access: NeedsToken, DeletesImage: true},
	{Operation: GetImages, Method: "GET", Path: "/v2/images", Access: NeedsToken},
	{Operation: GetImages, Method: "GET", Path: "/v2/cloudimages", Access: NeedsToken, Vendor: true},
	{Operation: AddImage, Method: "POST", Path: "/v2/images", Access: NeedsToken},
	{Operation: DownloadImage, Method: "GET", Path: "/v2/images/{image_id}/file", Access: NeedsToken},
	{Operation: UploadImage, Method: "PUT", Path: "/v2/images/{image_id}/file", Access: NeedsToken, Streams: true},
	{Operation: StageImage, Method: "PUT", Path: "/v2/images/{image_id}/stage", Access: NeedsToken, Streams: true},
	{Operation: ImportImage, Method: "POST", Path: "/v2/images/{image_id}/import", Access: NeedsToken},
	{Operation: Deactivate, Method: "POST", Path: "/v2/images/{image_id}/actions/deactivate", Access: NeedsToken},
	{Operation: Reactivate, Method: "POST", Path: "/v2/images/{image_id}/actions/reactivate", Access: NeedsToken},
	{Operation: GetMembers, Method: "GET", Path: "/v2/images/{image_id}/members", Access: NeedsToken},
	{Operation: AddMember, Method: "POST", Path: "/v2/images/{image_id}/members", Access: NeedsToken},
	{Operation: GetMember, Method: "GET", Path: "/v2/images/{image_id}/members/{member_id}", Access: NeedsToken},
	{Operation: ModifyMember, Method: "PUT", Path: "/v2/images/{image_id}/members/{member_id}", Access: NeedsToken},
	{Operation: DeleteMember, Method: "DELETE", Path: "/v2/images/{image_id}/members/{member_id}", Access: NeedsToken},
	{Operation: AddImageTag, Method: "PUT", Path: "/v2/images/{image_id}/tags/{tag}", Access: NeedsToken},
	{Operation: DeleteImageTag, Method: "DELETE", Path: "/v2/images/{image_id}/tags/{tag}", Access: NeedsToken},
	{Operation: AddCloudImage, Method: "POST", Path: "/v2/cloudimages/action", Access: NeedsToken, Vendor: true},
	{Operation: AddCloudImage, Method: "POST", Path: "/v2/cloudimages/quickimport/action", Access: NeedsToken, Vendor: true},
	{Operation: AddCloudImage, Method: "POST", Path: "/v1/cloudimages/action", Access: NeedsToken, Vendor: true},
	{Operation: AddCloudImage, Method: "POST", Path: "/v1/cloudimages/dataimages/action", Access: NeedsToken, Vendor: true},
	{Operation: AddMembers, Method: "POST", Path: "/v1/cloudimages/members", Access: NeedsToken, Vendor: true},
	{Operation: ModifyMembers, Method: "PUT", Path: "/v1/cloudimages/members", Access: NeedsToken, Vendor: true},
	{Operation: DeleteMembers, Method: "DELETE", Path: "/v1/cloudimages/members", Access: NeedsToken, Vendor: true},
	{Operation: GetJob, Method: "GET", Path: "/v1/{project_id}/jobs/{job_id}", Access: NeedsToken, Vendor: true},
	{Operation: ModifyImage, Method: "PATCH", Path: "/v2/cloudimages/{image_id}", Access: NeedsToken, Vendor: true},
	{Operation: GetImageTags, Method: "GET", Path: "/v2/{project_id}/images/{image_id}/tags", Access: NeedsToken, Vendor: true},
	{Operation: AddImageTag, Method: "POST", Path: "/v2/{project_id}/images/{image_id}/tags", Access: NeedsToken, Vendor: true},
	{Operation: ModifyImageTags, Method: "POST", Path: "/v2/{project_id}/images/{image_id}/tags/action", Access: NeedsToken, Vendor: true},
	{Operation: DeleteImageTag, Method: "DELETE", Path: "/v2/{project_id}/images/{image_id}/tags/{key}", Access: NeedsToken, Vendor: true},
	{Operation: GetTags, Method: "GET", Path: "/v2/{project_id}/images/tags", Access: NeedsToken, Vendor: true},
	{Operation: GetTags, Method: "GET", Path: "/v1/cloudimages/tags", Access: NeedsToken, Vendor: true},
	{Operation: AddImageTag, Method: "PUT", Path: "/v1/cloudimages/tags", Access: NeedsToken, Vendor: true},
	{Operation: ModifyImageTags, Method: "DELETE", Path: "/v1/{project_id}/cloudimages/{image_id}/tags/delete", Access: NeedsToken, Vendor: true},
	{Operation: GetImagesByTags, Method: "POST", Path: "/v2/{project_id}/images/resource_instances/action", Access: NeedsToken, ChangesNone: true, Vendor: true},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/image", Access: NeedsToken},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/images", Access: NeedsToken},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/member", Access: NeedsToken},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/members", Access: NeedsToken},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/task", Access: NeedsToken},
	{Operation: GetSchema, Method: "GET", Path: "/v2/schemas/tasks", Access: NeedsToken},
	{Operation: GetImageTasks, Method: "GET", Path: "/v2/images/{image_id}/tasks", Access: NeedsToken, OnlyMethod: true},
	{Operation: GetTasks, Method: "GET", Path: "/v2/tasks", Access: NeedsToken},
	{Operation: AddTask, Method: "POST", Path: "/v2/tasks", Access: NeedsToken},
	{Operation: GetTask, Method: "GET", Path: "/v2/tasks/{task_id}", Access: NeedsToken},
	{Operation: DeleteTask, Method: "DELETE", Path: "/v2/tasks/{task_id}", Access: NeedsToken, ChangesNone: true},
	{Operation: GetImportMethods, Method: "GET", Path: "/v2/info/import", Access: NeedsToken},
	{Operation: GetStores, Method: "GET", Path: "/v2/info/stores", Access: NeedsToken},
	{Operation: StoresInfoDetail, Method: "GET", Path: "/v2/info/stores/detail", Access: NeedsToken},
	{Operation: GetUsage, Method: "GET", Path: "/v2/info/usage", Access: NeedsToken, OnlyMethod: true},
	{Operation: DeleteImageLocation, Method: "DELETE", Path: "/v2/stores/{store_id}/{image_id}", Access: NeedsToken},
	{Operation: CacheList, Method: "GET", Path: "/v2/cache", Access: NeedsToken},
	{Operation: CacheDelete, Method: "DELETE", Path: "/v2/cache", Access: NeedsToken},
	{Operation: CacheDelete, Method: "DELETE", Path: "/v2/cache/{image_id}", Access: NeedsToken},
	{Operation: CacheImage, Method: "PUT", Path: "/v2/cache/{image_id}", Access: NeedsToken},
	{Operation: GetVersions, Method: AnyMethod, Path: "/", Access: Anybody},
	{Operation: GetVersions, Method: AnyMethod, Path: "/versions", Access: Anybody},
	{Operation: GetVersions, Method: AnyMethod, Path: "/v2", Access: NeedsToken},
	{Operation: Healthcheck, Method: AnyMethod, Path: "/healthcheck", Access: Anybody},
	{Operation: GetIdentity, Method: "GET", Path: "/identity", Access: Anybody},
	{Operation: GetIdentity, Method: "GET", Path: "/identity/v3", Access: Anybody},
	{Operation: Healthcheck, Method: "GET", Path: "/identity/healthcheck", Access: Anybody},
	{Operation: CreateToken, Method: "POST", Path: "/identity/v3/auth/tokens", Access: Anybody},
	{Operation: ValidateToken, Method: "GET", Path: "/identity/v3/auth/tokens", Access: ChecksToken},
	{Operation: RevokeToken, Method: "DELETE", Path: "/identity/v3/auth/tokens", Access: ChecksToken},
	{Operation: GetAuthCatalog, Method: "GET", Path: "/identity/v3/auth/catalog", Access: ChecksToken},
	{Operation: GetAuthProjects, Method: "GET", Path: "/identity/v3/auth/projects", Access: ChecksToken},
	{Operation: GetAuthDomains, Method: "GET", Path: "/identity/v3/auth/domains", Access: ChecksToken},
	{Operation: GetAuthSystem, Method: "GET", Path: "/identity/v3/auth/system", Access: ChecksToken},
	{Operation: ListProjects, Method: "GET", Path: "/identity/v3/projects", Access: ChecksToken},
	{Operation: GetProject, Method: "GET", Path: "/identity/v3/projects/{project_id}", Access: ChecksToken},
	{Operation: ListDomains, Method: "GET", Path: "/identity/v3/domains", Access: ChecksToken},
	{Operation: GetDomain, Method: "GET", Path: "/identity/v3/domains/{domain_id}", Access: ChecksToken},
	{Operation: ListUsers, Method: "GET", Path: "/identity/v3/users", Access: ChecksToken},
	{Operation: GetUser, Method: "GET", Path: "/identity/v3/users/{user_id}", Access: ChecksToken},
	{Operation: ListUserProjects, Method: "GET", Path: "/identity/v3/users/{user_id}/projects", Access: ChecksToken},
	{Operation: ListApplicationCredentials, Method: "GET", Path: "/identity/v3/users/{user_id}/application_credentials", Access: ChecksToken},
	{Operation: CreateApplicationCredential, Method: "POST", Path: "/identity/v3/users/{user_id}/application_credentials", Access: ChecksToken},
	{Operation: GetApplicationCredential, Method: "GET", Path: "/identity/v3/users/{user_id}/application_credentials/{application_credential_id}", Access: ChecksToken},
	{Operation: DeleteApplicationCredential, Method: "DELETE", Path: "/identity/v3/users/{user_id}/application_credentials/{application_credential_id}", Access: ChecksToken},
}

// Endpoints returns all endpoints: first those of the image API, beginning with the
// ones that clients call most, then those of Keystone.
func Endpoints() []Endpoint { return slices.Clone(endpoints) }

// Validate returns an error that suggests a similar operation if there is none of
// this name.
func (o Operation) Validate() error {
	all := Operations()
	if slices.Contains(all, o) {
		return nil
	}
	words := make([]string, len(all))
	for i, known := range all {
		words[i] = string(known)
	}
	return fmt.Errorf("unknown operation %q %s", o, codec.Choice(string(o), words))
}

// Operations returns all operations, in the order of their endpoints.
func Operations() []Operation {
	var all []Operation
	for _, e := range endpoints {
		if !slices.Contains(all, e.Operation) {
			all = append(all, e.Operation)
		}
	}
	return all
}

// TakesImage reports whether a call of the operation can be about one image. A
// fault that matches an image is only possible then.
func (o Operation) TakesImage() bool { return o.any(Endpoint.HasImage) }

// HasCaller reports whether a token is looked at in some call of the operation, so
// that the user and the project of the caller can be known.
func (o Operation) HasCaller() bool {
	return o.any(func(e Endpoint) bool { return e.Access != Anybody })
}

// Changes reports whether a call of the operation can change something.
func (o Operation) Changes() bool { return o.any(Endpoint.Changes) }

// Deletes reports whether a call of the operation can delete an image.
func (o Operation) Deletes() bool { return o.any(func(e Endpoint) bool { return e.DeletesImage }) }

// HasImage reports whether calls of the operation are about one image.
func (o Operation) HasImage() bool { return o.any(Endpoint.HasImage) }

// IsProbe reports whether calls of the operation only ask whether the service is up,
// as load balancers and orchestrators do. Faults and limits match them only where
// they name the operation.
func (o Operation) IsProbe() bool { return o == Healthcheck }

// any reports whether something is true of at least one of the operation's endpoints.
func (o Operation) any(is func(Endpoint) bool) bool {
	return slices.ContainsFunc(endpoints, func(e Endpoint) bool { return e.Operation == o && is(e) })
}

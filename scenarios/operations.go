package scenarios

// An Operation is one thing a client can ask for, under the name that Glance's
// and Keystone's own policies give it.
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
	StageImage          Operation = "stage_image"  // PUT /v2/images/{image_id}/stage: no policy of Glance's names it
	ImportImage         Operation = "import_image" // POST /v2/images/{image_id}/import: no policy of Glance's names it
	Deactivate          Operation = "deactivate"
	Reactivate          Operation = "reactivate"
	AddMember           Operation = "add_member"
	GetMember           Operation = "get_member"
	GetMembers          Operation = "get_members"
	ModifyMember        Operation = "modify_member"
	DeleteMember        Operation = "delete_member"
	AddImageTag         Operation = "add_image_tag" // Glance asks its policy modify_image here and in the next
	DeleteImageTag      Operation = "delete_image_tag"
	DeleteImageLocation Operation = "delete_image_location" // DELETE /v2/stores/{store_id}/{image_id}: one copy of the data
	GetTasks            Operation = "get_tasks"
	GetTask             Operation = "get_task"
	AddTask             Operation = "add_task"
	DeleteTask          Operation = "delete_task"     // which Glance does for nobody
	GetImageTasks       Operation = "get_image_tasks" // GET /v2/images/{image_id}/tasks
	CacheList           Operation = "cache_list"
	CacheImage          Operation = "cache_image"
	CacheDelete         Operation = "cache_delete"
	GetSchema           Operation = "get_schema" // the schemas, the stores and the import methods have no policy
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
	GetIdentity                 Operation = "get_identity" // GET /identity and /identity/v3: no policy of Keystone's names it
)

// What there is to know of an operation.
const (
	takesImage = 1 << iota // it is about one image
	hasCaller              // it is called with a token
	deletes                // it may delete the image
)

// operations is the one table of them, in the order in which they are listed.
var operations = []struct {
	name  Operation
	facts int
}{
	{DeleteImage, takesImage | hasCaller | deletes},
	{GetImage, takesImage | hasCaller},
	{GetImages, hasCaller},
	{AddImage, hasCaller},
	{ModifyImage, takesImage | hasCaller},
	{UploadImage, takesImage | hasCaller},
	{DownloadImage, takesImage | hasCaller},
	{StageImage, takesImage | hasCaller},
	{ImportImage, takesImage | hasCaller},
	{Deactivate, takesImage | hasCaller},
	{Reactivate, takesImage | hasCaller},
	{AddMember, takesImage | hasCaller},
	{GetMember, takesImage | hasCaller},
	{GetMembers, takesImage | hasCaller},
	{ModifyMember, takesImage | hasCaller},
	{DeleteMember, takesImage | hasCaller},
	{AddImageTag, takesImage | hasCaller},
	{DeleteImageTag, takesImage | hasCaller},
	{DeleteImageLocation, takesImage | hasCaller},
	{GetTasks, hasCaller},
	{GetTask, hasCaller},
	{AddTask, hasCaller},
	{DeleteTask, hasCaller},
	{GetImageTasks, takesImage | hasCaller},
	{CacheList, hasCaller},
	{CacheImage, takesImage | hasCaller},
	{CacheDelete, hasCaller},
	{GetSchema, hasCaller},
	{GetStores, hasCaller},
	{GetUsage, hasCaller},
	{StoresInfoDetail, hasCaller},
	{GetImportMethods, hasCaller},
	{GetVersions, 0},
	{Healthcheck, 0},
	{CreateToken, 0},
	{ValidateToken, hasCaller},
	{RevokeToken, hasCaller},
	{GetAuthProjects, hasCaller},
	{GetAuthDomains, hasCaller},
	{GetAuthSystem, hasCaller},
	{GetAuthCatalog, hasCaller},
	{ListProjects, hasCaller},
	{GetProject, hasCaller},
	{ListDomains, hasCaller},
	{GetDomain, hasCaller},
	{ListUsers, hasCaller},
	{GetUser, hasCaller},
	{ListUserProjects, hasCaller},
	{CreateApplicationCredential, hasCaller},
	{ListApplicationCredentials, hasCaller},
	{GetApplicationCredential, hasCaller},
	{DeleteApplicationCredential, hasCaller},
	{GetIdentity, 0},
}

// Operations returns all operations, those of the image API first.
func Operations() []Operation {
	all := make([]Operation, len(operations))
	for i, op := range operations {
		all[i] = op.name
	}
	return all
}

// TakesImage reports whether the operation is about one image.
func (o Operation) TakesImage() bool { return o.is(takesImage) }

// HasCaller reports whether the operation is called with a token, so that its
// user and project are known.
func (o Operation) HasCaller() bool { return o.is(hasCaller) }

// Deletes reports whether the operation may delete an image.
func (o Operation) Deletes() bool { return o.is(deletes) }

func (o Operation) is(fact int) bool {
	for _, op := range operations {
		if op.name == o {
			return op.facts&fact != 0
		}
	}
	return false
}

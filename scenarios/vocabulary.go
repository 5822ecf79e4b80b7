package scenarios

import (
	"crypto/md5"
	"encoding/hex"
	"reflect"
	"strings"
)

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
	GetImageTasks       Operation = "get_image_tasks" // GET /v2/images/{image_id}/tasks
	CacheList           Operation = "cache_list"
	CacheImage          Operation = "cache_image"
	CacheDelete         Operation = "cache_delete"
	GetSchema           Operation = "get_schema" // the schemas, the stores and the import methods have no policy
	GetStores           Operation = "get_stores"
	StoresInfoDetail    Operation = "stores_info_detail"
	GetImportMethods    Operation = "get_import_methods"
	GetVersions         Operation = "get_versions" // GET / and /versions
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
	{GetImageTasks, takesImage | hasCaller},
	{CacheList, hasCaller},
	{CacheImage, takesImage | hasCaller},
	{CacheDelete, hasCaller},
	{GetSchema, hasCaller},
	{GetStores, hasCaller},
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

// A Dialect is a service's way of answering. Empty means Native.
type Dialect string

const (
	Native Dialect = "native" // the OpenStack-native API of Huawei Cloud and Open Telekom Cloud: errors in JSON, a malformed id is 400
	Glance Dialect = "glance" // upstream OpenStack, as recorded from a real Glance
	IMS    Dialect = "ims"    // as Native, with IMS's own error codes
)

// A Hop is a station on a request's way that may answer in the service's stead.
// Empty means Service.
type Hop string

const (
	Service Hop = "service" // the image service itself, in its dialect
	Gateway Hop = "gateway" // Huawei's API gateway: error_code APIGW.nnnn
	IAM     Hop = "iam"     // Keystone's middleware: an error object with a numeric code
	LB      Hop = "lb"      // a load balancer: a small HTML page
)

// A Drop ends the connection instead of answering in full. Empty means none.
type Drop string

const (
	Reset    Drop = "reset"    // RST: "connection reset by peer"
	Close    Drop = "close"    // FIN before any byte of the answer
	Truncate Drop = "truncate" // half the body; of an answer without one, half the header
	Hang     Drop = "hang"     // no answer until the client gives up or the server stops
)

// An Effect is what a struck call does to the image.
type Effect string

const (
	EffectNone    Effect = "none"    // nothing: whatever the client is told, no work was done
	EffectApplied Effect = "applied" // the work is done, only its answer is lost or false
)

// A Status is where an image stands in its life. Empty means Active in a scenario.
type Status string

const (
	Queued        Status = "queued"
	Saving        Status = "saving"
	Uploading     Status = "uploading"
	Importing     Status = "importing"
	Active        Status = "active"
	Deactivated   Status = "deactivated"
	Killed        Status = "killed"
	Deleted       Status = "deleted"
	PendingDelete Status = "pending_delete"
)

// A Visibility is whom an image is shown to. Empty means Shared.
type Visibility string

const (
	Public    Visibility = "public"
	Community Visibility = "community"
	Shared    Visibility = "shared"
	Private   Visibility = "private"
)

// A MemberStatus is a member's answer to an image that was shared with it.
// Empty means MemberPending.
type MemberStatus string

const (
	MemberPending  MemberStatus = "pending"
	MemberAccepted MemberStatus = "accepted"
	MemberRejected MemberStatus = "rejected"
)

// RetryAfter is the form of a Retry-After header. Empty means no header.
type RetryAfter string

const (
	NoRetryAfter      RetryAfter = "false"
	RetryAfterSeconds RetryAfter = "true" // whole seconds, rounded up
	RetryAfterDate    RetryAfter = "date" // an HTTP date
)

// What a token that nobody issued acts for, and what an image belongs to when
// nothing else is said.
const (
	DefaultProject = "demo"
	DefaultUser    = "demo"
)

// Roles, each including the next.
const (
	RoleAdmin  = "admin"
	RoleMember = "member"
	RoleReader = "reader"
)

// A vocabulary is the words that a value must be one of.
type vocabulary struct {
	noun  string // what a word of it is, for messages
	words []string
}

// vocabularies has the types whose values are words. An empty value stands for
// the type's default.
var vocabularies = map[reflect.Type]*vocabulary{
	reflect.TypeFor[Operation]():    words("operation", Operations()...),
	reflect.TypeFor[Dialect]():      words("dialect", Native, Glance, IMS),
	reflect.TypeFor[Hop]():          words("hop", Service, Gateway, IAM, LB),
	reflect.TypeFor[Drop]():         words("drop", Reset, Close, Truncate, Hang),
	reflect.TypeFor[Effect]():       words("effect", EffectNone, EffectApplied),
	reflect.TypeFor[Status]():       words("status", Queued, Saving, Uploading, Importing, Active, Deactivated, Killed, Deleted, PendingDelete),
	reflect.TypeFor[Visibility]():   words("visibility", Public, Community, Shared, Private),
	reflect.TypeFor[MemberStatus](): words("member status", MemberPending, MemberAccepted, MemberRejected),
	reflect.TypeFor[RetryAfter]():   words("form of Retry-After", NoRetryAfter, RetryAfterSeconds, RetryAfterDate),
}

var roles = words("role", RoleAdmin, RoleMember, RoleReader)

func words[T ~string](noun string, all ...T) *vocabulary {
	v := &vocabulary{noun: noun}
	for _, word := range all {
		v.words = append(v.words, string(word))
	}
	return v
}

// ProjectID is the id of the project called name. A name that is an id already
// (32 hexadecimal digits) is returned as it is.
func ProjectID(name string) string { return stableID("project", name) }

// UserID is the id of the user called name. A name that is an id already (32
// hexadecimal digits, or a UUID) is returned as it is.
func UserID(name string) string { return stableID("user", name) }

func stableID(kind, name string) string {
	if isHexID(name) {
		return name
	}
	sum := md5.Sum([]byte(kind + " " + name))
	return hex.EncodeToString(sum[:])
}

// isHexID reports whether s has the form of Keystone's ids, with or without a
// UUID's dashes.
func isHexID(s string) bool {
	s = strings.ReplaceAll(s, "-", "")
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// IsUUID reports whether s has the form of an image's id: 8-4-4-4-12
// hexadecimal digits.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(s[i]) {
				return false
			}
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

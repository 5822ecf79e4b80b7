package scenarios

import (
	"maps"
	"slices"
)

// An answer is the fields of a JSON value, by key. Nil: a value without fields,
// such as a text.
type answer map[string]answer

// Keys that stand for several.
const (
	eachEntry = "[*]" // the entries of a list
	anyOther  = "*"   // all other keys
)

// fields returns an object with these keys, none of which has fields.
func fields(keys ...string) answer {
	a := make(answer, len(keys))
	for _, key := range keys {
		a[key] = nil
	}
	return a
}

// with returns a copy of a with the keys of others as well.
func (a answer) with(others ...answer) answer {
	all := make(answer, len(a))
	maps.Copy(all, a)
	for _, other := range others {
		maps.Copy(all, other)
	}
	return all
}

func listOf(entry answer) answer { return answer{eachEntry: entry} }

// anything is a value that may have any fields.
var anything = func() answer {
	a := make(answer)
	a[eachEntry], a[anyOther] = a, a
	return a
}()

// The documents that answers are made of.
var (
	texts       = listOf(nil)
	imageAnswer = fields("id", "name", "status", "visibility", "owner", "protected", "disk_format", "container_format",
		"min_disk", "min_ram", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "os_hidden",
		"created_at", "updated_at", "stores", "self", "file", "schema", "direct_url").
		with(answer{"tags": texts, "locations": anything, anyOther: nil})
	memberAnswer = fields("member_id", "image_id", "status", "created_at", "updated_at", "schema")
	taskStub     = fields("id", "type", "status", "owner", "created_at", "updated_at", "expires_at", "self", "schema")
	taskAnswer   = taskStub.with(fields("message", "image_id", "request_id", "user_id"), answer{"input": anything, "result": anything})
	imageTask    = taskAnswer.with(fields("deleted", "deleted_at"))
	pageAnswer   = fields("first", "next", "schema")
	keyAndValue  = fields("key", "value")
	newJob       = fields("job_id")
	jobAnswer    = fields("job_id", "job_type", "status", "begin_time", "end_time", "error_code", "fail_reason")
	jobEntities  = fields("image_id", "image_name", "error_code", "error")
	cachedImage  = fields("image_id", "hits", "last_accessed", "last_modified", "size")
	storeAnswer  = fields("id", "description", "default", "type", "weight", "read-only").with(answer{"properties": anything})

	schemaAnswer = fields("name", "required").with(answer{"properties": anything, "additionalProperties": anything, "links": listOf(fields("rel", "href", "method"))})

	named         = fields("id", "name")
	selfLink      = answer{"links": fields("self")}
	inDomain      = named.with(answer{"domain": named})
	catalog       = listOf(fields("id", "type", "name").with(answer{"endpoints": listOf(fields("id", "interface", "region", "region_id", "url"))}))
	identityLinks = answer{"links": fields("self", "next", "previous")}
	projectAnswer = named.with(fields("domain_id", "description", "enabled", "parent_id", "is_domain"), answer{"tags": texts, "options": anything}, selfLink)
	domainAnswer  = named.with(fields("description", "enabled"), answer{"tags": texts, "options": anything}, selfLink)
	userAnswer    = named.with(fields("domain_id", "enabled", "password_expires_at", "email", "default_project_id", "description"), answer{"options": anything}, selfLink)
	credential    = named.with(fields("description", "user_id", "project_id", "system", "expires_at", "unrestricted", "secret"),
		answer{"roles": listOf(named.with(fields("domain_id", "description"), answer{"options": anything}))}, selfLink)
	tokenAnswer = answer{"token": fields("expires_at", "issued_at", "is_domain").with(answer{
		"methods": texts, "audit_ids": texts, "user": inDomain.with(fields("password_expires_at")), "project": inDomain, "domain": named,
		"roles": listOf(named), "system": fields("all"), "catalog": catalog,
		"application_credential": named.with(fields("restricted")),
	})}
	apiVersion = fields("id", "status", "updated").with(answer{"links": listOf(fields("rel", "href")), "media-types": listOf(fields("base", "type"))})
)

// trueAnswers has the fields of what the operations answer where all is well. Nil:
// the answer has a body, but no fields. An operation that is not here is answered
// without a body.
var trueAnswers = map[Operation]answer{
	GetImage:      imageAnswer,
	ModifyImage:   imageAnswer,
	AddImage:      imageAnswer,
	GetImages:     pageAnswer.with(answer{"images": listOf(imageAnswer)}),
	DownloadImage: nil,
	GetMembers:    fields("schema").with(answer{"members": listOf(memberAnswer)}),
	AddMember:     memberAnswer,
	GetMember:     memberAnswer,
	ModifyMember:  memberAnswer,
	GetImageTags:  answer{"tags": listOf(keyAndValue)},
	GetTags:       answer{"tags": listOf(fields("key").with(answer{"values": texts}))},
	GetImagesByTags: answer{"resources": listOf(fields("resource_id", "resource_name").with(answer{
		"resource_detail": fields("status"), "tags": listOf(keyAndValue),
	}))}.with(fields("total_count")),
	AddCloudImage: newJob,
	AddMembers:    newJob,
	ModifyMembers: newJob,
	DeleteMembers: newJob,
	GetJob: jobAnswer.with(answer{"entities": jobEntities.with(answer{
		"results": listOf(fields("image_id", "project_id", "status")), "sub_jobs_list": texts, "sub_jobs_result": listOf(jobAnswer.with(answer{"entities": jobEntities})),
	})}),
	GetSchema:        schemaAnswer,
	GetImageTasks:    answer{"tasks": listOf(imageTask)},
	GetTasks:         pageAnswer.with(answer{"tasks": listOf(taskStub)}),
	AddTask:          taskAnswer,
	GetTask:          taskAnswer,
	GetImportMethods: answer{"import-methods": fields("description", "type").with(answer{"value": texts})},
	GetStores:        answer{"stores": listOf(storeAnswer)},
	StoresInfoDetail: answer{"stores": listOf(storeAnswer)},
	GetUsage:         answer{"usage": anything},
	CacheList:        answer{"cached_images": listOf(cachedImage), "queued_images": texts},
	GetVersions:      answer{"versions": listOf(apiVersion)},
	Healthcheck:      fields("detailed").with(answer{"reasons": texts}), // to clients that accept JSON

	CreateToken:                 tokenAnswer,
	ValidateToken:               tokenAnswer,
	GetAuthCatalog:              answer{"catalog": catalog}.with(selfLink),
	GetAuthProjects:             answer{"projects": listOf(projectAnswer)}.with(identityLinks),
	GetAuthDomains:              answer{"domains": listOf(domainAnswer)}.with(identityLinks),
	GetAuthSystem:               answer{"system": listOf(fields("all"))}.with(selfLink),
	ListProjects:                answer{"projects": listOf(projectAnswer)}.with(identityLinks),
	GetProject:                  answer{"project": projectAnswer},
	ListDomains:                 answer{"domains": listOf(domainAnswer)}.with(identityLinks),
	GetDomain:                   answer{"domain": domainAnswer},
	ListUsers:                   answer{"users": listOf(userAnswer)}.with(identityLinks),
	GetUser:                     answer{"user": userAnswer},
	ListUserProjects:            answer{"projects": listOf(projectAnswer)}.with(identityLinks),
	CreateApplicationCredential: answer{"application_credential": credential},
	ListApplicationCredentials:  answer{"application_credentials": listOf(credential)}.with(identityLinks),
	GetApplicationCredential:    answer{"application_credential": credential},
	GetIdentity:                 answer{"version": apiVersion, "versions": answer{"values": listOf(apiVersion)}},
}

// hopErrors has the fields of the errors that the hops answer.
var hopErrors = map[Hop]answer{
	Service: fields("code", "title", "message").with(answer{"error": errorObject}),
	Gateway: fields("error_code", "error_msg", "request_id"),
	IAM:     {"error": errorObject},
	LB:      nil,
}

var errorObject = fields("code", "title", "message", "ext_message").with(answer{"identity": anything})

// trueErrors has the fields of the errors that clients get without any fault: the
// gateway refuses wrong signatures.
var trueErrors = hopErrors[Service].with(hopErrors[Gateway])

// answerOf returns the fields of a value of JSON.
func answerOf(v any) answer {
	out := make(answer)
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			out[key] = answerOf(value)
		}
	case []any:
		for _, entry := range v {
			out[eachEntry] = out[eachEntry].with(answerOf(entry))
		}
	default:
		return nil
	}
	return out
}

// find returns whether the answer has the fields of a path. If not, it returns the
// number of steps that it does have, and what they lead to.
func (a answer) find(path FieldPath) (ok bool, depth int, last answer) {
	for i, step := range path {
		key := step.Key
		if step.List {
			key = eachEntry
		}
		next, known := a[key]
		if !known && !step.List {
			next, known = a[anyOther]
		}
		if !known {
			return false, i, a
		}
		a = next
	}
	return true, len(path), a
}

// keys returns the keys of an object, without those that stand for several.
func (a answer) keys() []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if key != eachEntry && key != anyOther {
			keys = append(keys, key)
		}
	}
	return keys
}

// paths calls yield with each field, by its path.
func (a answer) paths(at FieldPath, yield func(FieldPath)) {
	if _, endless := a[anyOther]; endless && a[eachEntry] != nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		step := FieldStep{Key: key}
		switch key {
		case anyOther:
			continue
		case eachEntry:
			step = FieldStep{List: true, Index: -1}
		}
		path := append(slices.Clone(at), step)
		yield(path)
		a[key].paths(path, yield)
	}
}

package scenarios

import (
	"crypto/md5"
	"encoding/hex"
	"reflect"
	"strings"
)

// A Topic is a kind of incident. Empty means that a scenario is none.
type Topic string

const (
	TopicGone        Topic = "gone"        // the image is gone, and the answer says so in its own way
	TopicInUse       Topic = "in-use"      // something still needs the image, or makes it
	TopicAccess      Topic = "access"      // the caller may not delete the image
	TopicToken       Topic = "token"       // the service does not take the caller's token
	TopicThrottle    Topic = "throttle"    // the caller asks too much, or too fast
	TopicGateway     Topic = "gateway"     // the service, or what stands before it, fails
	TopicReplyLost   Topic = "reply-lost"  // the client does not learn whether the deletion was done
	TopicConsistency Topic = "consistency" // answers contradict each other for a while
	TopicPaging      Topic = "paging"      // a list comes in pages, and they lead astray
	TopicBatch       Topic = "batch"       // of several images, some behave in another way
)

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
	reflect.TypeFor[Topic]():        words("topic", Topics()...),
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

// Topics returns all topics, in the order in which they are listed.
func Topics() []Topic {
	return []Topic{
		TopicGone, TopicInUse, TopicAccess, TopicToken, TopicThrottle,
		TopicGateway, TopicReplyLost, TopicConsistency, TopicPaging, TopicBatch,
	}
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
func ProjectID(name string) string {
	if name == DefaultProject {
		return defaultProjectID
	}
	return stableID("project", name)
}

// UserID is the id of the user called name. A name that is an id already (32
// hexadecimal digits, or a UUID) is returned as it is.
func UserID(name string) string {
	if name == DefaultUser {
		return defaultUserID
	}
	return stableID("user", name)
}

// Each server needs these, and most need no others.
var (
	defaultProjectID = stableID("project", DefaultProject)
	defaultUserID    = stableID("user", DefaultUser)
)

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
	if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	return isHex(s[:8]) && isHex(s[9:13]) && isHex(s[14:18]) && isHex(s[19:23]) && isHex(s[24:])
}

func isHex(s string) bool {
	for i := range len(s) {
		if !hexDigits[s[i]] {
			return false
		}
	}
	return true
}

// hexDigits holds the hexadecimal digits of both cases. A table takes a fifth of
// the time that comparing does: whether a digit is a letter nobody can foresee,
// not even the processor.
var hexDigits = func() (is [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		is[c] = true
	}
	return is
}()

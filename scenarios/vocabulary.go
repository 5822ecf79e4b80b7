package scenarios

// A Topic is a kind of incident. Empty means that a scenario is not an incident.
type Topic string

// IncidentTopics is the topic alone. It makes a topic an option of
// fakeserver.EachScenario and fakeserver.Grade.
func (t Topic) IncidentTopics() []Topic { return []Topic{t} }

const (
	TopicGone        Topic = "gone"        // the image does not exist any more, and the answer says so in an unusual way
	TopicInUse       Topic = "in-use"      // something still needs the image, or is still creating it
	TopicAccess      Topic = "access"      // the caller may not delete the image
	TopicToken       Topic = "token"       // the service does not accept the caller's token
	TopicThrottle    Topic = "throttle"    // the caller sends too many requests, or sends them too fast
	TopicGateway     Topic = "gateway"     // the service fails, or something in front of it
	TopicReplyLost   Topic = "reply-lost"  // the client does not learn whether the image was deleted
	TopicConsistency Topic = "consistency" // answers contradict each other for a while
	TopicShape       Topic = "shape"       // answers lack a field, or have one of another type than documented
	TopicPaging      Topic = "paging"      // a list is split into pages with wrong links
	TopicBatch       Topic = "batch"       // some of several images behave differently
)

// A Dialect is the way in which a service answers. Empty means Native.
type Dialect string

const (
	Native Dialect = "native" // the OpenStack-native API of Huawei Cloud and Open Telekom Cloud: errors in JSON, 400 for a malformed id
	Glance Dialect = "glance" // upstream OpenStack, as recorded from a real Glance
	IMS    Dialect = "ims"    // like Native, with the error codes of Huawei's Image Management Service
)

// A Hop is a station between client and service that can answer in place of the
// service. Empty means Service.
type Hop string

const (
	Service Hop = "service" // the image service itself, in its dialect
	Gateway Hop = "gateway" // Huawei's API gateway: error_code APIGW.nnnn
	IAM     Hop = "iam"     // Keystone's middleware: an error object with a numeric code
	LB      Hop = "lb"      // a load balancer: a small HTML page
)

// A Drop is a way to end the connection instead of sending a complete answer. Empty
// means that the answer is complete. Under HTTP/2, where calls share a connection,
// Reset, Close and Truncate reset the stream of the call (RST_STREAM).
type Drop string

const (
	Reset    Drop = "reset"    // TCP RST, which clients report as "connection reset by peer"
	Close    Drop = "close"    // TCP FIN before any byte of the answer; under HTTP/2 also GOAWAY
	Truncate Drop = "truncate" // after half of the body, or half of the header if there is no body
	Hang     Drop = "hang"     // no answer until the client gives up or the server stops
)

// An Effect is what a call with an injected fault does to the image. Empty means
// EffectNone if the fault has a status or a drop, and EffectApplied otherwise.
type Effect string

const (
	EffectNone    Effect = "none"    // nothing: no work is done, whatever the client is told
	EffectApplied Effect = "applied" // the work is done, but its answer is lost or replaced
)

// A Point is a place in the life of a call where it can be held. Empty means
// BeforeAnswer.
type Point string

const (
	BeforeWork   Point = "work"   // nothing is done yet
	BeforeAnswer Point = "answer" // the work is done, as other calls see, but its answer is not sent yet
)

// A Status is the state of an image. Empty means Active in a scenario.
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

// A Visibility says who can see an image. Empty means Shared.
type Visibility string

const (
	Public    Visibility = "public"
	Community Visibility = "community"
	Shared    Visibility = "shared"
	Private   Visibility = "private"
)

// A MemberStatus says whether a project has accepted an image that is shared with
// it. Empty means MemberPending.
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

// The project and the user that unknown tokens act for; images without an owner
// belong to the same project.
const (
	DefaultProject = "demo"
	DefaultUser    = "demo"
)

// The roles. Each one includes those after it.
const (
	RoleAdmin  = "admin"
	RoleMember = "member"
	RoleReader = "reader"
)

// Topics returns all topics, in the order in which they are listed.
func Topics() []Topic {
	return []Topic{
		TopicGone, TopicInUse, TopicAccess, TopicToken, TopicThrottle,
		TopicGateway, TopicReplyLost, TopicConsistency, TopicShape, TopicPaging, TopicBatch,
	}
}

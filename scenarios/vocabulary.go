package scenarios

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

// Topics returns all topics, in the order in which they are listed.
func Topics() []Topic {
	return []Topic{
		TopicGone, TopicInUse, TopicAccess, TopicToken, TopicThrottle,
		TopicGateway, TopicReplyLost, TopicConsistency, TopicPaging, TopicBatch,
	}
}

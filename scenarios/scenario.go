// Package scenarios is the language in which a fake image service is told
// what it holds and how it fails, and a library of ready-made sentences in it.
//
// A [Scenario] is everything a server starts from: its images, its users and
// tokens, the faults it injects and the limits it sets. It is written as YAML
// (or JSON), read by [Parse] and [Load], and each of its types prints itself
// as YAML that parses back to the same value. The Go types are the YAML's keys
// in Go's spelling: a [Fault] is exactly one entry under "faults:".
//
// Reading is strict: an unknown key, a wrong type, a value out of range, a rule
// that can never strike are errors, all reported at once with their places
// ([Problems]). Only where text is wanted, a number or a boolean is taken for
// the text that it is written as: Retry-After: 1.
//
// The library is of incidents that were seen in real programs, each with its
// source, and with what a good client does: see [Incidents].
//
// The package is pure data: no network, no clock, no goroutines.
package scenarios

import "time"

// A Scenario is everything a server starts from. Its zero value is a server
// in the native dialect with no images, no faults and open authentication.
type Scenario struct {
	Name        string   `yaml:"name"`        // empty: the file's name without its extension
	Topic       Topic    `yaml:"topic"`       // the kind of incident that it is; empty: none
	Description string   `yaml:"description"` // one line: what goes wrong
	Source      []string `yaml:"source"`      // where it was seen (project and thread), or "synthetic"
	Expect      string   `yaml:"expect"`      // what a good client does about it
	Outcome     Outcome  `yaml:"outcome"`     // the same for a machine; zero: it does not say
	Dialect     Dialect  `yaml:"dialect"`     // how errors look; empty: Native
	Seed        uint64   `yaml:"seed"`        // for rates and generated ids; 0: 1
	Auth        Auth     `yaml:"auth"`        // who may call; zero: anybody with any token
	Storage     Storage  `yaml:"storage"`     // what happens to data; zero: all of it is kept
	Images      []Image  `yaml:"images"`      // what the service holds at the start
	Faults      []Fault  `yaml:"faults"`      // tried in order, the first that strikes wins
	Limits      []Limit  `yaml:"limits"`      // each counts every call it matches
}

// An Outcome says what a client is asked to delete, and how that comes out if
// the client does it well. Images that it does not name are none of the
// client's business, and stay.
type Outcome struct {
	Gone  []string `yaml:"gone" lang:"single"` // images to delete, by id or name (with * for any run of characters), that are gone in the end
	Kept  []string `yaml:"kept" lang:"single"` // images to delete that stay, so that the client has to report an error
	Error bool     `yaml:"error"`              // true: the client has to report an error, though all are gone
	Tries int      `yaml:"tries"`              // DELETE requests for one image at the most; 0: any number
}

// Auth says whose requests are accepted.
type Auth struct {
	// Strict true accepts only tokens issued by create_token or listed in
	// Tokens, and signatures by Keys. False accepts any non-empty token; one
	// that nobody issued acts for the default project.
	Strict   bool          `yaml:"strict"`
	TokenTTL time.Duration `yaml:"token_ttl"` // lifetime of issued tokens; 0: 24 hours
	Users    []User        `yaml:"users"`     // empty: any name and password is accepted, and any project exists
	Tokens   []Token       `yaml:"tokens"`    // accepted from the start, beside those that are issued
	Keys     []Key         `yaml:"keys"`      // of those who sign their requests; a signature by another is accepted unless Strict
}

// A User may sign in through create_token.
type User struct {
	Name     string   `yaml:"name" lang:"required"`
	Password string   `yaml:"password"`                // empty: any password
	Project  string   `yaml:"project"`                 // name or id of the project the user belongs to; empty: DefaultProject
	Roles    []string `yaml:"roles" lang:"words=role"` // admin, member or reader, each including the next; empty: member
}

// A Token is accepted without having been issued.
type Token struct {
	Token        string        `yaml:"token" lang:"required"`
	User         string        `yaml:"user"`                    // empty: DefaultUser
	Project      string        `yaml:"project"`                 // name or id; empty: the user's project, else DefaultProject
	Roles        []string      `yaml:"roles" lang:"words=role"` // empty: the user's roles, else member, or admin of a user called admin
	ExpiresAfter time.Duration `yaml:"expires_after"`           // since the server started; 0: never
	Uses         int           `yaml:"uses"`                    // requests it is good for; 0: any number
}

// Storage says what happens to the data that clients upload and import.
type Storage struct {
	// DropData true keeps only size and hashes of it; to download it gives as
	// many zero bytes.
	DropData     bool       `yaml:"drop_data"`
	MaxImageSize int64      `yaml:"max_image_size"` // bytes; more is answered 413; 0: no limit
	Downloads    []Download `yaml:"downloads"`      // what web-download may import; empty: nothing
}

// A Download is what an import by web-download finds at a URI. Nothing is ever
// fetched from the network.
type Download struct {
	URI  string `yaml:"uri" lang:"required"`
	Data Data   `yaml:"data"` // zero: no bytes
}

// A Key is a pair of keys to sign requests with, in place of a token
// (SDK-HMAC-SHA256). The glance dialect knows no signatures.
type Key struct {
	Access  string   `yaml:"access" lang:"required"`  // the key's name, as each signature has it
	Secret  string   `yaml:"secret" lang:"required"`  // never sent
	User    string   `yaml:"user"`                    // empty: DefaultUser
	Project string   `yaml:"project"`                 // name or id; empty: the user's project, else DefaultProject
	Roles   []string `yaml:"roles" lang:"words=role"` // empty: the user's roles, else member, or admin of a user called admin
}

// An Image is an image in the registry, under Glance's attribute names.
type Image struct {
	ID         string     `yaml:"id"`                   // a UUID; empty: derived from the scenario's seed and the image's position
	Name       string     `yaml:"name" lang:"max=255"`  // of at most 255 characters
	Status     Status     `yaml:"status"`               // empty: Active
	Visibility Visibility `yaml:"visibility"`           // empty: Shared, as Glance has it
	Owner      string     `yaml:"owner" lang:"max=255"` // name or id of a project; a name becomes ProjectID(name); empty: DefaultProject
	Protected  bool       `yaml:"protected"`            // true: deleting answers 403

	DiskFormat      string `yaml:"disk_format"`      // empty: null, or "raw" where the image has data
	ContainerFormat string `yaml:"container_format"` // empty: null, or "bare" where the image has data
	MinDisk         int    `yaml:"min_disk"`         // GB
	MinRAM          int    `yaml:"min_ram"`          // MB
	Size            int64  `yaml:"size"`             // bytes; 0: the length of Data
	VirtualSize     int64  `yaml:"virtual_size"`     // bytes; 0: null
	Checksum        string `yaml:"checksum"`         // MD5 in hex; empty: computed from Data, else null
	OSHashAlgo      string `yaml:"os_hash_algo"`     // empty: "sha512" where OSHashValue is set, else null
	OSHashValue     string `yaml:"os_hash_value"`    // hex; empty: computed from Data, else null

	Tags       []string          `yaml:"tags" lang:"max=255"`
	OSHidden   bool              `yaml:"os_hidden"`                // true: left out of lists that do not ask for hidden images
	CreatedAt  time.Time         `yaml:"created_at"`               // zero: just before the server's start, in the order of the file
	UpdatedAt  time.Time         `yaml:"updated_at"`               // zero: CreatedAt
	Properties map[string]string `yaml:"properties"`               // free properties, __os_type and friends included
	Members    []Member          `yaml:"members"`                  // projects the image is shared with
	Data       Data              `yaml:"data"`                     // zero: none
	InUseBy    string            `yaml:"in_use_by"`                // what uses the image, as the 409 says it; empty: nothing does
	Count      int               `yaml:"count" lang:"max=1000000"` // make so many images, with {n} in Name the number from 1; 0: 1
}

// A Member is a project that an image is shared with.
type Member struct {
	Project string       `yaml:"project" lang:"required,max=255"` // name or id
	Status  MemberStatus `yaml:"status"`                          // empty: MemberPending
}

// Data is the content of an image. At most one of its fields is set.
type Data struct {
	Text  string `yaml:"-"`     // the content itself: data: some text
	File  string `yaml:"file"`  // a file with the content: data: {file: disk.raw}; relative to the scenario file
	Bytes int64  `yaml:"bytes"` // so many zero bytes: data: {bytes: 1024}
}

// A Fault says which calls go wrong, how often, and what the client meets
// instead of the true answer.
type Fault struct {
	Name   string    `yaml:"name"`                      // shown in journal, log and the X-Fakeglance-Fault header; empty: made from its position
	Match  Match     `yaml:"match"`                     // zero: every call
	Skip   int       `yaml:"skip"`                      // let so many matching calls pass first
	Times  int       `yaml:"times"`                     // then strike so many; 0: for ever
	Every  int       `yaml:"every"`                     // strike only each n-th of them; 0 and 1: each
	Rate   float64   `yaml:"rate" lang:"nonzero,max=1"` // chance of each strike, from the scenario's seed; 0 and 1: certain
	After  string    `yaml:"after"`                     // strike only once the fault of this name has struck its times (or once, if it has none); empty: from the begin
	Window Window    `yaml:"window"`                    // zero: always
	Inject Injection `yaml:"inject" lang:"required"`

	// Place is where the fault was read, as file:line. Empty for a fault made in Go.
	Place string `yaml:"-" lang:"place"`
}

// A Match selects calls. All of its conditions must hold; the zero value
// matches every call. Texts may hold * for any run of characters.
type Match struct {
	Operation []Operation       `yaml:"operation" lang:"single"` // one of these; empty: any
	Image     string            `yaml:"image"`                   // id or name of the image the call is about
	Project   string            `yaml:"project"`                 // id or name of the caller's project
	User      string            `yaml:"user"`                    // id or name of the caller
	Token     int               `yaml:"token"`                   // the n-th of the tokens that clients show, as they come up, from 1; 0: any, or none
	Headers   map[string]string `yaml:"headers"`                 // each header has a value that fits
	Query     map[string]string `yaml:"query"`                   // each query parameter has a value that fits
}

// A Window is a span of the server's time, counted from the scenario's begin, or
// from when the fault that it comes after was done.
type Window struct {
	After time.Duration `yaml:"after"` // 0: from the begin
	For   time.Duration `yaml:"for"`   // 0: for ever
}

// An Injection says what the client meets. Status, Drop and Delay may be
// combined: a delayed 503, a delayed reset.
type Injection struct {
	Status   int               `yaml:"status" lang:"min=200,max=599"` // answer with this status; 0: the true answer
	Hop      Hop               `yaml:"hop"`                           // who answers; empty: Service
	Code     string            `yaml:"code"`                          // error code in the body; empty: the hop's own for Status
	Message  string            `yaml:"message"`                       // error message in the body; empty: the hop's own for Status
	Headers  map[string]string `yaml:"headers"`                       // added to the answer, or replacing its own; "" removes one
	Body     any               `yaml:"body"`                          // text, or a mapping or list sent as JSON; nil: the hop's own
	Fields   map[string]string `yaml:"fields"`                        // in place of the fields that the answer's JSON object has; {value} is the field's own, "" removes it
	Delay    Delay             `yaml:"delay"`                         // before the answer; alone: the call is slow but works
	Throttle Throttle          `yaml:"throttle"`                      // speed of the answer's body; 0: unlimited
	Drop     Drop              `yaml:"drop"`                          // instead of a whole answer; empty: none
	Effect   Effect            `yaml:"effect"`                        // what happens to the image; empty: EffectNone with Status or Drop, else EffectApplied
	Linger   *Linger           `yaml:"linger"`                        // the deleted image stays visible; nil: it is gone at once
}

// Delay is a span of time, drawn anew for each call when Max is above Min.
// In YAML it is a duration, or {min: 1s, max: 3s}.
type Delay struct {
	Min time.Duration `yaml:"min"`
	Max time.Duration `yaml:"max"` // 0: Min
}

// A Linger keeps a deleted image visible for a while. One of For and Reads is set.
type Linger struct {
	For   time.Duration `yaml:"for"`              // so long after the deletion
	Reads int           `yaml:"reads"`            // for so many answers that show it
	In    []Operation   `yaml:"in" lang:"single"` // where it shows: get_image, get_images; empty: both
	As    Status        `yaml:"as"`               // the status it shows; empty: the one it had
}

// A Limit answers 429 to calls that come faster than its rate.
type Limit struct {
	Match      Match      `yaml:"match"` // zero: every call
	Rate       Rate       `yaml:"rate" lang:"required"`
	Burst      int        `yaml:"burst"`       // calls that may come at once; 0: Rate.Calls
	Restart    bool       `yaml:"restart"`     // true: a call that is refused starts the wait anew
	RetryAfter RetryAfter `yaml:"retry_after"` // empty: no such header, as Huawei Cloud answers

	// Place is where the limit was read, as file:line. Empty for one made in Go.
	Place string `yaml:"-" lang:"place"`
}

// A Rate is a number of calls in a span of time: rate: 10/1m.
type Rate struct {
	Calls int
	Per   time.Duration
}

// Throttle is a speed in bytes per second: throttle: 1KiB/s.
type Throttle int64

// Package scenarios is the language that describes a fake image service: what it
// starts with and how it fails. It also has a library of ready-made scenarios.
//
// A [Scenario] is the whole state that a server starts from: images, users and
// tokens, the faults it injects and the rates it limits. Scenarios are written in
// YAML (or JSON) and read by [Parse] and [Load]. The Go types have the same
// structure: a [Fault] is exactly one entry under "faults:". Every type prints
// itself as YAML that parses back to the same value.
//
// Parsing is strict. Unknown keys, wrong types, values out of range and faults
// that could never be injected are errors; all of them are reported at once, with
// their positions ([Problems]). There is one convenience: where text is expected,
// a number or a boolean is taken as text, as in Retry-After: 1.
//
// Most scenarios of the library are incidents that happened to real programs, each
// with its source and with what a good client does about it: see [Incidents].
//
// The package only handles data: it uses no network, no clock and no goroutines.
package scenarios

import "time"

// A Scenario is the whole state that a server starts from. Its zero value is a
// server in the native dialect that has no images, injects no faults and accepts
// any token.
type Scenario struct {
	Name        string   `yaml:"name"`                 // empty: the file's name without its extension
	Topic       Topic    `yaml:"topic"`                // the kind of incident; empty: not an incident
	Description string   `yaml:"description"`          // one line: what goes wrong
	Source      []string `yaml:"source"`               // where it was seen (project and thread), or "synthetic"
	Expect      string   `yaml:"expect"`               // what a good client does about it
	Outcome     Outcome  `yaml:"outcome" lang:"whole"` // the same in a form that programs can check; zero: not given
	Dialect     Dialect  `yaml:"dialect"`              // how the service answers, errors above all; empty: Native
	Seed        uint64   `yaml:"seed"`                 // for random decisions and generated ids; 0: 1
	Auth        Auth     `yaml:"auth"`                 // who may call; zero: anyone with any token
	Storage     Storage  `yaml:"storage"`              // what happens to uploaded data; zero: all of it is kept
	Jobs        Jobs     `yaml:"jobs"`                 // how the vendors' asynchronous calls turn out; zero: they succeed at once
	Images      []Image  `yaml:"images"`               // the images at the start
	Faults      []Fault  `yaml:"faults"`               // tried in order; the first one that matches a call and is due is injected
	Limits      []Limit  `yaml:"limits"`               // each counts every call that it matches
}

// An Outcome says which images a client is asked to delete, and which of them are
// gone in the end if the client does it well. All other images must stay. At most
// 100 of the names have a *.
type Outcome struct {
	Gone  []string `yaml:"gone" lang:"single"`   // ids or names of images to delete that are gone in the end; * matches any characters
	Kept  []string `yaml:"kept" lang:"single"`   // ids or names of images to delete that remain, so that the client has to report an error
	Error bool     `yaml:"error"`                // true: the client has to report an error even though all images are gone
	Tries int      `yaml:"tries" lang:"nonzero"` // the most DELETE requests that the client may send for one image; 0: any number
}

// Auth says whose requests are accepted.
type Auth struct {
	// Strict true accepts only tokens that were issued by create_token or are
	// listed in Tokens, and signatures made with one of Keys. Strict false accepts
	// any token that is not empty; an unknown one acts for the default project.
	Strict   bool          `yaml:"strict"`
	TokenTTL time.Duration `yaml:"token_ttl" lang:"nonzero"` // lifetime of issued tokens; 0: 24 hours
	Users    []User        `yaml:"users"`                    // who can sign in; empty: any name with any password, for any project
	Tokens   []Token       `yaml:"tokens"`                   // accepted from the start, in addition to issued ones
	Keys     []Key         `yaml:"keys"`                     // for signed requests; signatures with other keys are accepted unless Strict
}

// A User can sign in through create_token.
type User struct {
	Name     string   `yaml:"name" lang:"required,key"`
	Password string   `yaml:"password"`                // empty: any password
	Project  string   `yaml:"project"`                 // name or id of the user's project; empty: DefaultProject
	Roles    []string `yaml:"roles" lang:"words=role"` // RoleAdmin, RoleMember or RoleReader; empty: RoleMember
}

// A Token is accepted although it was never issued.
type Token struct {
	Token        string        `yaml:"token" lang:"required,key"`    // as clients send it in X-Auth-Token
	User         string        `yaml:"user"`                         // empty: DefaultUser
	Project      string        `yaml:"project"`                      // name or id; empty: the user's project, or else DefaultProject
	Roles        []string      `yaml:"roles" lang:"words=role"`      // empty: the user's roles, or else RoleMember (RoleAdmin for a user called admin)
	ExpiresAfter time.Duration `yaml:"expires_after" lang:"nonzero"` // since the server started; 0: never
	Uses         int           `yaml:"uses" lang:"nonzero"`          // the number of requests it is valid for; 0: any number
}

// Storage says what happens to the data that clients upload and import.
type Storage struct {
	// DropData true keeps only the size and the hashes of data. Downloads then
	// return as many zero bytes.
	DropData     bool       `yaml:"drop_data"`
	MaxImageSize int64      `yaml:"max_image_size"` // in bytes; a larger upload is answered with 413, and the import of a larger download fails; 0: no limit
	Downloads    []Download `yaml:"downloads"`      // what the import method web-download can import; empty: nothing
}

// A Download is what an import by web-download finds at a URI. The server never
// fetches anything from the network.
type Download struct {
	URI   string        `yaml:"uri" lang:"required,key"`
	Data  Data          `yaml:"data"`  // zero: no bytes
	Takes time.Duration `yaml:"takes"` // how long the image is importing; 0: the import is complete before it is answered
	Fails string        `yaml:"fails"` // the message of the task, if the import fails: the image is queued again; empty: it does not fail
}

// Jobs says how the jobs turn out that the vendors' asynchronous calls answer with:
// those that make images, and those that change the members of several images. The
// glance dialect has no such calls.
type Jobs struct {
	Takes time.Duration `yaml:"takes"` // how long each job takes, such as 87600h if it never ends; an image that it makes is saving meanwhile; 0: it has ended when its client asks for it
	Fails string        `yaml:"fails"` // the fail_reason of each job, which fails in the end: an image that it was to make is killed, and members stay as they are; empty: it succeeds
}

// A Key is a pair of keys for signing requests (SDK-HMAC-SHA256) in place of
// sending a token. The glance dialect does not accept signatures.
type Key struct {
	Access  string   `yaml:"access" lang:"required,key"` // the name of the key, which is part of each signature
	Secret  string   `yaml:"secret" lang:"required"`     // never sent
	User    string   `yaml:"user"`                       // empty: DefaultUser
	Project string   `yaml:"project"`                    // name or id; empty: the user's project, or else DefaultProject
	Roles   []string `yaml:"roles" lang:"words=role"`    // empty: the user's roles, or else RoleMember (RoleAdmin for a user called admin)
}

// An Image is an image in the registry. The keys are Glance's attribute names.
type Image struct {
	ID         string     `yaml:"id" lang:"key,fold"`   // a UUID; empty: derived from the scenario's seed and the image's position
	Name       string     `yaml:"name" lang:"max=255"`  // at most 255 characters; empty: null
	Status     Status     `yaml:"status"`               // empty: Active
	Visibility Visibility `yaml:"visibility"`           // empty: Shared, as in Glance
	Owner      string     `yaml:"owner" lang:"max=255"` // name or id of a project; a name becomes ProjectID(name); empty: DefaultProject
	Protected  bool       `yaml:"protected"`            // true: deleting it is answered with 403

	DiskFormat      string `yaml:"disk_format"`      // empty: "raw" if the image has data, else null
	ContainerFormat string `yaml:"container_format"` // empty: "bare" if the image has data, else null
	MinDisk         int    `yaml:"min_disk"`         // in GB
	MinRAM          int    `yaml:"min_ram"`          // in MB
	Size            int64  `yaml:"size"`             // in bytes; 0: the length of Data
	VirtualSize     int64  `yaml:"virtual_size"`     // in bytes; 0: null
	Checksum        string `yaml:"checksum"`         // MD5 in hexadecimal digits; empty: that of Data, or null if there is none
	OSHashAlgo      string `yaml:"os_hash_algo"`     // the algorithm of OSHashValue; empty: "sha512", or null without a hash
	OSHashValue     string `yaml:"os_hash_value"`    // in hexadecimal digits; empty: that of Data, or null if there is none

	Tags       []string          `yaml:"tags" lang:"max=255"`              // each of at most 255 characters
	OSHidden   bool              `yaml:"os_hidden"`                        // true: only listed when hidden images are asked for
	CreatedAt  time.Time         `yaml:"created_at"`                       // zero: just before the server's start, in the order of the scenario
	UpdatedAt  time.Time         `yaml:"updated_at"`                       // zero: CreatedAt
	Properties map[string]string `yaml:"properties"`                       // free properties, including __os_type and the like
	Members    []Member          `yaml:"members"`                          // projects that the image is shared with
	Data       Data              `yaml:"data"`                             // zero: none
	InUseBy    string            `yaml:"in_use_by"`                        // what uses the image, for the message of the 409 that answers its deletion; empty: nothing
	Count      int               `yaml:"count" lang:"nonzero,max=1000000"` // the number of images to create; {n} in Name is replaced by 1, 2, …; 0: one image, with Name as it is
}

// A Member is a project that an image is shared with.
type Member struct {
	Project string       `yaml:"project" lang:"required,max=255,key"` // name or id
	Status  MemberStatus `yaml:"status"`                              // empty: MemberPending
}

// Data is the content of an image. At most one of the fields may be set.
type Data struct {
	Text  string `yaml:"-"`     // the content itself, written as data: some text
	File  string `yaml:"file"`  // the path of a file with the content, relative to the scenario file, written as data: {file: disk.raw}
	Bytes int64  `yaml:"bytes"` // the length of a content of zero bytes, written as data: {bytes: 1024}
}

// A Fault says which calls go wrong, how often, and what the client gets instead
// of the true answer. A call matches if it meets Match. Of the calls that match,
// Skip, Times, Every, Rate, After and Window choose those that the fault is
// injected into. A call whose client could not notice the injection, such as a
// Linger where nothing was deleted, does not count.
type Fault struct {
	Name   string    `yaml:"name" lang:"key"`           // appears in the journal, the log and the header X-Fakeglance-Fault; empty: made from its position
	Match  Match     `yaml:"match"`                     // zero: every call but healthcheck
	Skip   int       `yaml:"skip"`                      // the number of matching calls to leave alone first
	Times  int       `yaml:"times" lang:"nonzero"`      // the number of times to inject the fault; 0: any number
	Every  int       `yaml:"every" lang:"nonzero"`      // inject only into every n-th matching call; 0 or 1: into each
	Rate   float64   `yaml:"rate" lang:"nonzero,max=1"` // the probability of each injection, decided by the scenario's seed; 0 or 1: always
	After  string    `yaml:"after"`                     // the name of a fault that has to be injected first, all its Times or else once; empty: none
	Window Window    `yaml:"window"`                    // when the fault is injected; zero: at any time
	Inject Injection `yaml:"inject" lang:"required"`

	// Place is where the fault was read, or changed by merging, as file:line. It is
	// empty for a fault made in Go, and not part of the YAML.
	Place string `yaml:"-" lang:"place"`
}

// A Match is conditions on calls. A call has to meet all of them; the zero value
// matches every call but probes: healthcheck has to be named. In all texts, * matches any number of characters.
type Match struct {
	Operation []Operation       `yaml:"operation" lang:"single"` // one of these; empty: any but Healthcheck
	Image     string            `yaml:"image"`                   // id or name of the image that the call is about, also if it is deleted; empty: any, or none
	Project   string            `yaml:"project"`                 // id or name of the caller's project; empty: any
	User      string            `yaml:"user"`                    // id or name of the caller; empty: any
	Token     int               `yaml:"token"`                   // the caller's token is the n-th different one that the server sees, from 1; 0: any, or none
	Headers   map[string]string `yaml:"headers"`                 // headers that the request has, by name
	Query     map[string]string `yaml:"query"`                   // query parameters that the request has, by name
}

// A Window is a span of the server's time. It is counted from the start of the
// scenario, or, for a fault with After, from when the wait for the other fault was
// over.
type Window struct {
	After time.Duration `yaml:"after"`              // 0: from the start
	For   time.Duration `yaml:"for" lang:"nonzero"` // 0: for ever
}

// An Injection says what the client gets. Status, Drop, Hold and Delay can be combined,
// for example to a delayed 503, or to a delayed reset.
//
// A header is sent once for each line of its text: "a=1\nb=2" sends Set-Cookie
// twice, in YAML [a=1, b=2]. Headers can contradict the answer: Content-Length,
// Transfer-Encoding and Connection are sent as they are, and the connection is
// closed after the answer; with Transfer-Encoding: chunked the body is.
//
// The keys of Fields are paths such as images[*].status (see [ParseFieldPath]), and
// its values whatever JSON can say: nil is null, and "" removes the field. In their
// texts {value} stands for the field's own value. In the texts of Headers, Body and
// Fields {url} stands for the server's address as the client wrote it, such as
// http://127.0.0.1:9292.
type Injection struct {
	Status   int               `yaml:"status" lang:"min=200,max=599"` // the status to answer with; 0: the true answer
	Hop      Hop               `yaml:"hop"`                           // who sends the error; empty: Service
	Code     string            `yaml:"code"`                          // the error code in the body; empty: the one that the hop has for Status
	Message  string            `yaml:"message"`                       // the error message in the body; empty: the one that the hop has for Status
	Headers  map[string]string `yaml:"headers" lang:"lines"`          // added to the answer, or replacing its own; each line of a text is a value, and "" removes a header
	Body     any               `yaml:"body"`                          // text, or a mapping or list to send as JSON; nil: the hop's own body
	Fields   map[string]any    `yaml:"fields"`                        // new values for fields of the answer's JSON, by their path: see FieldPath
	Hold     *Hold             `yaml:"hold"`                          // keeps the call waiting for another one; nil: it does not wait
	Delay    Delay             `yaml:"delay"`                         // the wait before the answer; alone, the call is slow but works
	Throttle Throttle          `yaml:"throttle"`                      // the speed of the answer's body; 0: unlimited
	Drop     Drop              `yaml:"drop"`                          // how the connection ends, in place of a complete answer; empty: the answer is complete
	Effect   Effect            `yaml:"effect"`                        // what happens to the image; empty: EffectNone with Status or Drop, else EffectApplied
	Linger   *Linger           `yaml:"linger"`                        // keeps the deleted image visible; nil: it is gone at once
}

// A Hold keeps a call waiting until another call has done its work, so that calls
// which are made at the same time are carried out in the same order on every run.
//
// Before its work, a call has to wait only if no such call has done its work since the
// fault was there; before its answer it waits for one that does its work from then on.
// Several calls that go on at the same time do so one after the other, in the order in
// which they came.
//
// A wait that takes longer than Within is a deadlock: it ends, and the journal and the
// log say who waits for whom.
type Hold struct {
	// Until is the call that is waited for. If it names no image, and both calls are
	// about one, that is the same image. Nil: nothing but the removal of the fault
	// lets the call go on.
	Until  *Match        `yaml:"until"`
	Before Point         `yaml:"before"`                // where the call waits; empty: BeforeAnswer
	Within time.Duration `yaml:"within" lang:"nonzero"` // the longest wait, in real time; 0: DefaultHold
}

// DefaultHold is the longest wait of a call that is held, unless the hold has its own.
const DefaultHold = 10 * time.Second

// A Delay is a span of time, which is chosen at random for each call if Max is
// greater than Min. In YAML it is a duration, or {min: 1s, max: 3s}.
type Delay struct {
	Min time.Duration `yaml:"min"`
	Max time.Duration `yaml:"max"` // 0: Min
}

// A Linger keeps a deleted image visible for a while. Exactly one of For and Reads
// must be set.
type Linger struct {
	For   time.Duration `yaml:"for"`                          // how long after the deletion
	Reads int           `yaml:"reads"`                        // for how many answers that contain the image
	In    []Operation   `yaml:"in" lang:"single,words=shows"` // GetImage, GetImages, or both; empty: both
	As    Status        `yaml:"as"`                           // the status that the image has there; empty: the one it had
}

// A Limit answers calls with 429 if they come faster than its rate.
type Limit struct {
	Match      Match      `yaml:"match"` // the calls that count; zero: all but healthcheck
	Rate       Rate       `yaml:"rate" lang:"required"`
	Burst      int        `yaml:"burst" lang:"nonzero"` // the number of calls that may come at once; 0: Rate.Calls
	Restart    bool       `yaml:"restart"`              // true: each refused call starts the wait again
	RetryAfter RetryAfter `yaml:"retry_after"`          // the form of the header Retry-After; empty: no header, as on Huawei Cloud

	// Place is where the limit was read, as file:line. It is empty for a limit made
	// in Go, and not part of the YAML.
	Place string `yaml:"-" lang:"place"`
}

// A Rate is a number of calls in a span of time, written as 10/1m.
type Rate struct {
	Calls int
	Per   time.Duration
}

// A Throttle is a speed in bytes per second, written as 1KiB/s.
type Throttle int64

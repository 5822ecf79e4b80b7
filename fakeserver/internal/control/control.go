// Package control is the control API below /_fake/, by which tests set up a
// server and look into it. Its calls are never faulted or journaled.
package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Prefix is where the control API is.
const Prefix = "/_fake/"

// maxBody is how large a body may be, in bytes: it may be a whole scenario.
const maxBody = scenarios.MaxSize

// A Row is one row of the table of calls: a door to a method of the server, and
// no more than that.
type Row struct {
	Method, Path string
	Status       int    // of the answer, if nothing else is to be said
	About        string // for the documentation, in Markdown
	do           func(*sandbox.Sandbox, call) (answer any, err error)
	params       []string // of its query, each at most once; with a * at the end: any number of times
	Others       []int    // other statuses that answers have, beside those of every call
}

// Table is every call of the control API.
var Table = []Row{
	{"GET", "/_fake/", 200, "a page for people, which shows all of this as it happens", getPage, nil, nil},
	{"GET", "/_fake", 307, "leads to the page", findPage, nil, nil},
	{"GET", "/_fake/page/{file}", 200, "the files of the page", getPage, nil, nil},
	{"GET", "/_fake/images", 200, "`Images`: all images, oldest first", getImages, nil, nil},
	{"POST", "/_fake/images", 201, "`AddImage`: the body is an entry of `images`, for one image", addImage, nil, []int{409}},
	{"GET", "/_fake/images/{id}", 200, "`Image`: one image, or 404", getImage, nil, nil},
	{"PATCH", "/_fake/images/{id}", 200, "`ChangeImage` and `FreeImage`: the body has the keys of an entry of `images` that change, such as `{protected: false}`; `{in_use_by: \"\"}` frees an image", changeImage, nil, nil},
	{"DELETE", "/_fake/images/{id}", 204, "`RemoveImage`: deletes an image, also a protected one", removeImage, nil, nil},
	{"GET", "/_fake/faults", 200, "`Faults` and `Limits`: all faults, with the calls that each has seen and been injected into, and all limits, with the calls that each has seen and refused", getFaults, nil, nil},
	{"POST", "/_fake/faults", 201, "`Inject`: the body is an entry of `faults`; the answer has its name", addFault, nil, []int{409}},
	{"PUT", "/_fake/faults/{name}", 200, "`Replace`: the body is an entry of `faults`, which takes the place of the one with the name, if there is one", replaceFault, nil, nil},
	{"DELETE", "/_fake/faults/{name}", 204, "removes a fault, as the function does that `Inject` returns", removeFault, nil, nil},
	{"POST", "/_fake/limits", 201, "`Limit`: the body is an entry of `limits`; the answer has its name", addLimit, nil, nil},
	{"PUT", "/_fake/limits/{name}", 200, "`ReplaceLimit`: the body is an entry of `limits`, which takes the place of the one with the name", replaceLimit, nil, nil},
	{"DELETE", "/_fake/limits/{name}", 204, "removes a limit, as the function does that `Limit` returns", removeLimit, nil, nil},
	{"GET", "/_fake/requests", 200, "`Requests`: the journal, how many requests there were in `total`, and how many it has `dropped`. `?wait=n` waits until the answers of `n` requests are known, or held back (`WaitRequests`), for at most `&timeout=10s` (default 30s), then answers 408. The parameters `operation`, `image`, `project` and `fault`, one of each, in which `*` stands for any run of characters, `status`, `after` (a `seq`) and `since` (a time such as `2026-01-31T12:00:00Z`) select requests, also those to wait for", getRequests, []string{"operation", "image", "project", "fault", "status", "after", "since", "wait", "timeout"}, []int{408, 503}},
	{"GET", "/_fake/requests/{seq}", 200, "one request of the journal, or 404", getRequest, nil, nil},
	{"GET", "/_fake/events", 200, "the journal as it happens, as server-sent events: `start`, a scenario begins; `request`, one has arrived or was answered, without its headers, bodies and misses; `clear`, the journal was emptied; `state`, the server's time and how many requests and images there are. A client that connects again with `Last-Event-ID` gets what it has missed", getEvents, nil, nil},
	{"DELETE", "/_fake/requests", 204, "`ClearRequests`: empties the journal, and leaves everything else as it is", clearRequests, nil, nil},
	{"POST", "/_fake/check", 200, "`CheckDeleted`, `CheckRequests` (of the `operations` and the `image`, if they are given), `CheckFaultsSpent`, `CheckTokens`, `Attempts` and `CheckOutcome`: the body is `{deleted: [id], kept: [id], requests: [DELETE * 503], operations, image, attempts: {image: id, max: 3}, faults_spent: true, tokens: true, outcome: {error: false}}`, as much of it as is to be checked. 200, or 409 with each of the `differences`, or with `not_driven`: nothing of what the scenario injects was injected, so that the outcome says nothing", checkAll, nil, []int{409}},
	{"GET", "/_fake/scenario", 200, "`Scenario`: what is in force, as YAML: images as they were at the start, faults and limits as they are now", getScenario, nil, nil},
	{"GET", "/_fake/scenarios", 200, "the built-in scenarios, each with its `name`, `topic`, `description`, and what a good client does about it in `expect`", getScenarios, nil, nil},
	{"PUT", "/_fake/scenario", 204, "`Play`: the body is a scenario file, or `?name=` names a built-in; after an error nothing has changed", playScenario, []string{"name*"}, nil},
	{"POST", "/_fake/reset", 204, "`Reset`: everything starts again from what the server, or the sandbox, started with; `?to=current` (`Restart`) from the present scenario", reset, []string{"to"}, nil},
	{"GET", "/_fake/sandboxes", 200, "all sandboxes but the default one, with their images, faults, requests and age in seconds", getSandboxes, nil, nil},
	{"POST", "/_fake/sandboxes", 201, "`Sandbox`: the body is `{name, scenario, names, dialect, strict}`, all of which may be left out: `scenario` is a scenario, `names` are built-ins; without either it plays what the server plays. The answer is how to reach it: `name`, `url`, `auth_url`, `token`, `header`, and `env`, which are environment variables; `?format=sh` has them for `eval`", addSandbox, []string{"format"}, []int{409}},
	{"POST", "/_fake/sandboxes/{name}", 201, "the same, with the name in the path, where a load balancer sees it", addSandbox, []string{"format"}, []int{409}},
	{"DELETE", "/_fake/sandboxes/{name}", 204, "`Sandbox.Close`: removes a sandbox and ends its waiting calls", removeSandbox, nil, nil},
	{"GET", "/_fake/health", 200, "whether the server is `ready`, its `version`, the name of its `scenario`, how many `sandboxes` there are, and in `problem` why a scenario that has changed (`--watch`, `Reload`) is not played; 503 once the server is about to end", getHealth, nil, []int{503}},
	{"GET", "/_fake/clock", 200, "`Now`: the server's time", getClock, nil, nil},
	{"POST", "/_fake/clock", 200, "`Advance`: the body is `{advance: 10m}`", advanceClock, nil, nil},
	{"GET", "/_fake/openapi.json", 200, "this table as an OpenAPI 3.1 document", getOpenAPI, nil, nil},
}

// A call is one request of the control API.
type call struct {
	*http.Request
	vars  wire.Vars
	query url.Values
	set   *sandbox.Set // all sandboxes of the server
	at    wire.Address // how the client reaches the server
	rows  []Row        // the table
	did   *string      // what it has changed, for the log
}

// A Change is a call that was to change something.
type Change struct {
	Sandbox      string // its name; empty: the default one
	Method, Path string // with the query
	Status       int    // of the answer
	Did          string // what has changed; empty: nothing
	Err          error  // why nothing has changed
	Took         time.Duration
}

// changes reports whether the row's calls are to change something.
func (row *Row) changes() bool { return row.Method != http.MethodGet && row.Path != "/_fake/check" }

// note says for the log what the call has changed.
func (c call) note(format string, args ...any) { *c.did = fmt.Sprintf(format, args...) }

// A text is an answer that is not JSON.
type text string

// An instead is an answer with another status than its row's, which is no error.
type instead struct {
	status int
	answer any
}

// A writer is an answer that writes itself, its status too.
type writer func(http.ResponseWriter)

// An API is the control API of a server.
type API struct {
	Sandboxes *sandbox.Set
	Log       func(Change)  // of each call that was to change something, before its answer; nil: none
	Patience  time.Duration // how long no byte of a call's body may come, in real time; 0: no limit
}

// Serve answers a call, in JSON. It is for one of the sandboxes; its client reaches the
// server at an address.
func (a *API) Serve(b *sandbox.Sandbox, at wire.Address, rw http.ResponseWriter, r *http.Request) {
	began := time.Now()
	row, vars, allow, ok := find(r)
	var did string
	var status int
	var answer any
	var err error
	switch {
	case ok:
		req := *r
		req.Body = wire.Patient(rw, r.Body, a.Patience)
		c := call{Request: &req, vars: vars, set: a.Sandboxes, at: at, rows: Table, did: &did}
		if c.query, err = row.query(r); err == nil {
			err = c.takesBody(&row)
		}
		if err == nil {
			status = row.Status
			answer, err = row.do(b, c)
		}
	case allow != nil:
		rw.Header().Set("Allow", strings.Join(allow, ", "))
		err = errorf(http.StatusMethodNotAllowed, "%s does not take %s, only %s", r.URL.Path, r.Method, strings.Join(allow, ", "))
	default:
		err = noPath(r.URL.Path)
	}
	if err != nil {
		status, answer = failure(err)
	}
	if other, ok := answer.(instead); ok {
		status, answer = other.status, other.answer
	}
	if a.Log != nil && ok && row.changes() {
		a.Log(Change{b.Name(), r.Method, r.URL.RequestURI(), status, did, err, time.Since(began)})
	}
	write(rw, status, answer)
}

// Refuse answers a call, whatever it is for, that reaches no sandbox.
func Refuse(rw http.ResponseWriter, err error) {
	status, answer := failure(err)
	if status == http.StatusUnauthorized {
		rw.Header().Set("WWW-Authenticate", `Basic realm="fakeglance control API"`) // so that a browser asks
	}
	write(rw, status, answer)
}

func write(rw http.ResponseWriter, status int, answer any) {
	switch answer := answer.(type) {
	case nil:
		rw.WriteHeader(status)
	case writer:
		answer(rw)
	case text:
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, string(answer)) // the client may have gone
	case jsonText:
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		_, _ = rw.Write(answer)
	case yamlText:
		rw.Header().Set("Content-Type", "application/yaml")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, string(answer))
	default:
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		_ = json.NewEncoder(rw).Encode(answer)
	}
}

// A statusError is an error that knows its status.
type statusError struct {
	status  int
	message string
}

func (e *statusError) Error() string { return e.message }

func errorf(status int, format string, args ...any) error {
	return &statusError{status, fmt.Sprintf(format, args...)}
}

// failure is the answer for an error: 400 if nothing else is said.
func failure(err error) (status int, answer any) {
	out := struct {
		Error    string             `json:"error"`
		Problems scenarios.Problems `json:"problems,omitempty"`
	}{Error: err.Error()}
	status = http.StatusBadRequest
	var e *statusError
	switch {
	case errors.As(err, &e):
		status = e.status
	case errors.Is(err, sandbox.ErrExists), errors.Is(err, sandbox.ErrTaken):
		status = http.StatusConflict
	case errors.Is(err, sandbox.ErrUnknownSandbox):
		status = http.StatusNotFound
	}
	if errors.As(err, &out.Problems) && len(out.Problems) > scenarios.MaxProblems {
		out.Problems = out.Problems[:scenarios.MaxProblems] // Error says how many more there are
	}
	return status, out
}

// noFiles refuses data from files before anybody looks at them: whoever reaches the
// control API has no business with the files of the machine it runs on.
func noFiles() scenarios.ReadOption {
	return scenarios.NoFiles("the control API reads no files; send text or bytes")
}

// read decodes the body of a call, which is JSON or YAML, strictly.
func (c call) read(v any) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	return scenarios.Decode("body", body, v, noFiles())
}

func (c call) body() ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Body, maxBody+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = errorf(http.StatusBadRequest, "nothing more of the body came for too long, after %d bytes", len(body))
	case err == nil && len(body) > maxBody:
		err = errorf(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", maxBody)
	}
	return body, err
}

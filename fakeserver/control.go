package fakeserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// controlPrefix is where the control API is. Its calls meet no fault and are in
// no journal.
const controlPrefix = "/_fake/"

// maxControlBody is how large a scenario may be that comes over the network.
const maxControlBody = 64 << 20

// A control is one row of the table of the control API: a door to a method of
// Server, and no more than that.
type control struct {
	method, path string
	do           func(*Server, controlCall) (status int, answer any, err error)
	about        string // for the README
}

// A controlCall is one request of the control API.
type controlCall struct {
	*http.Request
	vars wire.Vars
}

var controls = []control{
	{"GET", "/_fake/images", (*Server).controlImages, "`Images`: every image, oldest first"},
	{"POST", "/_fake/images", (*Server).controlAddImage, "`AddImage`: the body is an entry of `images`"},
	{"GET", "/_fake/images/{id}", (*Server).controlImage, "`Image`: one image, or 404"},
	{"GET", "/_fake/faults", (*Server).controlFaults, "`Faults`: every fault, what it has seen and struck"},
	{"POST", "/_fake/faults", (*Server).controlInject, "`Inject`: the body is an entry of `faults`; the answer has its name"},
	{"DELETE", "/_fake/faults/{name}", (*Server).controlRemove, "takes a fault out again, as the function does that `Inject` returns"},
	{"GET", "/_fake/requests", (*Server).controlRequests, "`Requests`: the journal, with `?wait=n` once it has `n` requests (`WaitRequests`; `&timeout=10s`)"},
	{"PUT", "/_fake/scenario", (*Server).controlPlay, "`Play`: the body is a scenario file, or `?name=` names a built-in; one with an error changes nothing"},
	{"POST", "/_fake/reset", (*Server).controlReset, "`Reset`: back to the start of the scenario"},
	{"POST", "/_fake/clock", (*Server).controlClock, "`Advance`: the body is `{advance: 10m}`"},
}

var controlRouting = sync.OnceValue(func() *router[control] {
	return newRouter(controls, func(c control) (string, string) { return c.method, c.path })
})

// serveControl answers a call of the control API: JSON, errors too.
func (s *Server) serveControl(rw http.ResponseWriter, r *http.Request) {
	row, vars, allow, ok := controlRouting().find(r)
	var status int
	var answer any
	var err error
	switch {
	case ok:
		status, answer, err = row.do(s, controlCall{r, vars})
	case allow != nil:
		rw.Header().Set("Allow", strings.Join(allow, ", "))
		err = controlErrorf(http.StatusMethodNotAllowed, "%s does not take %s, only %s", r.URL.Path, r.Method, strings.Join(allow, ", "))
	default:
		err = controlErrorf(http.StatusNotFound, "the control API has no %s; it has %s", r.URL.Path, controlPaths())
	}
	if err != nil {
		status, answer = controlFailure(err)
	}
	if answer == nil {
		rw.WriteHeader(status)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(answer) // the client may have gone
}

func controlPaths() string {
	var paths []string
	for _, row := range controls {
		paths = append(paths, row.method+" "+row.path)
	}
	return strings.Join(paths, ", ")
}

// A controlError is an error that knows its status.
type controlError struct {
	status  int
	message string
}

func (e *controlError) Error() string { return e.message }

func controlErrorf(status int, format string, args ...any) error {
	return &controlError{status, fmt.Sprintf(format, args...)}
}

// controlFailure is the answer for an error: 400 if nothing else is said.
func controlFailure(err error) (status int, answer any) {
	out := struct {
		Error    string             `json:"error"`
		Problems scenarios.Problems `json:"problems,omitempty"`
	}{Error: err.Error()}
	status = http.StatusBadRequest
	var e *controlError
	switch {
	case errors.As(err, &e):
		status = e.status
	case errors.Is(err, registry.ErrExists):
		status = http.StatusConflict
	}
	errors.As(err, &out.Problems)
	return status, out
}

// read decodes the body of a call, which is JSON or YAML, strictly.
func (c controlCall) read(v any) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	return scenarios.Decode("body", body, v)
}

func (c controlCall) body() ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Body, maxControlBody+1))
	if err == nil && len(body) > maxControlBody {
		err = controlErrorf(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", maxControlBody)
	}
	return body, err
}

func (s *Server) controlImages(controlCall) (int, any, error) {
	return http.StatusOK, map[string]any{"images": s.Images()}, nil
}

func (s *Server) controlImage(c controlCall) (int, any, error) {
	img, ok := s.Image(c.vars.Get("id"))
	if !ok {
		return 0, nil, controlErrorf(http.StatusNotFound, "no image has the id %q", c.vars.Get("id"))
	}
	return http.StatusOK, img, nil
}

func (s *Server) controlAddImage(c controlCall) (int, any, error) {
	var img scenarios.Image
	if err := c.read(&img); err != nil {
		return 0, nil, err
	}
	if img.Data.File != "" {
		return 0, nil, noFiles("")
	}
	img, err := s.AddImage(img)
	return http.StatusCreated, img, err
}

func (s *Server) controlFaults(controlCall) (int, any, error) {
	return http.StatusOK, map[string]any{"faults": s.Faults()}, nil
}

func (s *Server) controlInject(c controlCall) (int, any, error) {
	var f scenarios.Fault
	if err := c.read(&f); err != nil {
		return 0, nil, err
	}
	name, err := s.world.Load().faults.Add(f)
	return http.StatusCreated, map[string]any{"name": name}, err
}

func (s *Server) controlRemove(c controlCall) (int, any, error) {
	if !s.world.Load().faults.Remove(c.vars.Get("name")) {
		return 0, nil, controlErrorf(http.StatusNotFound, "no fault is called %q", c.vars.Get("name"))
	}
	return http.StatusNoContent, nil, nil
}

// controlRequests takes wait=n, and timeout=10s for how long to wait at the most.
func (s *Server) controlRequests(c controlCall) (int, any, error) {
	query := c.URL.Query()
	if query.Has("wait") {
		n, err := strconv.Atoi(query.Get("wait"))
		if err != nil || n < 0 {
			return 0, nil, controlErrorf(http.StatusBadRequest, "wait: %q is not a number of requests", query.Get("wait"))
		}
		timeout := 30 * time.Second
		if query.Has("timeout") {
			if timeout, err = time.ParseDuration(query.Get("timeout")); err != nil {
				return 0, nil, controlErrorf(http.StatusBadRequest, "timeout: %q is not a duration such as 10s", query.Get("timeout"))
			}
		}
		ctx, cancel := context.WithTimeout(c.Context(), timeout)
		defer cancel()
		defer context.AfterFunc(s.running, cancel)()
		if err := s.WaitRequests(ctx, n); err != nil {
			return 0, nil, controlErrorf(http.StatusRequestTimeout, "only %d requests came in %s, not %d", len(s.Requests()), timeout, n)
		}
	}
	return http.StatusOK, map[string]any{"requests": s.Requests()}, nil
}

// controlPlay takes a scenario as its body, or the names of built-ins: ?name=empty.
func (s *Server) controlPlay(c controlCall) (int, any, error) {
	sc, err := c.scenario()
	if err == nil {
		err = s.Play(sc)
	}
	return http.StatusNoContent, nil, err
}

func (c controlCall) scenario() (*scenarios.Scenario, error) {
	if names := c.URL.Query()["name"]; len(names) > 0 {
		for _, name := range names {
			if _, err := scenarios.Source(name); err != nil {
				return nil, err // a path: the control API reads no files
			}
		}
		return scenarios.Load(names...)
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	sc, err := scenarios.Parse("body", body)
	if err != nil {
		return nil, err
	}
	for i, img := range sc.Images {
		if img.Data.File != "" {
			return nil, noFiles(fmt.Sprintf("images[%d].", i))
		}
	}
	for i, d := range sc.Storage.Downloads {
		if d.Data.File != "" {
			return nil, noFiles(fmt.Sprintf("storage.downloads[%d].", i))
		}
	}
	return sc, nil
}

// noFiles refuses data from a file.
func noFiles(of string) error {
	return controlErrorf(http.StatusBadRequest, "%sdata.file: the control API reads no files; send text or bytes", of)
}

func (s *Server) controlReset(controlCall) (int, any, error) {
	s.Reset()
	return http.StatusNoContent, nil, nil
}

// controlClock takes {"advance": "30s"} and answers with the time that it made.
func (s *Server) controlClock(c controlCall) (int, any, error) {
	var in struct {
		Advance time.Duration `yaml:"advance"`
	}
	if err := c.read(&in); err != nil {
		return 0, nil, err
	}
	s.Advance(in.Advance)
	return http.StatusOK, map[string]any{"now": s.world.Load().clock.Now()}, nil
}

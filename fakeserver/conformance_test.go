package fakeserver_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A recording is a conversation with a real Glance and Keystone, read from
// testdata/conformance/cases.
type recording struct {
	Name  string
	Steps []step
}

// A step is one exchange of a recording.
type step struct {
	As      string            // whose token: alice, bob, rita, admin, unscoped, badtoken, emptytoken; empty: none
	Service string            // image (the default), identity or identity-root
	Method  string            //
	Path    string            //
	Headers map[string]string //
	JSON    json.RawMessage   // the body is in one of these four
	Body    *string           //
	BodyB64 string            `json:"body_b64"`
	Fill    *struct {         // the byte, repeated N times
		Byte string
		N    int
	}
	Chunked bool
	Capture map[string]string // variables to set from the answer: json:images.0.id, header:location
	Poll    *struct {         // repeat the request until the answer's value is one of these
		Key    string
		Equals any
	}
	Hang     *struct{ Send, Length int } // announce an upload of Length bytes, but send only Send of them
	Finish   bool                        // send the rest, and read the answer
	SkipBody bool                        `json:"skip_body"`
	Expect   observation
}

// An observation is the part of an answer that is compared.
type observation struct {
	Status  int
	Headers map[string]string
	JSON    any
	Message string
	Text    string
	SHA256  string
	Length  int
}

var conformanceUsers = map[string]string{"alice": "alpha", "bob": "beta", "rita": "alpha", "admin": "admin"}

// TestRecordedConversations repeats requests that were sent to a real Glance and
// Keystone, and compares the answers with the recorded ones. Placeholders stand
// for whatever differs from run to run (ids, times, tokens): see names.
//
// With REPLAY_AUTH_URL and REPLAY_IMAGE_URL it sends them to the services at
// those URLs instead, for example a real Glance, and deletes all of their images.
func TestRecordedConversations(t *testing.T) {
	remote := remoteTarget("REPLAY")
	if remote == nil {
		t.Parallel()
	}
	files, err := filepath.Glob("../testdata/conformance/cases/*.json")
	if err != nil || len(files) < 200 {
		t.Fatalf("only %d recordings: %v", len(files), err)
	}
	meant, cover := deviations(t), t.TempDir()
	if remote == nil {
		t.Cleanup(func() { checkDocumented(t, cover) })
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			at := remote
			if remote == nil {
				t.Parallel()
				at = ownTarget(t, fakeserver.WithCoverage(cover))
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var rec recording
			dec := json.NewDecoder(bytes.NewReader(text))
			dec.UseNumber()
			if err := dec.Decode(&rec); err != nil {
				t.Fatal(err)
			}
			r := newReplay(t, at, uint64(len(rec.Name)))
			if remote != nil {
				r.wipe()
			}
			r.run(rec, meant)
		})
	}
}

// deviations returns the steps whose answers are meant to differ from the
// recording, with the reasons.
func deviations(t *testing.T) map[string]string {
	text, err := os.ReadFile("../testdata/conformance/deviations.txt")
	if err != nil {
		t.Fatal(err)
	}
	meant := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		place, reason, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("deviations.txt: %q has no reason", line)
		}
		meant[place] = reason
	}
	return meant
}

// A target is the image service that receives the requests, and its Keystone.
type target struct {
	image, auth string // their URLs; auth ends in /v3
	salt        uint64 // makes ids and names that the services have not seen; 0: the services are new
	users       map[string]bearer
}

// A bearer is a user who has authenticated.
type bearer struct{ token, userID, projectID string }

// ownTarget starts a fake server.
func ownTarget(t *testing.T, opts ...fakeserver.Option) *target {
	srv := fakeserver.Run(t, append(opts,
		fakeserver.WithScenario("../testdata/conformance/scenario.yaml"),
		fakeserver.WithYAML("auth: {strict: true}"),
		fakeserver.WithDialect(scenarios.Glance))...)
	return &target{image: srv.URL, auth: srv.AuthURL(), users: make(map[string]bearer)}
}

// remoteTarget returns the services that the environment names, or nil if it names
// none.
func remoteTarget(prefix string) *target {
	image, auth := os.Getenv(prefix+"_IMAGE_URL"), os.Getenv(prefix+"_AUTH_URL")
	if image == "" || auth == "" {
		return nil
	}
	return &target{image, auth, uint64(time.Now().UnixNano()), make(map[string]bearer)}
}

// base returns the URL of one of the target's services: image (the default),
// identity or identity-root.
func (t *target) base(service string) string {
	switch service {
	case "identity":
		return t.auth
	case "identity-root":
		return strings.TrimSuffix(t.auth, "/v3")
	}
	return t.image
}

// A replay sends the requests of a recording to a target.
type replay struct {
	*testing.T
	at     *target
	vars   map[string]string
	tokens map[string]string
	hung   *upload
}

// An upload is one that was interrupted after part of its body.
type upload struct {
	conn net.Conn
	left int
}

func newReplay(t *testing.T, at *target, number uint64) *replay {
	r := &replay{T: t, at: at, tokens: make(map[string]string), vars: map[string]string{
		"password": "secret", "auth_url": at.auth, "image_url": at.image,
		"uniq": "u" + strings.ReplaceAll(ids.UUID(1+at.salt, ids.Task, number), "-", "")[:11],
	}}
	for n, found := uint64(0), 0; found < 4; n++ {
		// Only ids with letters in these places, so that their upper case differs.
		if id := ids.UUID(42+at.salt, ids.Task, n); id[0] >= 'a' && id[9] >= 'a' {
			found++
			key := fmt.Sprintf("uuid%d", found)
			r.vars[key], r.vars[key+"_upper"], r.vars[key+"_nodash"] = id, strings.ToUpper(id), strings.ReplaceAll(id, "-", "")
		}
	}
	if at.salt != 0 {
		at.salt++
	}
	for user, project := range conformanceUsers {
		key := project + "_id"
		if project == "admin" {
			key = "adminproj_id"
		}
		who, ok := at.users[user]
		if !ok {
			who = r.login(user, project)
			at.users[user] = who
		}
		r.tokens[user], r.vars[user+"_id"], r.vars[key] = who.token, who.userID, who.projectID
	}
	return r
}

// wipe deletes every image of the target.
func (r *replay) wipe() {
	admin := map[string]string{"X-Auth-Token": r.tokens["admin"], "Content-Type": "application/openstack-images-v2.1-json-patch"}
	for _, hidden := range []string{"true", "false"} {
		for {
			_, body := r.exchange(r.at.image, "GET", "/v2/images?limit=100&visibility=all&os_hidden="+hidden, admin, nil, false)
			var list struct {
				Images []struct {
					ID        string
					Protected bool
				}
			}
			if err := json.Unmarshal(body, &list); err != nil {
				r.Fatal(err)
			}
			if len(list.Images) == 0 {
				break
			}
			for _, img := range list.Images {
				if img.Protected {
					r.exchange(r.at.image, "PATCH", "/v2/images/"+img.ID, admin, []byte(`[{"op": "replace", "path": "/protected", "value": false}]`), false)
				}
				r.exchange(r.at.image, "DELETE", "/v2/images/"+img.ID, map[string]string{"X-Auth-Token": r.tokens["admin"]}, nil, false)
			}
		}
	}
}

// login gets a token for a user: scoped to a project, or unscoped if it is empty.
func (r *replay) login(user, project string) bearer {
	scope := any("unscoped")
	domain := map[string]string{"name": "Default"}
	if project != "" {
		scope = map[string]any{"project": map[string]any{"name": project, "domain": domain}}
	}
	body, err := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{
			"user": map[string]any{"name": user, "domain": domain, "password": "secret"}}},
		"scope": scope,
	}})
	if err != nil {
		r.Fatal(err)
	}
	resp, answer := r.exchange(r.at.auth, "POST", "/auth/tokens", map[string]string{"Content-Type": "application/json"}, body, false)
	if resp.StatusCode != http.StatusCreated {
		r.Fatalf("%s cannot get a token: %s", user, resp.Status)
	}
	var issued struct {
		Token struct{ User, Project struct{ ID string } }
	}
	if err := json.Unmarshal(answer, &issued); err != nil {
		r.Fatal(err)
	}
	return bearer{resp.Header.Get("X-Subject-Token"), issued.Token.User.ID, issued.Token.Project.ID}
}

func (r *replay) run(rec recording, meant map[string]string) {
	names := newNames(r)
	for i, s := range rec.Steps {
		resp, body := r.send(s)
		if resp == nil {
			continue // the upload was interrupted
		}
		r.capture(s, resp, body)
		own := names
		if s.SkipBody {
			own = newNames(r)
		}
		differ := differences(s, own.observe(s.Method, resp, body))
		place := fmt.Sprintf("%s %d", rec.Name, i+1)
		switch reason, ok := meant[place]; {
		case ok && len(differ) == 0 && r.at.salt == 0: // the service at a URL may be the real one
			r.Errorf("step %d agrees with the recording, though deviations.txt lists it: %s", i+1, reason)
		case !ok && len(differ) > 0:
			r.Errorf("step %d: %s %s %s\n\t%s", i+1, s.As, s.Method, s.Path, strings.Join(differ, "\n\t"))
		}
	}
}

// send sends the request of a step, repeatedly if the step polls, and returns the
// answer.
func (r *replay) send(s step) (*http.Response, []byte) {
	headers := r.headers(s)
	body := r.body(s)
	if s.JSON != nil && headers["Content-Type"] == "" && headers["content-type"] == "" {
		headers["Content-Type"] = "application/json"
	}
	path := r.fill(s.Path)
	switch {
	case s.Hang != nil:
		r.hang(s, path, headers)
		return nil, nil
	case s.Finish:
		_, _ = r.hung.conn.Write(bytes.Repeat([]byte("h"), r.hung.left)) // this may fail: the server may have answered already
		return r.answer(r.hung.conn, s.Method)
	}
	for tries := 0; ; tries++ {
		resp, content := r.exchange(r.at.base(s.Service), s.Method, path, headers, body, s.Chunked)
		if s.Poll == nil || tries == 100 { // the fake is done at once, or never
			return resp, content
		}
		r.pause()
		var answer map[string]any
		_ = json.Unmarshal(content, &answer) // a body that is not JSON has no keys
		wanted, ok := s.Poll.Equals.([]any)
		if !ok {
			wanted = []any{s.Poll.Equals}
		}
		for _, v := range wanted {
			if answer[s.Poll.Key] == v {
				return resp, content
			}
		}
	}
}

func (r *replay) headers(s step) map[string]string {
	headers := make(map[string]string)
	switch s.As {
	case "", "none":
	case "unscoped":
		headers["X-Auth-Token"] = r.login("alice", "").token
	case "badtoken":
		headers["X-Auth-Token"] = "this-is-not-a-token"
	case "emptytoken":
		headers["X-Auth-Token"] = ""
	default:
		headers["X-Auth-Token"] = r.tokens[s.As]
	}
	for key, value := range s.Headers {
		headers[key] = r.fill(value)
	}
	return headers
}

func (r *replay) body(s step) []byte {
	switch {
	case s.JSON != nil:
		return []byte(r.fill(string(s.JSON)))
	case s.Body != nil:
		return []byte(r.fill(*s.Body))
	case s.BodyB64 != "":
		body, err := base64.StdEncoding.DecodeString(s.BodyB64)
		if err != nil {
			r.Fatal(err)
		}
		return body
	case s.Fill != nil:
		return bytes.Repeat([]byte(s.Fill.Byte), s.Fill.N)
	}
	return nil
}

var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// fill replaces the variables in a text with their values.
func (r *replay) fill(text string) string {
	return variable.ReplaceAllStringFunc(text, func(ref string) string {
		if v, ok := r.vars[ref[2:len(ref)-1]]; ok {
			return v
		}
		return ref
	})
}

// exchange sends a request exactly as given, which net/http's client would
// normalize, and returns the answer.
func (r *replay) exchange(base, method, path string, headers map[string]string, body []byte, chunked bool) (*http.Response, []byte) {
	var b bytes.Buffer
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	switch {
	case body != nil && chunked:
		length = "Transfer-Encoding: chunked\r\n"
	case hasKey(headers, "content-length"), body == nil && method != "POST" && method != "PUT" && method != "PATCH":
		length = ""
	}
	r.head(&b, base, method, path, headers, length)
	if body != nil && chunked {
		fmt.Fprintf(&b, "%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	} else {
		b.Write(body)
	}
	conn := r.dial(base)
	// This may fail: a server that rejects a body need not read it. Only the answer
	// counts.
	_, _ = conn.Write(b.Bytes())
	return r.answer(conn, method)
}

func (r *replay) head(b *bytes.Buffer, base, method, path string, headers map[string]string, length string) {
	host, prefix := hostOf(base)
	fmt.Fprintf(b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s", method, prefix+path, host, length)
	for key, value := range headers {
		fmt.Fprintf(b, "%s: %s\r\n", key, value)
	}
	b.WriteString("\r\n")
}

func hasKey(headers map[string]string, name string) bool {
	for key := range headers {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// hostOf splits a URL into its host and its path.
func hostOf(url string) (host, path string) {
	host, path, _ = strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	if path != "" {
		path = "/" + path
	}
	return host, path
}

func (r *replay) dial(base string) net.Conn {
	host, _ := hostOf(base)
	conn, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", host)
	if err != nil {
		r.Fatal(err)
	}
	return conn
}

func (r *replay) answer(conn net.Conn, method string) (*http.Response, []byte) {
	defer conn.Close()
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		r.Fatalf("%s: no answer: %v", method, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatalf("%s: incomplete answer: %v", method, err)
	}
	return resp, body
}

// hang starts an upload, and returns once the server has started to read it.
func (r *replay) hang(s step, path string, headers map[string]string) {
	var b bytes.Buffer
	r.head(&b, r.at.image, s.Method, path, headers, fmt.Sprintf("Content-Length: %d\r\n", s.Hang.Length))
	b.Write(bytes.Repeat([]byte("h"), s.Hang.Send))
	r.hung = &upload{conn: r.dial(r.at.image), left: s.Hang.Length - s.Hang.Send}
	if _, err := r.hung.conn.Write(b.Bytes()); err != nil {
		r.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		_, body := r.exchange(r.at.image, "GET", "/v2/images/"+r.vars["img"], map[string]string{"X-Auth-Token": r.tokens["admin"]}, nil, false)
		if bytes.Contains(body, []byte(`"status": "saving"`)) {
			return
		}
		r.pause()
	}
	r.Fatal("the upload did not start")
}

// pause gives a remote service time for its work. The fake needs none.
func (r *replay) pause() {
	if r.at.salt == 0 {
		runtime.Gosched()
		return
	}
	select {
	case <-time.After(250 * time.Millisecond):
	case <-r.Context().Done():
	}
}

// capture sets variables from an answer.
func (r *replay) capture(s step, resp *http.Response, body []byte) {
	for name, from := range s.Capture {
		kind, path, _ := strings.Cut(from, ":")
		if kind == "header" {
			r.vars[name] = resp.Header.Get(path)
			continue
		}
		var at any
		_ = json.Unmarshal(body, &at) // a body that is not JSON has no values
		for _, key := range strings.Split(path, ".") {
			switch v := at.(type) {
			case map[string]any:
				at = v[key]
			case []any:
				var i int
				if _, err := fmt.Sscan(key, &i); err != nil || i >= len(v) {
					at = nil
				} else {
					at = v[i]
				}
			default:
				at = nil
			}
		}
		text, ok := at.(string)
		if !ok {
			text = "uncaptured-" + name
		}
		r.vars[name] = text
	}
}

package fakeserver_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestMatrix sends every method to every path with every body, Accept header and
// token, to two services as TestRandomSequences has them, and compares the answers.
// The clients of other tests are well-behaved; these are not. Paths whose answers
// are meant to differ are listed in deviations.txt as "matrix PATH: why". MATRIX_SHOW
// is how many of a path's differences are shown, by default 8.
func TestMatrix(t *testing.T) {
	truth := remoteTarget("REPLAY")
	if truth == nil {
		t.Skip("no service to compare with: see testdata/oracle/check")
	}
	other := remoteTarget("DIFFER")
	if other == nil {
		other = ownTarget(t)
	}
	meant := deviations(t)
	for _, at := range []*target{truth, other} {
		newReplay(t, at, 0).wipe()
	}
	var sent, differ atomic.Int64
	start := time.Now()
	t.Run("path", func(t *testing.T) {
		for i, path := range matrixPaths() {
			t.Run(path, func(t *testing.T) {
				m := &matrix{T: t, path: path, salt: truth.salt}
				m.their, m.our = newReplay(t, truth, uint64(i)), newReplay(t, other, uint64(i))
				t.Parallel()
				found := m.run()
				sent.Add(int64(m.sent))
				switch reason, ok := meant["matrix "+path]; {
				case ok && len(found) == 0:
					t.Errorf("no answer differs, though deviations.txt lists the path: %s", reason)
				case !ok && len(found) > 0:
					differ.Add(int64(len(found)))
					t.Errorf("%d of %d answers differ:\n%s", len(found), m.sent, strings.Join(found[:min(len(found), int(number("MATRIX_SHOW", 8)))], "\n"))
				}
			})
		}
	})
	t.Logf("%d requests in %s, %d answers differ", sent.Load(), time.Since(start).Round(time.Second), differ.Load())
}

// The methods, bodies and Accept headers of the matrix.
var (
	matrixMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}
	matrixAccepts = []string{"", "application/json", "application/vnd.openstack.images-v2.3", "application/vnd.openstack.images-v2.3+json"}
	matrixBodies  = []matrixBody{
		{"", ""},
		{"application/json", `{}`},
		{"application/json", `{"name": `},
		{"text/plain", "hello"},
		{"application/octet-stream", "\x00\xff\x01"},
		{"application/openstack-images-v2.1-json-patch", `[{"op": "replace", "path": "/name", "value": "new"}]`},
	}
)

type matrixBody struct{ contentType, content string }

// matrixPaths are the paths of the image API, and others that nearly are.
func matrixPaths() []string {
	paths := []string{
		"/healthcheck/", "/versions/", "/versions/x", "//versions", "/unknown", "/images", "/images/${img}", "/V2/images",
		"/v1/images", "/v2.0/images", "/v2.16/images/${img}", "/v2.17/images", "/v2.00/images", "/v3/images", "/v3/images/${img}",
		"/v2/", "/v2/v2/images", "//v2//images//${img}", "/v2/images/", "/v2/images/${img}/", "/v2/images/unknown", "/v2/Images",
		"/v2/images/${img}/unknown", "/v2/images/${img}/actions", "/v2/images/${img}/actions/unknown", "/v2/images/${img}/file/",
		"/v2/images/${img}/members/", "/v2/images/${img}/tags", "/v2/schemas", "/v2/schemas/unknown", "/v2/info", "/v2/tasks/",
		"/v2/stores/fast", "/v2/unknown", "/v2/metadefs/namespaces", "/v2/schemas/metadefs/namespace", "/v3", "/v3/", "/identity/v3",
	}
	fill := strings.NewReplacer("{image_id}", "${img}", "{member_id}", "${beta_id}", "{tag}", "one", "{task_id}", "${uuid1}", "{store_id}", "fast")
	for _, e := range scenarios.Endpoints() {
		if path := fill.Replace(e.Path); !strings.HasPrefix(path, "/identity") && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// A matrix sends the requests for one path.
type matrix struct {
	*testing.T
	path       string
	their, our *replay
	salt       uint64 // for new image ids
	images     uint64 // how many were made
	sent       int
}

// run returns what differs, request by request.
func (m *matrix) run() (found []string) {
	m.newImage()
	for i, method := range matrixMethods {
		for _, body := range matrixBodies {
			for _, accept := range matrixAccepts {
				// A service does with a wrong token what it does with none, but it
				// takes long to find that it is wrong.
				users := []string{"alice", "none"}
				if body.content == "" && accept == "" && i == len(m.path)%len(matrixMethods) {
					users = append(users, "badtoken")
				}
				if accept == "" && m.needsAdmin() {
					users = append(users, "admin")
				}
				for _, user := range users {
					s := step{As: user, Method: method, Path: m.path, Headers: make(map[string]string)}
					if accept != "" {
						s.Headers["Accept"] = accept
					}
					if body.content != "" {
						s.Headers["Content-Type"], s.Body = body.contentType, &body.content
					}
					if differ := m.compare(s); len(differ) > 0 {
						found = append(found, fmt.Sprintf("%s %s %q Accept: %s\n\t%s", user, method, body.content, accept, strings.Join(differ, "\n\t")))
					}
				}
			}
		}
	}
	return found
}

// needsAdmin reports whether only an admin gets further than to a 403.
func (m *matrix) needsAdmin() bool {
	return slices.ContainsFunc([]string{"/v2/tasks", "/v2/cache", "/v2/stores", "/v2/info/stores/detail"}, func(at string) bool { return strings.HasPrefix(m.path, at) })
}

// newImage makes an image for the requests, in both services.
func (m *matrix) newImage() {
	m.images++
	id := ids.UUID(m.salt, ids.Image, m.images)
	image := `{"id": "` + id + `", "disk_format": "raw", "container_format": "bare", "visibility": "shared"}`
	for _, r := range []*replay{m.their, m.our} {
		r.vars["img"] = id
		resp, body := matrixSend(r, step{As: "alice", Method: "POST", Path: "/v2/images", Headers: map[string]string{"Content-Type": "application/json"}, Body: &image})
		if resp.StatusCode != http.StatusCreated {
			m.Fatalf("no image: %s %s", resp.Status, body)
		}
	}
}

func (m *matrix) compare(s step) []string {
	m.sent++
	resp, body := matrixSend(m.their, s)
	s.Expect = newNames(m.their).observe(s.Method, resp, body)
	ours, content := matrixSend(m.our, s)
	differ := differences(s, newNames(m.our).observe(s.Method, ours, content))
	read := slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, s.Method)
	if !read && strings.Contains(m.path, "${img}") && (resp.StatusCode < 300 || ours.StatusCode < 300) {
		m.newImage()
	}
	return differ
}

// matrixClient keeps connections open, which makes the matrix fast.
var matrixClient = &http.Transport{DisableCompression: true, MaxConnsPerHost: 8}

// matrixSend sends the request of a step. Lists show no image, since other paths
// are tried at the same time.
func matrixSend(r *replay, s step) (*http.Response, []byte) {
	host, prefix := hostOf(r.at.image)
	at := url.URL{Scheme: "http", Host: host, Path: prefix + r.fill(s.Path)}
	if strings.HasSuffix(s.Path, "images") || strings.HasSuffix(s.Path, "tasks") {
		at.RawQuery = "owner=nobody"
	}
	var body io.Reader
	if s.Body != nil {
		body = bytes.NewReader([]byte(*s.Body))
	}
	req, err := http.NewRequestWithContext(r.Context(), s.Method, r.at.image, body)
	if err != nil {
		r.Fatal(err)
	}
	req.URL = &at
	for key, value := range r.headers(s) {
		req.Header.Set(key, value)
	}
	resp, err := matrixClient.RoundTrip(req)
	if err != nil {
		r.Fatalf("%s %s: no answer: %v", s.Method, s.Path, err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatalf("%s %s: incomplete answer: %v", s.Method, s.Path, err)
	}
	return resp, content
}

package fakeserver_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// events reads server-sent events.
type events struct {
	*testing.T
	body   io.ReadCloser
	lines  *bufio.Scanner
	lastID string
}

// listen opens the event stream of a server or a sandbox, after an event if its id
// is given.
func listen(t *testing.T, client *http.Client, url, lastID string) *events {
	t.Helper()
	req := must(http.NewRequestWithContext(deadline(t), "GET", url+"/_fake/events", nil))
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp := must(client.Do(req))
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream is %s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	return &events{T: t, body: resp.Body, lines: bufio.NewScanner(resp.Body)}
}

// next is the next event of one of these kinds, in short: "request 1 delete_image
// 503 flaky". A request without an answer is of the kind pending: whether the stream
// has one depends on how long the answer took. At the end of the stream it is "end".
func (e *events) next(kinds string) string {
	e.Helper()
	kind := ""
	for e.lines.Scan() {
		key, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch key {
		case "id":
			e.lastID = value
		case "event":
			kind = value
		case "data":
			if strings.Contains(value, `"end":"pending"`) {
				kind = "pending"
			}
			for wanted := range strings.FieldsSeq(kinds) {
				if kind == wanted {
					return kind + e.short(value)
				}
			}
		}
	}
	if err := e.lines.Err(); err != nil {
		e.Fatalf("the stream broke: %v", err)
	}
	return "end"
}

func (e *events) short(data string) string {
	var all map[string]any
	if err := json.Unmarshal([]byte(data), &all); err != nil {
		e.Fatal(err)
	}
	text := ""
	for _, key := range []string{"sandbox", "scenario", "seq", "operation", "image_name", "status", "end", "fault", "total", "images"} {
		if v, ok := all[key]; ok && v != "" {
			text += fmt.Sprint(" ", v)
		}
	}
	return text
}

func (e *events) want(kinds, want string) {
	e.Helper()
	if got := e.next(kinds); got != want {
		e.Fatalf("the event is %q, want %q", got, want)
	}
}

const changes = "start request clear"

// A stream tells what there is, and then what happens: requests as they arrive and
// are answered, new scenarios, an empty journal. One that was interrupted goes on
// where it was.
func TestEvents(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	client := srv.Client()
	image := srv.URL + "/v2/images/" + srv.Images()[0].ID
	srv.Fail(t, scenarios.DeleteImage, 503, 1)
	askWith(t, client, "DELETE", image, "")

	e := listen(t, client, srv.URL, "")
	e.want(changes, "start one-image")
	e.want(changes+" state", "request 1 delete_image ubuntu-24.04 503 answered injected[0]")
	e.want(changes+" state", "state 1 1")
	askWith(t, client, "DELETE", image, "")
	e.want(changes, "request 2 delete_image ubuntu-24.04 204 answered") // its name is known though it is deleted
	id := e.lastID
	e.body.Close()

	askWith(t, client, "GET", image, "")
	e = listen(t, client, srv.URL, id)
	e.want(changes, "request 3 get_image ubuntu-24.04 404 answered")

	srv.ClearRequests()
	e.want(changes, "clear")
	e.want("state", "state 0 0")
	if _, err := srv.Inject(scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}}, Times: 1, Inject: scenarios.Injection{Delay: scenarios.Delay{Min: time.Hour}}}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		askWith(t, client, "GET", srv.URL+"/v2/images", "")
	}()
	held := e.next("pending")
	for held != "end" && !strings.Contains(held, " 4 get_images") { // it has only arrived, or it is another one
		held = e.next("pending")
	}
	if want := "pending 4 get_images 0 pending injected[1]"; held != want {
		t.Fatalf("the event is %q, want %q", held, want)
	}
	if err := srv.WaitRequests(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	srv.Advance(2 * time.Hour)
	<-done
	e.want(changes, "request 4 get_images 200 answered injected[1]")

	id = e.lastID
	srv.Reset()
	e.want(changes, "start one-image")
	e.want("state", "state 0 1")
	askWith(t, client, "GET", image, "")
	e.want(changes, "request 1 get_image ubuntu-24.04 200 answered")
	e = listen(t, client, srv.URL, id) // what it knows is over
	e.want(changes, "start one-image")
	e.want(changes, "request 1 get_image ubuntu-24.04 200 answered")
}

// The stream of a sandbox is about that sandbox, and ends with it; all end with the
// server.
func TestEventsEnd(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	client := srv.Client()
	box := must(srv.Sandbox("a", fakeserver.WithScenario("one-image")))
	e, root := listen(t, client, box.URL, ""), listen(t, client, srv.URL, "")
	e.want(changes, "start a one-image")
	root.want(changes, "start")
	askWith(t, client, "GET", box.URL+"/v2/images", "")
	e.want(changes, "request 1 get_images 200 answered")
	box.Close()
	e.want(changes, "end")
	askWith(t, client, "GET", srv.URL+"/v2/images", "")
	root.want(changes, "request 1 get_images 200 answered")
	srv.Close()
	if root.lines.Scan() && root.next(changes) != "end" {
		t.Error("the stream goes on after its server has closed")
	}
}

// A client that does not read its stream slows nobody, and its sandbox can be
// removed all the same.
func TestEventsSlowReader(t *testing.T) {
	t.Parallel()
	srv := must(fakeserver.New(fakeserver.WithJournal(2000, 0)))
	t.Cleanup(srv.Close)
	box := must(srv.Sandbox("a"))
	ended := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		srv.ServeHTTP(rw, r)
		close(ended)
	}))
	t.Cleanup(web.Close)
	conn := must(new(net.Dialer).DialContext(deadline(t), "tcp", web.Listener.Addr().String()))
	t.Cleanup(func() { conn.Close() })
	fmt.Fprint(conn, "GET /s/a/_fake/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	must(conn.Read(make([]byte, 1)))  // it has begun
	long := strings.Repeat("x", 8000) // so that the stream is more than what the system buffers
	for range 2000 {
		srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/s/a/v2/images?a="+long, nil))
	}
	if n := len(box.Requests()); n != 2000 {
		t.Errorf("the journal has %d requests, want 2000", n)
	}
	box.Close()
	select {
	case <-ended:
	case <-deadline(t).Done():
		t.Error("the stream of a removed sandbox goes on")
	}
}

// The page is served at the server and in each sandbox, and found without its last
// slash.
func TestPage(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	box := must(srv.Sandbox("a"))
	client := srv.Client()
	for _, url := range []string{srv.URL, box.URL} {
		resp, body := askWith(t, client, "GET", url+"/_fake", "")
		if want := url + "/_fake/"; resp.Request.URL.String() != want || resp.StatusCode != 200 || !strings.HasPrefix(body, "<!doctype html>") {
			t.Errorf("%s/_fake leads to %s: %s", url, resp.Request.URL, resp.Status)
		}
		if resp, _ := askWith(t, client, "GET", url+"/_fake/page/main.js", ""); resp.StatusCode != 200 {
			t.Errorf("%s: main.js is %s", url, resp.Status)
		}
		if resp, body := askWith(t, client, "GET", url+"/_fake/page/none.js", ""); resp.StatusCode != 404 || !strings.Contains(body, "none.js") {
			t.Errorf("%s: none.js is %s %s", url, resp.Status, body)
		}
	}
	askWith(t, client, "GET", srv.URL+"/v2/images", "")
	for _, test := range []struct{ path, want string }{
		{"/_fake/requests/1", `"operation":"get_images"`},
		{"/_fake/requests/2", "the journal has no request 2"},
		{"/_fake/requests/x", "is not a whole number"},
		{"/_fake/scenarios", `{"name":"flaky-then-ok","topic":"gateway","description":"`},
	} {
		if _, body := askWith(t, client, "GET", srv.URL+test.path, ""); !strings.Contains(body, test.want) {
			t.Errorf("%s: %s, want %s in it", test.path, body, test.want)
		}
	}
}

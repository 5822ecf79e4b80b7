package fakeserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// crowd is how many sandboxes there are, each with a client of its own.
const crowd = 1000

// A thousand clients, each with a sandbox of its own, work at the same time, and each
// finds its own world only: images, although one has the same id in all of them;
// tokens; faults and their counts; the clock; the journal. Every client does that
// once; with FAKEGLANCE_CROWD set to a duration such as 1m, again and again for so long.
func TestCrowdOfSandboxes(t *testing.T) {
	t.Parallel()
	var long time.Duration
	if text := os.Getenv("FAKEGLANCE_CROWD"); text != "" {
		long = must(time.ParseDuration(text))
	}
	ctx, cancel := context.WithTimeout(t.Context(), long+time.Minute)
	defer cancel()
	srv := fakeserver.Run(t, fakeserver.WithLog(nil), fakeserver.WithScenario("one-image"))
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}

	var members [crowd]*member
	for i := range members {
		name := fmt.Sprintf("member-%d", i)
		box, err := srv.Sandbox(name, fakeserver.WithStrictAuth(true), fakeserver.WithImages(scenarios.Image{ID: alpha, Name: "image of " + name}))
		if err != nil {
			t.Fatal(err)
		}
		members[i] = &member{ctx: ctx, number: i, box: box, client: client, server: srv.URL}
	}
	for i, m := range members {
		m.neighbour = members[(i+1)%crowd]
	}
	var wg sync.WaitGroup
	begin := time.Now()
	for _, m := range members {
		wg.Go(func() {
			for round := 0; round == 0 || time.Since(begin) < long; round++ {
				if err := m.work(round); err != nil {
					t.Errorf("%s, round %d: %v", m.box.Name(), round, err)
					return
				}
			}
		})
	}
	wg.Wait()
	calls := 0
	for _, m := range members {
		calls += m.calls
	}
	if n := len(srv.Requests()); n > 0 {
		t.Errorf("%d requests came to no sandbox", n)
	}
	t.Logf("%d calls to %d sandboxes in %s", calls, crowd, time.Since(begin).Round(time.Millisecond))
}

// A member of a crowd is one client, and the sandbox that only it uses.
type member struct {
	ctx       context.Context
	number    int
	box       *fakeserver.Sandbox
	client    *http.Client
	server    string
	neighbour *member
	token     atomic.Pointer[string] // the latest one that it got
	ahead     time.Duration          // of its clock
	calls     int
}

// work does everything once. The error says what was not the member's own.
func (m *member) work(round int) error {
	name := m.box.Name()
	fault := fmt.Sprintf("fault-%d-of-%s", round, name)
	times := 1 + m.number%3
	if _, err := m.box.Inject(scenarios.Fault{
		Name: fault, Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
		Inject: scenarios.Injection{Status: http.StatusServiceUnavailable}, Times: times,
	}); err != nil {
		return err
	}
	var want []string
	call := func(method, path, token, body string, status int) (string, http.Header, error) {
		want = append(want, fmt.Sprintf("%s %s %d", method, path, status))
		return m.call(method, path, token, body, status)
	}
	_, header, err := call("POST", "/identity/v3/auth/tokens", "", `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "`+name+
		`", "password": "x", "domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`, http.StatusCreated)
	if err != nil {
		return err
	}
	token := header.Get("X-Subject-Token")
	m.token.Store(&token)
	if other := m.neighbour.token.Load(); other != nil {
		if _, _, err := call("GET", "/v2/images/"+alpha, *other, "", http.StatusUnauthorized); err != nil {
			return fmt.Errorf("with another's token: %w", err)
		}
	}
	created, _, err := call("POST", "/v2/images", token, `{"name": "made by `+name+`"}`, http.StatusCreated)
	if err != nil {
		return err
	}
	var image struct{ ID string }
	if err := json.Unmarshal([]byte(created), &image); err != nil {
		return err
	}
	list, _, err := call("GET", "/v2/images?sort=name:asc", token, "", http.StatusOK)
	if err != nil {
		return err
	}
	var listed struct{ Images []struct{ Name string } }
	if err := json.Unmarshal([]byte(list), &listed); err != nil {
		return err
	}
	if got := fmt.Sprint(listed.Images); got != "[{image of "+name+"} {made by "+name+"}]" {
		return fmt.Errorf("its images are %s", got)
	}
	for i := range times + 1 {
		status := http.StatusServiceUnavailable
		if i == times {
			status = http.StatusNoContent
		}
		if _, _, err := call("DELETE", "/v2/images/"+image.ID, token, "", status); err != nil {
			return err
		}
	}
	m.box.Advance(time.Duration(m.number) * time.Second)
	m.ahead += time.Duration(m.number) * time.Second
	before, now, after := time.Now(), m.box.Now(), time.Now()
	if now.Before(before.Add(m.ahead)) || now.After(after.Add(m.ahead)) {
		return fmt.Errorf("its clock is %s ahead, want %s", now.Sub(before), m.ahead)
	}
	return m.checkJournal(want, fault)
}

// checkJournal checks that the journal has the wanted requests, all of them the
// member's own, and empties it.
func (m *member) checkJournal(want []string, fault string) error {
	if err := m.box.WaitRequests(m.ctx, len(want)); err != nil {
		return err
	}
	var got []string
	for _, r := range m.box.Requests() {
		got = append(got, fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status))
		if by := r.Header.Get("X-Member"); by != m.box.Name() {
			return fmt.Errorf("%s in its journal is by %s", got[len(got)-1], by)
		}
		if r.Operation == scenarios.DeleteImage && (r.User != m.box.Name() || r.Status == http.StatusServiceUnavailable && r.Fault != fault) {
			return fmt.Errorf("a deletion was by user %s, with fault %q; want %s and %q", r.User, r.Fault, m.box.Name(), fault)
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("its journal has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	m.box.ClearRequests()
	return nil
}

// call sends a request, every second member's with the sandbox in a header, and
// returns what was answered, if it has the status.
func (m *member) call(method, path, token, body string, status int) (string, http.Header, error) {
	m.calls++
	url := m.box.URL
	if m.number%2 == 1 {
		url = m.server
	}
	req, err := http.NewRequestWithContext(m.ctx, method, url+path, strings.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	if m.number%2 == 1 {
		req.Header.Set(m.box.Header())
	}
	req.Header.Set("X-Member", m.box.Name())
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
	}
	resp, err := m.client.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", nil, err
	}
	if resp.StatusCode != status {
		return "", nil, fmt.Errorf("%s %s: %s %s, want %d", method, path, resp.Status, answer, status)
	}
	return string(answer), resp.Header, nil
}

// What an empty sandbox may take.
const (
	sandboxBytes = 50 << 10
	sandboxTime  = time.Millisecond
)

// emptySandboxes makes n sandboxes without images, and returns the memory of each and
// the time that making one took.
func emptySandboxes(tb testing.TB, n int) (bytes int, took time.Duration) {
	tb.Helper()
	srv, err := fakeserver.New(fakeserver.WithLog(nil), fakeserver.WithSandboxes(n, 0))
	if err != nil {
		tb.Fatal(err)
	}
	defer srv.Close()
	sc := fakeserver.WithYAML("images: []")
	before := inUse()
	begin := time.Now()
	for range n {
		if _, err := srv.Sandbox("", sc); err != nil {
			tb.Fatal(err)
		}
	}
	took = time.Since(begin) / time.Duration(n)
	bytes = (inUse() - before) / n
	runtime.KeepAlive(srv)
	return bytes, took
}

// inUse is how many bytes of memory are in use.
func inUse() int {
	runtime.GC()
	runtime.GC() // the first one may leave what has finalizers
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// An empty sandbox takes little memory, and is made at once.
func TestSandboxIsSmall(t *testing.T) {
	// Not parallel: it measures the memory of the whole process.
	bytes, took := emptySandboxes(t, crowd)
	if bytes > sandboxBytes || took > sandboxTime {
		t.Errorf("a sandbox takes %d bytes and %s, want at most %d and %s", bytes, took, sandboxBytes, sandboxTime)
	}
}

// BenchmarkSandbox reports what an empty sandbox takes: B/sandbox and ns/sandbox.
func BenchmarkSandbox(b *testing.B) {
	for b.Loop() {
		bytes, took := emptySandboxes(b, crowd)
		b.ReportMetric(float64(bytes), "B/sandbox")
		b.ReportMetric(float64(took.Nanoseconds()), "ns/sandbox")
		if bytes > sandboxBytes || took > sandboxTime {
			b.Errorf("a sandbox takes %d bytes and %s, want at most %d and %s", bytes, took, sandboxBytes, sandboxTime)
		}
	}
}

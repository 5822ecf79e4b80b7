package journal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var ample = Limits{Requests: 100, Body: 100, Bytes: 1 << 20}

// arrive records the arrival of a DELETE of an image.
func arrive(j *Journal, image string) (Ticket, *Entry) {
	e := &Entry{Time: time.Unix(1, 0)}
	e.Ask("DELETE", "/v2/images/"+image, http.Header{"X-Try": {"1", "2"}})
	return j.Arrive(e), e
}

// answer204 records that the request was answered 204.
func answer204(j *Journal, t Ticket, e *Entry) {
	e.Identify(&fault.Call{Operation: scenarios.DeleteImage, ImageID: strings.TrimPrefix(e.Record().Path, "/v2/images/"), Known: true, User: "demo", Project: "demo"})
	e.Status, e.End, e.Took = 204, Answered, time.Second
	e.Answer(&wire.Reply{Status: 204, ContentType: "text/plain", Header: http.Header{"X-Why": {"so"}}}, "req-1")
	j.Answer(t, e)
}

func lines(j *Journal) []string {
	var all []string
	for _, r := range j.Records(Filter{}) {
		all = append(all, fmt.Sprint(r.Seq, " ", r.String()))
	}
	return all
}

// A request is in the journal as soon as it arrives. Answered requests come first, in
// the order of their answers.
func TestOrder(t *testing.T) {
	t.Parallel()
	j := New(ample)
	ta, ea := arrive(j, "a")
	tb, eb := arrive(j, "b")
	arrive(j, "c")
	answer204(j, tb, eb)
	want := []string{"2 DELETE /v2/images/b 204", "1 DELETE /v2/images/a pending", "3 DELETE /v2/images/c pending"}
	if got := lines(j); !slices.Equal(got, want) {
		t.Errorf("the journal has %q, want %q", got, want)
	}
	answer204(j, ta, ea)
	want = []string{"2 DELETE /v2/images/b 204", "1 DELETE /v2/images/a 204", "3 DELETE /v2/images/c pending"}
	if got := lines(j); !slices.Equal(got, want) {
		t.Errorf("the journal has %q, want %q", got, want)
	}
	if got, want := j.Counts(), (Counts{Arrived: 3, Decided: 2}); got != want {
		t.Errorf("it counts %+v, want %+v", got, want)
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	j := New(ample)
	ticket, e := arrive(j, "a")
	e.Body, e.BodySize, e.AnswerBody = []byte("ask"), 3, []byte("answer")
	answer204(j, ticket, e)
	r := j.Records(Filter{})[0]
	if r.Method != "DELETE" || r.Path != "/v2/images/a" || r.Operation() != scenarios.DeleteImage || r.ImageID() != "a" || r.User() != "demo" || r.Project() != "demo" {
		t.Errorf("the request is %+v", r)
	}
	if got := r.Header()["X-Try"]; !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("X-Try is %q", got)
	}
	if r.Status != 204 || r.End != Answered || r.Took != time.Second || r.RequestID != "req-1" {
		t.Errorf("the answer is %+v", r)
	}
	if h := r.AnswerHeader(); h.Get("X-Why") != "so" || h.Get("Content-Type") != "text/plain" || h.Get("X-Openstack-Request-Id") != "req-1" {
		t.Errorf("the answer's header is %v", h)
	}
	if string(r.Body) != "ask" || string(r.AnswerBody) != "answer" {
		t.Errorf("the bodies are %q and %q", r.Body, r.AnswerBody)
	}
	r.Body[0], r.AnswerBody[0] = 'X', 'X'
	if r := j.Records(Filter{})[0]; string(r.Body) != "ask" || string(r.AnswerBody) != "answer" {
		t.Errorf("changing a record changed the journal: %q and %q", r.Body, r.AnswerBody)
	}
}

func TestForgetsTheOldest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		limits Limits
		body   int // bytes of the two bodies of each request together
		want   int // of ten requests, how many are kept
	}{
		{"all fit", Limits{Requests: 10}, 0, 10},
		{"limited by number", Limits{Requests: 3}, 0, 3},
		{"limited by bytes", Limits{Requests: 10, Bytes: 10_000}, 2_000, 3},
		{"each is too large", Limits{Requests: 10, Bytes: 1_000}, 2_000, 0},
		{"limited to none", Limits{}, 0, 0},
	} {
		j := New(test.limits)
		for i := range 10 {
			ticket, e := arrive(j, fmt.Sprint(i))
			e.Body = make([]byte, test.body/2)
			e.AnswerBody = make([]byte, test.body/2)
			answer204(j, ticket, e)
		}
		got := lines(j)
		if len(got) != test.want || test.want > 0 && got[len(got)-1] != "10 DELETE /v2/images/9 204" {
			t.Errorf("%s: the journal has %q, want the latest %d", test.name, got, test.want)
		}
		if got, want := j.Counts(), (Counts{Arrived: 10, Decided: 10, Dropped: 10 - test.want}); got != want {
			t.Errorf("%s: it counts %+v, want %+v", test.name, got, want)
		}
	}
}

// A subscriber sees each arrival and each answer once, in order, and the arrival
// again of a request whose answer is held back.
func TestEvents(t *testing.T) {
	t.Parallel()
	j := New(ample)
	var got []string
	last := 0
	read := func() <-chan struct{} {
		events, more := j.Events(last)
		for _, e := range events {
			what := "answer"
			if e.Arrival {
				what = "arrival"
			}
			got = append(got, fmt.Sprint(e.N, " ", what, " ", e.Record.Seq))
			last = e.N
		}
		return more
	}
	ta, ea := arrive(j, "a")
	more := read()
	select {
	case <-more:
		t.Error("the channel was closed before the next event")
	default:
	}
	tb, eb := arrive(j, "b")
	<-more
	answer204(j, tb, eb)
	read()
	j.Decide(ta, ea)
	read()
	answer204(j, ta, ea)
	read()
	want := []string{"1 arrival 1", "2 arrival 2", "3 answer 2", "4 arrival 1", "5 answer 1"}
	if !slices.Equal(got, want) {
		t.Errorf("the subscriber saw %q, want %q", got, want)
	}
	j.Retire()
	if read() != nil {
		t.Error("a retired journal still announces more events")
	}
}

// Events have no copies of bodies, so that a subscriber that stops reading keeps
// little memory.
func TestEventsHaveNoBodies(t *testing.T) {
	t.Parallel()
	j := New(ample)
	ticket, e := arrive(j, "a")
	e.Body, e.BodySize, e.AnswerBody = []byte("asked"), 5, []byte("answered")
	answer204(j, ticket, e)
	events, _ := j.Events(0)
	for _, e := range events {
		if r := e.Record; r.Body != nil || r.AnswerBody != nil || r.BodySize != 5 || r.Status != 204 {
			t.Errorf("event %d has the bodies %q and %q, the size %d and the status %d, want no body, 5 and 204", e.N, r.Body, r.AnswerBody, r.BodySize, r.Status)
		}
	}
	if all := j.Records(Filter{}); len(events) != 2 || len(all) != 1 || string(all[0].Body) != "asked" || string(all[0].AnswerBody) != "answered" {
		t.Errorf("there are %d events and the records %v, want 2, and one record with both bodies", len(events), all)
	}
}

// A subscriber that takes a few events at a time sees the same ones.
func TestNext(t *testing.T) {
	t.Parallel()
	j := New(ample)
	for i := range 5 {
		ticket, e := arrive(j, fmt.Sprint(i))
		if i != 2 { // which stays pending
			answer204(j, ticket, e)
		}
	}
	all, _ := j.Events(0)
	var got []Event
	last := 0
	for {
		events, more := j.Next(last, 2)
		got = append(got, events...)
		if len(events) > 2 {
			t.Fatalf("there are %d events, want at most 2", len(events))
		}
		select {
		case <-more:
			last = events[len(events)-1].N
			continue
		default:
		}
		break
	}
	if fmt.Sprint(got) != fmt.Sprint(all) || len(all) != 9 {
		t.Errorf("there are %d events, want the %d of 9:\n%v\n%v", len(got), len(all), got, all)
	}
	if j.Cleared() != 0 {
		t.Errorf("a journal that was not cleared was cleared at %d", j.Cleared())
	}
	j.Clear()
	if events, _ := j.Events(0); j.Cleared() != 9 || len(events) != 1 || events[0].Record.Seq != 3 {
		t.Errorf("it was cleared at %d, want 9, and has %v, want the pending one", j.Cleared(), events)
	}
	if r, ok := j.Record(3); !ok || r.Seq != 3 {
		t.Errorf("request 3 is %v", r)
	}
	if r, ok := j.Record(1); ok {
		t.Errorf("request 1 is still there: %v", r)
	}
}

// Wait counts a request once its answer is decided, even if the client does not have
// it yet, and counts it only once.
func TestWait(t *testing.T) {
	t.Parallel()
	j := New(ample)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	waited := make(chan error, 1)
	go func() { waited <- j.Wait(ctx, 2, Filter{}) }()
	ticket, e := arrive(j, "a")
	j.Decide(ticket, e)
	answer204(j, ticket, e)
	if j.Counts().Decided != 1 {
		t.Errorf("%d requests are decided, want 1", j.Counts().Decided)
	}
	ticket, e = arrive(j, "b")
	j.Decide(ticket, e)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	cancelled, cancelNow := context.WithCancel(t.Context())
	cancelNow()
	if err := j.Wait(cancelled, 3, Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for a request that does not come ended with %v", err)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	j := New(ample)
	for _, image := range []string{"a", "b", "a"} {
		ticket, e := arrive(j, image)
		answer204(j, ticket, e)
	}
	arrive(j, "a")
	for _, test := range []struct {
		filter Filter
		want   string // the Seq of each
	}{
		{Filter{}, "[1 2 3 4]"},
		{Filter{Image: "a"}, "[1 3]"}, // of a pending request it is not known yet
		{Filter{Image: "*"}, "[1 2 3 4]"},
		{Filter{Operation: "delete_*", Project: "demo"}, "[1 2 3]"},
		{Filter{Operation: "get_image"}, "[]"},
		{Filter{Project: "other"}, "[]"},
		{Filter{Status: 204, After: 1}, "[2 3]"},
		{Filter{Status: 503}, "[]"},
		{Filter{Fault: "busy"}, "[]"},
	} {
		got := []int{}
		for _, r := range j.Records(test.filter) {
			got = append(got, r.Seq)
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%+v selects %v, want %s", test.filter, got, test.want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := j.Wait(ctx, 2, Filter{Image: "a"}); err != nil {
		t.Error(err)
	}
	waited := make(chan error, 1)
	go func() { waited <- j.Wait(ctx, 4, Filter{Image: "a", Status: 204}) }()
	for !j.waiting() && ctx.Err() == nil {
		runtime.Gosched()
	}
	ticket, e := arrive(j, "a")
	j.Decide(ticket, e)
	answer204(j, ticket, e)
	select {
	case err := <-waited:
		t.Errorf("three requests are counted as four: %v", err)
	default:
	}
	ticket, e = arrive(j, "a")
	answer204(j, ticket, e)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	cancel()
	if err := j.Wait(ctx, 9, Filter{Image: "a"}); err == nil || len(j.waiters) > 0 {
		t.Errorf("a wait that was given up ended with %v, and %d waiters", err, len(j.waiters))
	}
}

// Retire wakes those that wait.
func TestRetireWakes(t *testing.T) {
	t.Parallel()
	j := New(ample)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	waited := make(chan error, 1)
	go func() { waited <- j.Wait(ctx, 1, Filter{}) }()
	for !j.waiting() && ctx.Err() == nil {
		runtime.Gosched()
	}
	j.Retire()
	if err := <-waited; err != nil {
		t.Errorf("the waiter was not woken: %v", err)
	}
}

// waiting reports whether a goroutine is waiting for a change.
func (j *Journal) waiting() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.waiters) > 0
}

// Many requests at once, with readers, under a small limit.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	j := New(Limits{Requests: 20, Body: 10, Bytes: 1 << 20})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			for n := range 20 {
				image := fmt.Sprint(i, "-", n)
				ticket, e := arrive(j, image)
				answer204(j, ticket, e)
				for _, r := range j.Records(Filter{}) {
					if r.Status != 0 && r.ImageID() != strings.TrimPrefix(r.Path, "/v2/images/") {
						t.Errorf("%s has the answer of %s", r.Path, r.ImageID())
					}
				}
			}
		})
	}
	wg.Wait()
	if got, want := j.Counts(), (Counts{Arrived: 1000, Decided: 1000, Dropped: 980}); got != want {
		t.Errorf("it counts %+v, want %+v", got, want)
	}
	if n := len(j.Records(Filter{})); n != 20 {
		t.Errorf("it has %d requests, want 20", n)
	}
}

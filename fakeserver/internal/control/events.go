package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

const (
	// batch is how many events are read from the journal at once.
	batch = 250
	// pace is the least time between two reads of a journal without much to catch up
	// with, in real time: a busy server is not to be busy with its watchers.
	pace = 20 * time.Millisecond
	// grace is how long a stream may take to end.
	grace = 100 * time.Millisecond
	// pulse is how often a stream without events says how things are, in real time.
	pulse = 5 * time.Second
)

// The data of the events but request, whose data is a requestEvent.
type (
	startEvent struct {
		Sandbox     string            `json:"sandbox"` // empty: the default one
		Scenario    string            `json:"scenario"`
		Description string            `json:"description"`
		Dialect     scenarios.Dialect `json:"dialect"`
	}
	clearEvent struct {
		Until int `json:"until"` // the last event before
	}
	stateEvent struct {
		Now     time.Time `json:"now"`   // by the server's clock
		Total   int       `json:"total"` // requests that arrived, answered or not
		Dropped int       `json:"dropped"`
		Images  int       `json:"images"`
	}
)

// A requestEvent is a request as it was when the event was sent.
type requestEvent struct {
	journal.Summary
	ImageName string `json:"image_name,omitempty"`
}

// getEvents streams the sandbox's journal for as long as the client stays and the
// sandbox is there.
func getEvents(b *sandbox.Sandbox, c call) (any, error) {
	return writer(func(rw http.ResponseWriter) {
		ctx, cancel := context.WithCancel(c.Context())
		defer cancel()
		conn := http.NewResponseController(rw)
		stop := context.AfterFunc(b.Closing(), func() {
			cancel()
			_ = conn.SetWriteDeadline(time.Now().Add(grace)) // the client may have stopped reading
		})
		defer func() {
			if !stop() {
				_ = conn.SetWriteDeadline(time.Time{}) // the connection may have other calls to come
			}
		}()
		header := rw.Header()
		header.Set("Content-Type", "text/event-stream")
		header.Set("Cache-Control", "no-store")
		header.Set("X-Accel-Buffering", "no") // of nginx, which would hold events back
		if c.Method == http.MethodHead {
			return // there is no end to wait for
		}
		s := stream{rw: rw, conn: conn, sandbox: b}
		s.resume(c.Header.Get("Last-Event-ID"))
		s.run(ctx)
	}), nil
}

// A stream is one client's view of a sandbox's journal.
type stream struct {
	rw      http.ResponseWriter
	conn    *http.ResponseController
	sandbox *sandbox.Sandbox
	err     error // of the first write that failed: the client has gone

	world   string // the one that the client knows; empty: none
	last    int    // event of it that the client has
	cleared int    // what the client knows of the journal's Cleared
}

// resume goes on after an event that the client has, given its id.
func (s *stream) resume(id string) {
	world, n, _ := strings.Cut(id, "-")
	if last, err := strconv.Atoi(n); err == nil && last >= 0 {
		s.world, s.last = world, last
	}
}

// run sends events until the client leaves, or ctx is done.
func (s *stream) run(ctx context.Context) {
	fmt.Fprint(s.rw, "retry: 1000\n\n")
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for s.err == nil && ctx.Err() == nil {
		w := s.sandbox.World()
		s.enter(w)
		events, more := w.Journal().Next(s.last, batch)
		if cleared := w.Journal().Cleared(); cleared > s.cleared {
			s.cleared = cleared
			s.send("clear", clearEvent{cleared})
		}
		for i := range events {
			s.request(w, &events[i])
		}
		s.state(w)
		if s.err == nil {
			s.err = s.conn.Flush()
		}
		if more == nil || len(events) == batch { // there is another world, or there are other events
			continue
		}
		select {
		case <-more:
			sleep(ctx, pace)
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// sleep waits, or returns when ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// enter tells the client about a world that it does not know.
func (s *stream) enter(w *sandbox.World) {
	id := strconv.FormatInt(w.Began().UnixNano(), 36)
	if id == s.world {
		return
	}
	s.world, s.last, s.cleared = id, 0, 0
	sc := w.Scenario()
	s.send("start", startEvent{s.sandbox.Name(), sc.Name, sc.Description, w.Dialect().Name})
}

// request sends an event of the journal. The arrival of a request that is answered
// by now says nothing that its answer does not say.
func (s *stream) request(w *sandbox.World, e *journal.Event) {
	s.last = e.N
	if e.Arrival && e.Record.End != journal.Pending {
		return
	}
	out := requestEvent{Summary: e.Record.Summary()}
	if out.Image != "" {
		out.ImageName = w.ImageName(out.Image)
	}
	s.send("request", out)
}

func (s *stream) state(w *sandbox.World) {
	counts := w.Journal().Counts()
	s.send("state", stateEvent{w.Now(), counts.Arrived, counts.Dropped, w.Images()})
}

// send writes an event, whose id is that of the last event of the journal.
func (s *stream) send(name string, data any) {
	text, err := json.Marshal(data)
	if err == nil && s.err == nil {
		_, err = fmt.Fprintf(s.rw, "id: %s-%d\nevent: %s\ndata: %s\n\n", s.world, s.last, name, text)
	}
	if s.err == nil {
		s.err = err
	}
}

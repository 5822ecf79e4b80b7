package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// answered completes the call's entry in the journal, and has it logged.
func (c *call) answered(log func(string, *journal.Entry)) {
	c.note()
	e := &c.entry
	e.End = c.end()
	e.Took = c.world.Now().Sub(e.Time)
	switch e.End {
	case journal.Answered, journal.Truncated:
		e.Status = c.reply.Status
		e.AnswerBody = c.answerBody(e.End)
		e.Answer(&c.reply, c.reply.SentRequestID(c.RequestID))
	default:
		e.Answer(nil, "")
	}
	by := ""
	if f := c.decision.Fault; f != nil && (f.Inject.Status != 0 || f.Inject.Drop != "") {
		by = "fault " + f.Name
		if c.decision.IsLimit() {
			by = "limit " + f.Name
		}
	}
	c.world.Attempted(c.attempt, e.Took, journal.Result(e.Status, e.End), by, dialect.Brief(c.failed))
	c.world.Journal().Answer(c.ticket, e)
	c.known()
	if log != nil {
		log(c.sandbox.Name(), e)
	}
}

// note adds to the entry what is known by now.
func (c *call) note() {
	e := &c.entry
	e.Decision, e.Refused = c.decision, c.refusal != nil
	e.Body, e.BodySize = c.body.first, c.body.size
	e.Identify(&c.subject)
}

func (c *call) end() journal.End {
	if c.left {
		return journal.ClientLeft
	}
	switch c.ending.Drop {
	case scenarios.Reset:
		return journal.Reset
	case scenarios.Hang:
		return journal.Hung
	case scenarios.Truncate:
		return journal.Truncated
	case scenarios.Close:
		return journal.Closed
	}
	if c.cut() {
		return journal.ClientLeft
	}
	return journal.Answered
}

// answerBody is what the journal keeps of the answer's body.
func (c *call) answerBody(end journal.End) []byte {
	rep, keep := &c.reply, c.world.Journal().Limits().Body
	if keep == 0 || c.Request.Method == http.MethodHead {
		return nil
	}
	sent := rep.Size()
	if end == journal.Truncated {
		sent /= 2
	}
	n := int(min(int64(keep), sent))
	if rep.Stream != nil {
		first, _ := io.ReadAll(io.LimitReader(rep.Stream, int64(n)))
		rep.Stream = io.MultiReader(bytes.NewReader(first), rep.Stream)
		return first
	}
	if n < len(rep.Body) {
		return bytes.Clone(rep.Body[:n]) // or the journal would keep all of it
	}
	return rep.Body
}

// write sends the answer, spoiled if the fault says so.
func (c *call) write(rw http.ResponseWriter) {
	if c.cut() && c.sandbox.Closing().Err() != nil {
		// After a body that it has not read, net/http keeps a connection for half a
		// second, although nobody is there any more, and the server is closing.
		if conn, _, err := http.NewResponseController(rw).Hijack(); err == nil {
			_ = conn.Close()
			return
		}
	}
	c.reply.Date = c.world.Date()
	c.reply.NoBody = c.Request.Method == http.MethodHead
	if c.ending != (wire.Ending{}) {
		c.needConnection(rw)
		if c.ending.Drop == scenarios.Hang {
			ctx, cancel := c.until()
			<-ctx.Done()
			cancel()
		}
		c.stopWatching()
		ctx, cancel := c.until()
		defer cancel()
		sleep := func(d time.Duration) error { return c.world.Sleep(ctx, d) }
		wire.Write(rw, c.reply, c.RequestID, c.ending, sleep)
		return
	}
	c.stopWatching()
	wire.Write(rw, c.reply, c.RequestID, wire.Ending{}, nil)
}

// needConnection panics if a fault drops a connection that there is not: the
// handler was called directly, or what serves it has no connections to give away.
func (c *call) needConnection(rw http.ResponseWriter) {
	f := c.decision.Fault
	if f == nil || f.Inject.Drop == "" || c.arrived.Context().Value(http.ServerContextKey) != nil {
		return
	}
	for w := rw; ; {
		if _, ok := w.(http.Hijacker); ok {
			return
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = inner.Unwrap()
	}
	panic(fmt.Sprintf("fakeserver: fault %q drops the connection (%s), but ServeHTTP was called without one: serve it with Run, Start, or httptest.NewServer", f.Name, f.Inject.Drop))
}

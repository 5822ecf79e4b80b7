package pipeline

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// hold keeps the answer back as long as the fault says, but no longer than the
// client and the server are there.
func (c *call) hold(closing context.Context) {
	if c.decision.Delay == 0 {
		return
	}
	c.note()
	c.world.Journal().Decide(c.ticket, &c.entry)
	ctx, cancel := c.until(closing)
	defer cancel()
	if c.world.Sleep(ctx, c.decision.Delay) == nil {
		return
	}
	c.ending.Drop = scenarios.Close
	c.left = c.Request.Context().Err() != nil
}

// until is done when the client leaves or the server closes.
func (c *call) until(closing context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(c.Request.Context())
	stop := context.AfterFunc(closing, cancel)
	return ctx, func() { stop(); cancel() }
}

// answered completes the call's entry in the journal, and has it logged.
func (c *call) answered(log func(*journal.Entry)) {
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
	c.world.Journal().Answer(c.ticket, e)
	if log != nil {
		log(e)
	}
}

// note adds to the entry what is known by now.
func (c *call) note() {
	e := &c.entry
	e.Decision = c.decision
	e.Body, e.BodySize = c.body.first, c.body.size
	e.Identify(&c.subject)
}

func (c *call) end() journal.End {
	switch c.ending.Drop {
	case scenarios.Reset:
		return journal.Reset
	case scenarios.Hang:
		return journal.Hung
	case scenarios.Truncate:
		return journal.Truncated
	case scenarios.Close:
		if c.left {
			return journal.ClientLeft
		}
		return journal.Closed
	}
	if c.body.broke && c.Request.Context().Err() != nil {
		return journal.ClientLeft // in the middle of its request
	}
	return journal.Answered
}

// answerBody is what the journal keeps of the answer's body.
func (c *call) answerBody(end journal.End) []byte {
	rep, keep := &c.reply, c.world.Journal().Limits().Body
	if keep == 0 || c.Request.Method == http.MethodHead {
		return nil
	}
	if rep.Stream != nil {
		first, _ := io.ReadAll(io.LimitReader(rep.Stream, min(int64(keep), rep.Length)))
		rep.Stream = io.MultiReader(bytes.NewReader(first), rep.Stream)
		return first
	}
	body := rep.Body
	if end == journal.Truncated {
		body = body[:len(body)/2]
	}
	if len(body) > keep {
		return bytes.Clone(body[:keep]) // or the journal would keep all of it
	}
	return body
}

// write sends the answer, spoiled if the fault says so.
func (c *call) write(rw http.ResponseWriter, closing context.Context) {
	c.reply.NoBody = c.Request.Method == http.MethodHead
	if c.ending != (wire.Ending{}) {
		ctx, cancel := c.until(closing)
		defer cancel()
		if c.ending.Drop == scenarios.Hang {
			<-ctx.Done()
		}
		sleep := func(d time.Duration) error { return c.world.Sleep(ctx, d) }
		wire.Write(rw, c.reply, c.RequestID, c.ending, sleep)
		return
	}
	if c.reply.Status == http.StatusRequestEntityTooLarge {
		drain(c.Request)
	}
	wire.Write(rw, c.reply, c.RequestID, wire.Ending{}, nil)
}

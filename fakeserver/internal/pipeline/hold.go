package pipeline

import (
	"context"
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// holdWork keeps the call waiting before its work, if the fault says so. It reports
// false if nobody is there any more for whom it could be done.
func (c *call) holdWork(rw http.ResponseWriter) bool {
	if !c.decision.HoldsBefore(scenarios.BeforeWork) {
		return true
	}
	c.readAhead(rw)
	if !c.hold(scenarios.BeforeWork) {
		return false
	}
	c.stopAhead()
	return true
}

// holdAnswer keeps the answer back as long as the fault says.
func (c *call) holdAnswer() {
	if c.decision.HoldsBefore(scenarios.BeforeAnswer) && !c.hold(scenarios.BeforeAnswer) {
		return
	}
	if c.decision.Delay == 0 {
		return
	}
	c.decided()
	c.known()
	ctx, cancel := c.until()
	defer cancel()
	if c.world.Sleep(ctx, c.decision.Delay) != nil {
		c.giveUp()
	}
}

// isLate reports whether the answer is kept back.
func (c *call) isLate() bool {
	return c.decision.Delay != 0 || c.decision.HoldsBefore(scenarios.BeforeAnswer)
}

// hold keeps the call waiting at a point until another one lets it go on. It reports
// false if its client or the server is gone before.
func (c *call) hold(at scenarios.Point) bool {
	c.entry.Held = &journal.Held{Before: at}
	c.held = c.world.Hold(&c.decision, &c.subject, c.entry.Seq(), c.began, c.Request.Method+" "+c.arrived.URL.Path)
	c.decided()
	if at == scenarios.BeforeAnswer {
		c.tellWorked() // only now: a call that waits for this one may be the one that it waits for
	}
	ctx, cancel := c.until()
	defer cancel()
	err := c.held.Wait(ctx)
	c.entry.Held = &journal.Held{Before: at, For: max(c.held.Waited(), time.Microsecond), Deadlock: c.held.Deadlock()}
	if err != nil {
		c.giveUp()
	}
	return err == nil
}

// decided has in the journal that the fault of the call, which waits now, is decided.
func (c *call) decided() {
	c.note()
	c.world.Journal().Decide(c.ticket, &c.entry)
}

// known lets other calls go on: the answer of this one is known, or there is none.
func (c *call) known() {
	c.tellWorked()
	if c.held != nil {
		c.held.Pass()
		c.held = nil
	}
}

// tellWorked tells the calls that wait for this one that its work is done.
func (c *call) tellWorked() {
	if !c.worked {
		c.worked = true
		c.world.Worked(&c.decision, &c.subject, c.entry.Seq(), c.ended)
	}
}

// giveUp ends a wait without an answer: the client, the sandbox or the server is gone.
func (c *call) giveUp() {
	c.ending.Drop = scenarios.Close
	if c.left = c.clientLeft(); c.left {
		c.ending.Drop = scenarios.Hang // its connection may have other calls
	}
}

// until is done when the client leaves, the sandbox is removed, or the server
// closes.
func (c *call) until() (context.Context, context.CancelFunc) {
	client := c.Request.Context()
	if !c.contextTells() {
		client = context.WithoutCancel(client)
	}
	ctx, cancel := context.WithCancel(client)
	stop := context.AfterFunc(c.sandbox.Closing(), cancel)
	if w := c.watching; w != nil && !w.ended {
		context.AfterFunc(w.over, cancel)
	}
	return ctx, func() { stop(); cancel() }
}

// contextTells reports whether the request's context is done only if the client has
// left: to net/http, giving up a body looks like that, too.
func (c *call) contextTells() bool {
	return !c.body.gaveUp && (c.watching == nil || !c.watching.stopped)
}

// clientLeft reports whether the client has left while its call was held back.
func (c *call) clientLeft() bool {
	return c.contextTells() && c.Request.Context().Err() != nil || c.watching != nil && c.watching.gone.Load()
}

// Package pipeline is the life of a request, from its arrival to its answer.
package pipeline

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Pipeline answers the requests of a server's clients.
type Pipeline struct {
	// Log is told of each request, and the name of its sandbox, before its answer
	// is sent; nil: nobody is.
	Log func(sandbox string, e *journal.Entry)

	// Patience is how long no byte of a request's body may come, in real time,
	// before the body is given up; 0: it is waited for.
	Patience time.Duration
}

// A Request is a request that has arrived at a sandbox.
type Request struct {
	*http.Request               // without the sandbox in its path
	Whole         *http.Request // as its client sent it to the server
	Address       wire.Address  // how the client reaches the server
}

// Serve takes a request through its stages, one after the other.
func (p *Pipeline) Serve(b *sandbox.Sandbox, rw http.ResponseWriter, r Request) {
	c := calls.Get().(*call)
	defer c.free()
	c.arrive(b, r) // in the sandbox's journal, at once
	c.route()      // which operation is it?
	c.readBody(rw, p.Patience)
	c.identify()        // who is calling?
	c.decide()          // which fault is injected?
	if c.holdWork(rw) { // until another call has worked, if the fault says so
		c.operate()    // do the work, unless the fault says that it is not done
		c.settle()     // or which fault, if that depends on the true answer
		c.spoil()      // replace the answer, or change it
		c.readOn()     // what nobody has read of the body
		c.watch(rw)    // whether the client is still there
		c.holdAnswer() // the answer is late
	}
	c.answered(p.Log) // in the journal, before its client knows
	c.write(rw)
}

// A call is a request on its way through the pipeline.
type call struct {
	wire.Call
	sandbox  *sandbox.Sandbox
	world    *sandbox.World // of the sandbox, when the call came
	arrived  Request        // as it came; the call's own Request is as it is routed
	ticket   journal.Ticket
	target   target
	body     body
	bodyErr  error       // what is wrong with the body; nil: nothing
	refusal  *wire.Reply // of the gateway, which refuses the signature; nil: it does not
	subject  fault.Call
	decision fault.Decision
	watching *watch      // nil: nothing needs to
	held     *fault.Held // nil: it is not held, or has passed since
	began    int64       // the moment before its work; 0: it has not begun, or nobody asks
	ended    int64       // the moment after it
	worked   bool        // calls that wait for this one know that it has done its work
	reply    wire.Reply
	ending   wire.Ending
	left     bool // the client went away before its answer
	attempt  sandbox.Attempt
	failed   error         // why the true answer is an error; nil: it is none, or it was not made
	entry    journal.Entry // the call as the journal has it
}

// calls are calls that were answered and can be used again.
var calls = sync.Pool{New: func() any { return new(call) }}

// free gives back a call that was answered. Nobody may hold on to it.
func (c *call) free() {
	entry := c.entry
	entry.Reset()
	*c = call{entry: entry}
	calls.Put(c)
}

func (c *call) arrive(b *sandbox.Sandbox, arrived Request) {
	w, r := b.World(), arrived.Request
	c.sandbox, c.world, c.arrived = b, w, arrived
	at := arrived.Address
	at.Mount += b.PathOf()
	c.Call = wire.Call{Request: r, Address: at, Now: w.Now(), RequestID: w.RequestID(r)}
	uri := r.RequestURI
	if uri == "" { // it was made in Go
		uri = r.URL.RequestURI()
	}
	c.entry.Time = c.Now
	c.entry.Ask(r.Method, uri, r.Header)
	c.ticket = w.Journal().Arrive(&c.entry)
}

// identify finds out who is calling: by the token, or else by the signature,
// which means nothing to OpenStack's own service.
func (c *call) identify() {
	r := c.arrived.Request
	if !c.world.Dialect().Signatures || !keystone.Signed(r) {
		c.Caller = c.world.Keystone().Identify(r)
		return
	}
	status, err := http.StatusRequestEntityTooLarge, c.bodyErr
	if err == nil {
		status = http.StatusUnauthorized
		if path := c.arrived.Address.Mount + c.arrived.Whole.URL.Path; path != r.URL.Path { // which the client has signed
			whole, at := *r, *r.URL
			at.Path = path
			whole.URL, r = &at, &whole
		}
		c.Caller, err = c.world.Keystone().Verify(r, c.Body, c.Now)
	}
	if err != nil {
		rep := dialect.RefuseSignature(&c.Call, status, err)
		c.refusal = &rep
	}
}

func (c *call) decide() {
	c.subject = fault.Call{
		Operation: c.Operation, ImageID: c.ImageID(), Reads: c.reads(),
		Known: c.Caller.Known(), ProjectID: c.Caller.ProjectID, Project: c.Caller.Project,
		UserID: c.Caller.UserID, User: c.Caller.User,
		Header: c.arrived.Header, RawQuery: c.arrived.URL.RawQuery, Now: c.Now,
	}
	if c.Operation == scenarios.DeleteImage {
		c.attempt = c.world.Attempt(c.ImageID(), c.Now, c.Caller.Known())
	}
	if c.cut() {
		return // nobody is there to notice a fault
	}
	c.decision = c.world.Decide(&c.subject)
	if c.decision.IsPending() {
		c.Linger = c.claimLinger
	}
}

// operate does the work, and makes the true answer of it. A fault may say that
// nothing is done.
func (c *call) operate() {
	c.began = c.world.Moment()
	if c.decision.PreventsWork {
		c.take(wire.NoContent(http.StatusNoContent))
		return
	}
	rep, err := c.do()
	if c.Request.Method == http.MethodOptions && c.target.side != identitySide && c.refusal == nil && (err != nil || rep.Status/100 != 2) {
		// Glance's middleware for CORS lets OPTIONS succeed everywhere.
		rep, err = wire.Reply{Status: http.StatusOK, NoRequestID: true}, nil
	}
	if err != nil {
		rep = c.world.Dialect().Render(&c.Call, err)
	}
	if c.target.side == imageSide && glance.Anonymous(c.Request) {
		rep.NoRequestID = true
	}
	c.take(rep)
	c.failed = err
}

// take makes a reply the call's, sent as its dialect sends all of them.
func (c *call) take(rep wire.Reply) {
	rep.XRequestID = c.world.Dialect().XRequestID
	c.reply = rep
}

// do is the operation, or the reason why there is none, in Glance's order: no
// valid token, no such path, no such method.
func (c *call) do() (rep wire.Reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	t := &c.target
	switch {
	case t.garbled:
		return wire.Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", NoRequestID: true}, nil
	case c.refusal != nil:
		return *c.refusal, nil
	case t.side == vendorSide && t.route == nil:
		return rep, dialect.GatewayNoRoute
	case (t.side == imageSide || t.side == vendorSide) && !c.Caller.Known() && (t.route == nil || t.route.Access == scenarios.NeedsToken):
		return rep, dialect.Unauthorized
	case c.bodyErr != nil:
		return rep, c.bodyErr
	case t.side == imageSide && t.route != nil && glance.Anonymous(c.Request) && glance.FailsAnonymous(c.Operation):
		return rep, dialect.Internal
	case t.route != nil:
		return t.route.do(c.world, &c.Call)
	case t.side == versionsSide:
		return c.world.Glance().Choices(&c.Call)
	case t.side == identitySide && t.allow != nil:
		return c.world.Keystone().MethodNotAllowed(&c.Call, t.allow)
	case t.side == identitySide:
		return c.world.Keystone().NoRoute(&c.Call)
	case t.allow != nil:
		return c.world.Glance().MethodNotAllowed(&c.Call, t.allow)
	}
	return c.world.Glance().NoRoute(&c.Call)
}

// spoil replaces or changes the true answer as the fault says.
func (c *call) spoil() {
	f := c.decision.Fault
	if f == nil {
		return
	}
	in := &f.Inject
	c.ending = wire.Ending{Drop: in.Drop, Throttle: in.Throttle}
	if in.Status != 0 {
		c.take(c.world.Dialect().Inject(&c.Call, *in))
	}
	c.reply, _ = c.reply.WithFields(in.Fields, c.Base())
	c.reply = c.reply.WithHeaders(in.Headers, c.Base())
	c.reply.Fault = c.decision.Label()
}

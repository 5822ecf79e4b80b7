package fakeserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// maxBody is how large the body of a call may be, but for calls that stream it.
const maxBody = 1 << 20

// maxDrain is how much of a body is read that is too large, so that its client
// comes to read the answer.
const maxDrain = 256 << 20

// maxSignedBody is how large it may be where it is signed: Huawei's limit.
const maxSignedBody = 12 << 20

// A call is one request on its way through a world.
type call struct {
	wire.Call
	world    *world
	uri      string      // path and query, as the client wrote them
	refusal  *wire.Reply // of the gateway, which does not take the signature; nil: it does, or there is none
	body     body        // what the journal will tell of the body
	bodyErr  error       // what is wrong with the body
	subject  fault.Call  // the call as the faults look at it
	decision fault.Decision
	entry    entry // the call as the journal will tell it
}

// ServeHTTP answers a request: the control API below /_fake/, and everything
// else as the world in play has it.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.serveControl(rw, r)
		return
	}
	c := s.newCall(r)
	defer c.free()
	target := c.route()
	c.readBody(target)
	c.identify(r)
	c.subject = fault.Call{
		Operation: c.Operation, ImageID: c.ImageID(), ImageName: c.world.imageName,
		Known: c.Caller.Known(), ProjectID: c.Caller.ProjectID, Project: c.Caller.Project,
		UserID: c.Caller.UserID, User: c.Caller.User,
		Header: r.Header, RawQuery: r.URL.RawQuery, Now: c.Now,
	}
	c.decision = c.world.faults.Decide(&c.subject)
	rep := c.reply(target)
	end := c.ending()
	c.note(rep, end)
	c.world.journal.add(&c.entry)
	if s.log != nil {
		s.log(c)
	}
	if rep.Status == http.StatusRequestEntityTooLarge && r.Body != nil {
		// Who is still sending would see only that the connection breaks.
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
	s.deliver(rw, c, rep, end)
}

// calls are those that were answered and can be used again.
var calls = sync.Pool{New: func() any { return new(call) }}

func (s *Server) newCall(r *http.Request) *call {
	c := calls.Get().(*call)
	w := s.world.Load()
	n := w.calls.Add(1)
	c.world, c.uri = w, r.RequestURI
	if c.uri == "" {
		c.uri = r.URL.RequestURI()
	}
	c.Call = wire.Call{Request: r, Now: w.clock.Now()}
	if given := r.Header["X-Openstack-Request-Id"]; len(given) > 0 {
		c.RequestID = given[0]
	}
	if c.RequestID == "" {
		var buf [40]byte
		c.RequestID = string(ids.AppendUUID(append(buf[:0], "req-"...), w.seed, ids.Request, n))
	}
	return c
}

// free gives a call back once it is answered: nothing of it may be kept.
func (c *call) free() {
	*c = call{entry: entry{text: c.entry.text[:0]}}
	calls.Put(c)
}

// readBody reads the body of a call, unless its handler does. It may be refused
// for its size: but not before it is known who calls.
func (c *call) readBody(t target) {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	c.body = body{ReadCloser: r.Body, keep: c.world.journal.size.body}
	limit, streams := maxBody, t.route != nil && t.route.Streams
	if streams {
		req := *r
		req.Body = &c.body
		c.Request = &req
		if !c.world.dialect.Signatures || !c.world.keystone.SignsBody(r) {
			return
		}
		limit = maxSignedBody
	}
	content, err := io.ReadAll(io.LimitReader(&c.body, int64(limit)+1))
	switch {
	case err != nil:
		c.bodyErr = dialect.BodyInvalid.With(err)
	case len(content) > limit:
		c.bodyErr = dialect.BodyTooLarge.With(limit)
	default:
		c.Body = content
	}
	if streams {
		c.Request.Body = io.NopCloser(bytes.NewReader(content))
	}
}

// identify finds out who calls, by the token or else by the signature. To
// OpenStack's own service a signature says nothing.
func (c *call) identify(r *http.Request) {
	if !c.world.dialect.Signatures || !keystone.Signed(r) {
		c.Caller = c.world.keystone.Identify(r)
		return
	}
	status, err := http.StatusRequestEntityTooLarge, c.bodyErr
	if err == nil {
		status = http.StatusUnauthorized
		c.Caller, err = c.world.keystone.Verify(r, c.Body, c.Now)
	}
	if err != nil {
		rep := dialect.RefuseSignature(&c.Call, status, err)
		c.refusal = &rep
	}
}

// A body remembers the first bytes of what is read through it, and how many
// there were in all.
type body struct {
	io.ReadCloser
	keep  int
	first []byte
	size  int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	b.first = append(b.first, p[:min(n, b.keep-len(b.first))]...)
	return n, err
}

// operate does what the call asks, or says why not, in Glance's order: no
// token that holds, no such path, no such method.
func (c *call) operate(t target) (rep wire.Reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	switch {
	case t.garbled:
		return wire.Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", NoRequestID: true}, nil
	case c.refusal != nil:
		return *c.refusal, nil
	case c.Request.Method == http.MethodOptions && t.side != identitySide && t.route == nil:
		return wire.Reply{Status: http.StatusOK, NoRequestID: true}, nil
	case t.side == imageSide && !c.Caller.Known() && (t.route == nil || t.route.Access == scenarios.NeedsToken):
		return rep, dialect.Unauthorized
	case c.bodyErr != nil:
		return rep, c.bodyErr
	case t.route != nil:
		return t.route.do(c.world, &c.Call)
	case t.side == versionsSide:
		return c.world.glance.Choices(&c.Call)
	case t.side == identitySide && t.allow != nil:
		return c.world.keystone.MethodNotAllowed(&c.Call, t.allow)
	case t.side == identitySide:
		return c.world.keystone.NoRoute(&c.Call)
	case t.allow != nil:
		return rep, dialect.MethodNotAllowed.WithHeader("Allow", strings.Join(t.allow, ", "), c.Request.Method)
	}
	return rep, dialect.NoRoute
}

// reply is the answer to the call: the true one, or what the fault leaves of it.
func (c *call) reply(t target) wire.Reply {
	if f := c.decision.Fault; f != nil {
		return c.struck(t, f.Inject)
	}
	return c.render(c.operate(t))
}

// struck is the answer to a call that a fault strikes. The work is done unless
// the fault says that none is.
func (c *call) struck(t target, in scenarios.Injection) wire.Reply {
	c.Linger = in.Linger
	rep := wire.NoContent(http.StatusNoContent)
	if c.takesEffect(in) {
		rep = c.render(c.operate(t))
	}
	if in.Status != 0 {
		rep = c.world.dialect.Inject(&c.Call, in)
	}
	return rep.WithFields(in.Fields).WithHeaders(in.Headers).Set("X-Fakeglance-Fault", c.decision.Label())
}

// takesEffect reports whether the work is done in spite of the fault. Half a
// reply to a reading call needs the whole one first.
func (c *call) takesEffect(in scenarios.Injection) bool {
	switch {
	case in.Effect != "":
		return in.Effect == scenarios.EffectApplied
	case in.Status != 0:
		return false
	case in.Drop == scenarios.Truncate:
		return c.Request.Method == http.MethodGet
	}
	return in.Drop == ""
}

func (c *call) render(rep wire.Reply, err error) wire.Reply {
	if err == nil {
		return rep
	}
	return c.world.dialect.Render(&c.Call, err)
}

// ending is how the fault spoils the reply on its way out.
func (c *call) ending() wire.Ending {
	f := c.decision.Fault
	if f == nil {
		return wire.Ending{}
	}
	return wire.Ending{Drop: f.Inject.Drop, Throttle: f.Inject.Throttle}
}

// note writes the call's entry in the journal.
func (c *call) note(rep wire.Reply, end wire.Ending) {
	e := &c.entry
	e.put(method, c.Request.Method, c.uri)
	e.text = appendHeader(e.text, c.Request.Header)
	e.put(header, "", string(c.Operation), c.ImageID(), c.Caller.ProjectID, c.Caller.Project, c.Caller.UserID, c.Caller.User)
	e.time, e.known, e.status, e.decision = c.Now, c.Caller.Known(), rep.Status, c.decision
	e.body, e.size = c.body.first, c.body.size
	switch end.Drop {
	case scenarios.Reset, scenarios.Close, scenarios.Hang:
		e.status = 0
	}
}

// deliver gives the client its answer, late or spoiled if a fault says so. It
// waits no longer than the client or the server does.
func (s *Server) deliver(rw http.ResponseWriter, c *call, rep wire.Reply, end wire.Ending) {
	if c.decision.Delay == 0 && end.Drop == "" && end.Throttle == 0 {
		wire.Write(rw, rep, c.RequestID, end)
		return
	}
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	late := c.world.clock.Sleep(ctx, c.decision.Delay) != nil
	if end.Drop == scenarios.Hang {
		<-ctx.Done()
	}
	if late {
		end.Drop = scenarios.Close
	}
	end.Sleep = func(d time.Duration) error { return c.world.clock.Sleep(ctx, d) }
	wire.Write(rw, rep, c.RequestID, end)
}

package fakeserver

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// maxBody is how large the body of a call may be, but for calls that stream it.
const maxBody = 1 << 20

// A call is one request on its way through a world.
type call struct {
	wire.Call
	world     *world
	uri       string // path and query, as the client wrote them
	requestID string
	body      body       // what the journal will tell of the body
	bodyErr   error      // what is wrong with the body
	subject   fault.Call // the call as the faults look at it
	verdict   fault.Verdict
}

// ServeHTTP answers a request: the control API below /_fake/, and everything
// else as the world in play has it.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.serveControl(rw, r)
		return
	}
	c := s.world.Load().newCall(r)
	target := c.route()
	c.readBody(target)
	c.Caller = c.world.keystone.Identify(r)
	c.subject = fault.Call{
		Operation: c.Operation, ImageID: c.ImageID(), ImageName: c.world.imageName,
		Known: c.Caller.Known(), ProjectID: c.Caller.ProjectID, Project: c.Caller.Project,
		UserID: c.Caller.UserID, User: c.Caller.User, Token: r.Header.Get("X-Auth-Token"),
		Header: r.Header, RawQuery: r.URL.RawQuery, Now: c.Now,
	}
	c.verdict = c.world.faults.Decide(&c.subject)
	rep := c.reply(target)
	end := c.ending()
	c.world.journal.add(c.entry(rep, end))
	s.log(c, rep)
	s.deliver(rw, c, rep, end)
}

func (w *world) newCall(r *http.Request) *call {
	n := w.calls.Add(1)
	c := &call{world: w, uri: cmp.Or(r.RequestURI, r.URL.RequestURI())}
	c.Call = wire.Call{Request: r, Dialect: w.dialect, Now: w.clock.Now()}
	c.requestID = r.Header.Get("X-Openstack-Request-Id")
	if c.requestID == "" {
		var buf [40]byte
		c.requestID = string(ids.AppendUUID(append(buf[:0], "req-"...), w.seed, ids.Request, n))
	}
	return c
}

// readBody reads the body of a call, unless its handler does. It may be refused
// for its size: but not before it is known who calls.
func (c *call) readBody(t target) {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	c.body = body{ReadCloser: r.Body, keep: c.world.journal.size.body}
	if t.route != nil && t.route.access == uploader {
		req := *r
		req.Body = &c.body
		c.Request = &req
		return
	}
	content, err := io.ReadAll(io.LimitReader(&c.body, maxBody+1))
	switch {
	case err != nil:
		c.bodyErr = wire.BodyInvalid.With(err)
	case len(content) > maxBody:
		c.bodyErr = wire.BodyTooLarge.With(maxBody)
	default:
		c.Body = content
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
	case c.Request.Method == http.MethodOptions && t.side != identitySide:
		return wire.Reply{Status: http.StatusOK, NoRequestID: true}, nil
	case t.side == imageSide && !c.Caller.Known() && (t.route == nil || t.route.access != anybody):
		return rep, wire.Unauthorized
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
		return rep, wire.MethodNotAllowed.WithHeader("Allow", strings.Join(t.allow, ", "), c.Request.Method)
	}
	return rep, wire.NoRoute
}

// reply is the answer to the call: the true one, or what the fault leaves of
// it. The work is done unless the fault says that none is.
func (c *call) reply(t target) wire.Reply {
	f := c.verdict.Fault
	if f == nil {
		return c.render(c.operate(t))
	}
	in := f.Inject
	c.Linger = in.Linger
	rep := wire.NoContent(http.StatusNoContent)
	if c.takesEffect(in) {
		rep = c.render(c.operate(t))
	}
	if in.Status != 0 {
		rep = wire.Inject(&c.Call, in, c.requestID)
	}
	return rep.WithFields(in.Fields).WithHeaders(in.Headers).Set("X-Fakeglance-Fault", c.verdict.Label())
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
	return wire.Render(&c.Call, err)
}

// ending is how the fault spoils the reply on its way out.
func (c *call) ending() wire.Ending {
	f := c.verdict.Fault
	if f == nil {
		return wire.Ending{}
	}
	return wire.Ending{Drop: f.Inject.Drop, Throttle: f.Inject.Throttle}
}

// entry is the call's line in the journal.
func (c *call) entry(rep wire.Reply, end wire.Ending) entry {
	e := entry{
		method: c.Request.Method, uri: c.uri, header: formatHeader(c.Request.Header),
		body: c.body.first, size: c.body.size, call: c.subject, status: rep.Status, verdict: c.verdict,
	}
	e.call.Header, e.call.RawQuery, e.call.Token, e.call.ImageName = nil, "", "", nil
	switch end.Drop {
	case scenarios.Reset, scenarios.Close, scenarios.Hang:
		e.status = 0
	}
	return e
}

func (s *Server) log(c *call, rep wire.Reply) {
	if !s.logger.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	attrs := []slog.Attr{slog.String("operation", string(c.Operation)), slog.Int("status", rep.Status)}
	if struck := c.verdict.Label(); struck != "" {
		attrs = append(attrs, slog.String("fault", struck))
	}
	s.logger.LogAttrs(context.Background(), slog.LevelInfo, c.Request.Method+" "+c.uri, attrs...)
}

// deliver gives the client its answer, late or spoiled if a fault says so. It
// waits no longer than the client or the server does.
func (s *Server) deliver(rw http.ResponseWriter, c *call, rep wire.Reply, end wire.Ending) {
	if c.verdict.Delay == 0 && end.Drop == "" && end.Throttle == 0 {
		wire.Write(rw, rep, c.requestID, end)
		return
	}
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	late := c.world.clock.Sleep(ctx, c.verdict.Delay) != nil
	if end.Drop == scenarios.Hang {
		<-ctx.Done()
	}
	if late {
		end.Drop = scenarios.Close
	}
	end.Sleep = func(d time.Duration) error { return c.world.clock.Sleep(ctx, d) }
	wire.Write(rw, rep, c.requestID, end)
}

package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// How large a request's body may be, in bytes.
const (
	maxBody       = 1 << 20   // where the operation does not read it itself
	maxSignedBody = 12 << 20  // where the signature covers it: Huawei's limit
	maxDrain      = 256 << 20 // read and thrown away of a body that is refused
)

// readBody reads the body of a call, unless its operation does that. A body that
// is too large or broken is refused later: first comes who is calling. A body of
// which nothing comes for the patience is broken; 0: it is waited for.
func (c *call) readBody(rw http.ResponseWriter, patience time.Duration) {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	c.entry.Identify(&fault.Call{Operation: c.Operation, ImageID: c.ImageID()})
	c.world.Journal().Note(c.ticket, &c.entry) // the body may take its time
	c.body = body{ReadCloser: wire.Patient(rw, r.Body, patience), keep: c.world.Journal().Limits().Body, patience: patience}
	limit, streams := maxBody, c.target.route != nil && c.target.route.Streams
	if streams {
		req := *r
		req.Body = &c.body
		c.Request = &req
		if !c.world.Dialect().Signatures || !c.world.SignsBody(r) {
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

// readOn reads and throws away what is left of a body that nobody has read to its
// end: a client that is still sending would only see its connection break, and
// while a body is unread nobody notices that the client leaves. A client that waits
// for permission to send its body (Expect: 100-continue) is told the answer instead,
// unless the answer is held back.
func (c *call) readOn() {
	switch {
	case c.body.ReadCloser == nil || c.ending.Drop == scenarios.Reset || c.ending.Drop == scenarios.Close:
		return
	case c.body.size == 0 && c.arrived.Header.Get("Expect") != "" && c.body.ahead == nil && !c.isLate() && c.ending.Drop == "":
		return
	}
	_, _ = io.CopyN(io.Discard, &c.body, maxDrain)
}

// cut reports whether the client went away in the middle of its request.
func (c *call) cut() bool {
	return c.body.broke && !c.body.gaveUp && c.arrived.Context().Err() != nil
}

// A body remembers the first bytes that are read through it, how many there
// were in all, and whether it broke off.
type body struct {
	io.ReadCloser
	keep  int
	first []byte
	size  int64
	broke bool

	patience time.Duration // how long nothing may come
	gaveUp   bool          // the patience has ended, which to net/http looks as if the client had left
	err      error         // of the last Read
	ahead    *ahead        // what was read while the call was held; nil: nothing is left of it
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.next(p)
	b.size += int64(n)
	b.first = append(b.first, p[:min(n, b.keep-len(b.first))]...)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		b.gaveUp = true
		err = fmt.Errorf("nothing more of it came for %s, after %d bytes", b.patience, b.size)
	}
	b.broke = b.broke || err != nil && err != io.EOF
	b.err = err
	return n, err
}

// next reads what was read ahead, then the rest.
func (b *body) next(p []byte) (int, error) {
	if b.ahead != nil {
		if n, err := b.ahead.Read(p); n > 0 || err != nil {
			return n, err
		}
		b.ahead = nil
	}
	return b.ReadCloser.Read(p)
}

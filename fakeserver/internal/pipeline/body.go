package pipeline

import (
	"bytes"
	"io"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// How large a request's body may be, in bytes.
const (
	maxBody       = 1 << 20   // where the operation does not read it itself
	maxSignedBody = 12 << 20  // where the signature covers it: Huawei's limit
	maxDrain      = 256 << 20 // read and thrown away of a body that is refused
)

// readBody reads the body of a call, unless its operation does that. A body that
// is too large or broken is refused later: first comes who is calling.
func (c *call) readBody() {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	c.entry.Identify(&fault.Call{Operation: c.Operation, ImageID: c.ImageID()})
	c.world.Journal().Note(c.ticket, &c.entry) // the body may take its time
	c.body = body{ReadCloser: r.Body, keep: c.world.Journal().Limits().Body}
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
	case c.body.size == 0 && c.original.Header.Get("Expect") != "" && c.decision.Delay == 0 && c.ending.Drop == "":
		return
	}
	_, _ = io.CopyN(io.Discard, &c.body, maxDrain)
}

// cut reports whether the client went away in the middle of its request.
func (c *call) cut() bool { return c.body.broke && c.original.Context().Err() != nil }

// A body remembers the first bytes that are read through it, how many there
// were in all, and whether it broke off.
type body struct {
	io.ReadCloser
	keep  int
	first []byte
	size  int64
	broke bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	b.first = append(b.first, p[:min(n, b.keep-len(b.first))]...)
	b.broke = b.broke || err != nil && err != io.EOF
	return n, err
}

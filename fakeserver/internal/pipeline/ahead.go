package pipeline

import (
	"io"
	"net/http"
	"sync/atomic"
)

// An ahead is what is read of a body while its call is held before its work, which will
// need it: while a body is unread, nobody notices that the client leaves.
type ahead struct {
	done    chan struct{} // closed once nothing is read ahead any more
	enough  atomic.Bool   // the next read is the last
	content []byte        // read once done is closed, like err
	err     error         // that ended the body
}

// readAhead begins to watch the client of a call that is going to be held before its
// work, if its body was not read yet.
func (c *call) readAhead(rw http.ResponseWriter) {
	b := &c.body
	if b.ReadCloser == nil || b.err != nil {
		return
	}
	a := new(ahead)
	c.watchBy(rw, func() error { return a.fill(b.ReadCloser) })
	if c.watching != nil {
		a.done, b.ahead = c.watching.done, a
	}
}

// stopAhead goes on with the work: what is being read now is the last that is read ahead,
// and nobody watches the client any more.
func (c *call) stopAhead() {
	if c.body.ahead != nil {
		c.body.ahead.enough.Store(true)
		c.watching.end()
		c.watching = nil
	}
}

// fill reads the body. The error says that its client left.
func (a *ahead) fill(body io.Reader) error {
	buf := make([]byte, 32<<10)
	for !a.enough.Load() && len(a.content) < maxDrain {
		n, err := body.Read(buf)
		a.content = append(a.content, buf[:n]...)
		if err != nil {
			a.err = err
			break
		}
	}
	if a.err == io.EOF {
		return nil
	}
	return a.err
}

// Read reads what was read ahead. At its end it returns 0, and no error unless the body
// ended there.
func (a *ahead) Read(p []byte) (int, error) {
	<-a.done
	n := copy(p, a.content)
	a.content = a.content[n:]
	if n == 0 {
		return 0, a.err
	}
	return n, nil
}

package pipeline

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A watch notices that a client leaves while its call is held back. As long as a
// body is unread, net/http does not: so a watch reads on in it.
type watch struct {
	conn    *http.ResponseController
	done    chan struct{}      // closed once nothing is read any more
	gone    atomic.Bool        // the client has left
	over    context.Context    // done once the client has left
	end     context.CancelFunc // of over
	ended   bool
	stopped bool // before the end of the body: then the request's context says nothing any more
}

// watch begins to watch the client of a call whose answer is going to be held back, if
// its body was not read to its end.
func (c *call) watch(rw http.ResponseWriter) {
	b := &c.body
	switch {
	case b.ReadCloser == nil || b.err != nil && !b.gaveUp:
		return
	case !c.isLate() && c.ending.Drop != scenarios.Hang:
		return
	}
	c.watchBy(rw, func() error {
		_, err := io.Copy(io.Discard, b.ReadCloser)
		return err
	})
}

// watchBy watches the client by reading from its body until the error.
func (c *call) watchBy(rw http.ResponseWriter, read func() error) {
	w := &watch{conn: http.NewResponseController(rw), done: make(chan struct{})}
	if w.conn.SetReadDeadline(time.Time{}) != nil {
		return // there is no connection: the request was made in Go
	}
	w.over, w.end = context.WithCancel(context.Background())
	c.watching = w
	go func() {
		defer close(w.done)
		if read() != nil {
			w.gone.Store(true)
			w.end()
		}
	}()
}

// stopWatching lets the answer be written: while something reads the body, net/http
// does not write.
func (c *call) stopWatching() {
	w := c.watching
	if w == nil || w.ended {
		return
	}
	w.ended = true
	select {
	case <-w.done:
	default:
		// The deadline stays: to what is left of the body net/http would listen as
		// long as the client likes.
		_ = w.conn.SetReadDeadline(time.Unix(1, 0))
		<-w.done
		w.stopped = true
	}
	w.end()
}

package memnet

import (
	"net"
	"os"
	"sync"
	"time"
)

// A stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	bytes   []byte
	ended   error         // what a reader gets after the bytes; nil: more may come
	left    error         // what a writer gets, as nobody reads any more; nil: somebody may
	changed chan struct{} // closed by the next change
}

func newStream() *stream { return &stream{changed: make(chan struct{})} }

// wake tells all who wait. The stream is locked.
func (s *stream) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// read waits for bytes, or for the end.
func (s *stream) read(p []byte, closed <-chan struct{}, until *deadline) (int, error) {
	for {
		if err := ended(closed, until); err != nil {
			return 0, err
		}
		s.mu.Lock()
		if len(s.bytes) > 0 || s.ended != nil || len(p) == 0 {
			n := copy(p, s.bytes)
			err := s.ended
			if n > 0 || len(p) == 0 {
				err = nil
			}
			if s.bytes = s.bytes[n:]; n > 0 {
				s.wake()
			}
			s.mu.Unlock()
			return n, err
		}
		changed := s.changed
		s.mu.Unlock()
		wait(changed, closed, until)
	}
}

// write waits for room, or until nobody reads any more.
func (s *stream) write(p []byte, closed <-chan struct{}, until *deadline) (written int, err error) {
	for {
		if err := ended(closed, until); err != nil {
			return written, err
		}
		s.mu.Lock()
		if err = s.left; err == nil && s.ended != nil {
			err = broken
		}
		if err != nil {
			s.left = broken // the first write is told of a reset, later ones that the pipe is broken
			s.mu.Unlock()
			return written, err
		}
		n := min(len(p), capacity-len(s.bytes))
		s.bytes = append(s.bytes, p[:n]...)
		if written, p = written+n, p[n:]; n > 0 {
			s.wake()
		}
		changed := s.changed
		s.mu.Unlock()
		if len(p) == 0 {
			return written, nil
		}
		wait(changed, closed, until)
	}
}

// end says what a reader gets once it has read the bytes. The first end counts, but a
// reset overtakes the others.
func (s *stream) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil || err == reset {
		s.ended = err
	}
	s.wake()
}

// abandon says that nobody will read any more, and reports whether something was left.
func (s *stream) abandon() (unread bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unread = len(s.bytes) > 0
	s.bytes, s.left = nil, reset
	s.wake()
	return unread
}

// ended is why nothing can be done at this end any more; nil: it can.
func ended(closed <-chan struct{}, until *deadline) error {
	select {
	case <-closed:
		return net.ErrClosed
	default:
	}
	select {
	case <-until.passed():
		return os.ErrDeadlineExceeded
	default:
		return nil
	}
}

// wait returns when something has changed that may end the waiting.
func wait(changed, closed <-chan struct{}, until *deadline) {
	select {
	case <-changed:
	case <-closed:
	case <-until.passed():
	}
}

// A deadline is a point in time, which can change while somebody waits for it.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	over  chan struct{} // closed once it has passed
}

func newDeadline() *deadline { return &deadline{over: make(chan struct{})} }

func (d *deadline) passed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

// set moves the deadline; zero: there is none.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	select {
	case <-d.over:
		d.over = make(chan struct{})
	default:
	}
	if t.IsZero() {
		return
	}
	over := d.over
	left := time.Until(t)
	if left <= 0 {
		close(over)
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.timer == timer { // or the deadline has moved meanwhile
			close(over)
		}
	})
	d.timer = timer
}

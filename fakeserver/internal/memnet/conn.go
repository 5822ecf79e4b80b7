package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// network is what the errors say where those of a socket say tcp.
const network = "memory"

// The errors of a socket, as the system has them.
var (
	refused = os.NewSyscallError("connect", syscall.ECONNREFUSED)
	reset   = syscall.ECONNRESET
	broken  = syscall.EPIPE
)

// capacity is how many bytes wait for a reader before a writer does: about as many as
// between two sockets on one machine.
const capacity = 1 << 20

// A Conn is one end of a connection. Its methods may be called by many goroutines.
type Conn struct {
	in, out       *stream
	local, remote net.Addr
	linger        atomic.Bool // Close says goodbye; false: it resets
	reads, writes *deadline
	closed        chan struct{} // this end, by Close
	close         sync.Once
	ended         func() // called by Close; nil: nobody wants to know
}

// pair returns the two ends of a connection between two addresses.
func pair(a, b net.Addr) (*Conn, *Conn) {
	there, back := newStream(), newStream()
	return newConn(back, there, a, b), newConn(there, back, b, a)
}

func newConn(in, out *stream, local, remote net.Addr) *Conn {
	c := &Conn{in: in, out: out, local: local, remote: remote, reads: newDeadline(), writes: newDeadline(), closed: make(chan struct{})}
	c.linger.Store(true)
	return c
}

// Read returns what the other end has written, io.EOF once that has ended, or an error
// that is ECONNRESET, net.ErrClosed, or os.ErrDeadlineExceeded.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p, c.closed, c.reads)
	return n, c.explain("read", err)
}

// Write returns once all is on its way. The error is EPIPE or ECONNRESET if the other
// end takes no more, net.ErrClosed, or os.ErrDeadlineExceeded.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p, c.closed, c.writes)
	return n, c.explain("write", err)
}

// explain says of an error what was done when it came.
func (c *Conn) explain(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: network, Source: c.local, Addr: c.remote, Err: err}
}

// Close ends both directions. What was written can still be read at the other end, and
// then io.EOF; but as with TCP the connection is reset if something that came was not
// read, or if SetLinger said so.
func (c *Conn) Close() error {
	err := net.ErrClosed
	c.close.Do(func() {
		err = nil
		close(c.closed)
		unread := c.in.abandon()
		if unread || !c.linger.Load() {
			c.out.end(reset)
		} else {
			c.out.end(io.EOF)
		}
		if c.ended != nil {
			c.ended()
		}
	})
	return c.explain("close", err)
}

// CloseWrite ends the direction in which this end writes.
func (c *Conn) CloseWrite() error {
	c.out.end(io.EOF)
	return nil
}

// SetLinger makes Close reset the connection if seconds is 0, as that of a TCP
// connection does.
func (c *Conn) SetLinger(seconds int) error {
	c.linger.Store(seconds != 0)
	return nil
}

// LocalAddr is the address of this end.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the address of the other end.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	c.reads.set(t)
	c.writes.set(t)
	return nil
}

// SetReadDeadline sets when Read gives up, also one that is waiting; zero: never.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.reads.set(t)
	return nil
}

// SetWriteDeadline sets when Write gives up, also one that is waiting; zero: never.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.writes.set(t)
	return nil
}

// Package loopback listens on this machine for the clients of tests, with as
// little between them and net/http as there can be.
package loopback

import (
	"context"
	"net"
	"os"
	"sync"
	"time"
)

// Listen listens on a free port: for plain TCP, as what is made ready for
// Multipath TCP and for probes of idle connections is a large part of a short
// test, and of no use to it.
func Listen() (net.Listener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	ln, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil { // a machine may have no IPv4
		if ln, err = config.Listen(context.Background(), "tcp", "[::1]:0"); err != nil {
			return nil, err
		}
	}
	return listener{ln}, nil
}

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(stream); ok {
		return &conn{stream: tcp}, err
	}
	return c, err
}

// A stream is what a TCP connection can do. Reading in other ways than by Read
// is not part of it: no read may miss its deadline.
type stream interface {
	net.Conn
	CloseWrite() error
	SetLinger(sec int) error
}

// A conn sets the deadline of its reads only when a read waits. For each request
// net/http sets five of them, most of which no read ever meets.
type conn struct {
	stream
	mu       sync.Mutex
	deadline time.Time // zero: none
	set      time.Time // the deadline that the stream has
	waiting  int       // reads of the stream
}

func (c *conn) Read(p []byte) (int, error) {
	if err := c.wait(); err != nil {
		return 0, err
	}
	n, err := c.stream.Read(p)
	c.mu.Lock()
	c.waiting--
	c.mu.Unlock()
	return n, err
}

// wait gets the stream ready for a read, unless it comes too late.
func (c *conn) wait() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.deadline.IsZero() && !time.Now().Before(c.deadline) {
		return os.ErrDeadlineExceeded
	}
	if err := c.apply(); err != nil {
		return err
	}
	c.waiting++
	return nil
}

func (c *conn) apply() error {
	if c.set.Equal(c.deadline) {
		return nil
	}
	c.set = c.deadline
	return c.stream.SetReadDeadline(c.deadline)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	if c.waiting == 0 {
		return nil
	}
	return c.apply()
}

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

package loopback

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

var (
	never = time.Time{}
	past  = time.Unix(1, 0)
)

// pair is a connection from both of its ends.
func pair(tb testing.TB) (server *conn, client net.Conn) {
	tb.Helper()
	ln, err := Listen()
	if err != nil {
		tb.Fatal(err)
	}
	defer ln.Close()
	client, err = net.Dial("tcp", ln.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { client.Close() })
	c, err := ln.Accept()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	server, ok := c.(*conn)
	if !ok {
		tb.Fatalf("a connection is a %T", c)
	}
	return server, client
}

func set(t *testing.T, c net.Conn, deadline time.Time) {
	t.Helper()
	if err := c.SetReadDeadline(deadline); err != nil {
		t.Fatal(err)
	}
}

// reading starts to read one byte, and says how it ended.
func reading(c net.Conn) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	return done
}

// late tells that the read ended for its deadline, as net/http asks for it.
func late(t *testing.T, err error) {
	t.Helper()
	var timeout net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("a read past its deadline: %v", err)
	}
}

// receives tells that what the client sends now arrives.
func receives(t *testing.T, server, client net.Conn) {
	t.Helper()
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func waits(c *conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting > 0
}

// TestAbortedReads does what net/http does for each request: a read in the
// background that is called off, whether it has begun or not.
func TestAbortedReads(t *testing.T) {
	t.Parallel()
	server, client := pair(t)
	for i := range 1000 {
		set(t, server, never)
		done := reading(server)
		for i%2 == 0 && !waits(server) {
			runtime.Gosched()
		}
		set(t, server, past)
		late(t, <-done)
		set(t, server, time.Now().Add(time.Hour))
		set(t, server, never)
		receives(t, server, client)
	}
}

func TestDeadlineStrikes(t *testing.T) {
	t.Parallel()
	server, client := pair(t)
	set(t, server, time.Now().Add(time.Millisecond))
	late(t, <-reading(server))
	set(t, server, time.Now().Add(time.Hour))
	receives(t, server, client)

	done := reading(server)
	for !waits(server) {
		runtime.Gosched()
	}
	set(t, server, time.Now().Add(time.Millisecond)) // an earlier one than it waits for
	late(t, <-done)
}

func TestDeadlineOfBothWays(t *testing.T) {
	t.Parallel()
	server, client := pair(t)
	if err := server.SetDeadline(past); err != nil {
		t.Fatal(err)
	}
	late(t, <-reading(server))
	if _, err := server.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write past its deadline: %v", err)
	}
	if err := server.SetDeadline(never); err != nil {
		t.Fatal(err)
	}
	receives(t, server, client)
	receives(t, client, server)
}

func TestClose(t *testing.T) {
	t.Parallel()
	server, _ := pair(t)
	done := reading(server)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Errorf("a read of a closed connection: %v", err)
	}
}

// BenchmarkRequest is what one request asks of its connection besides the
// writing of the answer: five deadlines, and one read that is called off.
func BenchmarkRequest(b *testing.B) {
	server, client := pair(b)
	for _, c := range []struct {
		name string
		net.Conn
	}{{"tcp", server.stream}, {"ours", server}} {
		b.Run(c.name, func(b *testing.B) {
			buf := make([]byte, 1)
			for b.Loop() {
				_ = c.SetReadDeadline(never)
				_ = c.SetReadDeadline(past)
				if _, err := c.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
					b.Fatal(err)
				}
				_ = c.SetReadDeadline(never)
				_ = c.SetReadDeadline(never)
				_ = c.SetReadDeadline(never)
				if _, err := client.Write(buf); err != nil {
					b.Fatal(err)
				}
				if _, err := c.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

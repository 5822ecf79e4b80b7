package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// dial returns both ends of a new connection.
func dial(t *testing.T, l *Listener) (client, server net.Conn) {
	t.Helper()
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- conn
	}()
	client, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return client, <-accepted
}

func listen(t *testing.T) *Listener {
	l := Listen(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80})
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// TestEnds has the ends of a connection as those of a socket, which it tries as well.
func TestEnds(t *testing.T) {
	t.Parallel()
	ends := map[string]struct {
		end  func(net.Conn)
		want error // of a read at the other end, after what was written
	}{
		"close":      {func(c net.Conn) { _ = c.Close() }, io.EOF},
		"half close": {func(c net.Conn) { _ = c.(interface{ CloseWrite() error }).CloseWrite() }, io.EOF},
		"reset": {func(c net.Conn) {
			_ = c.(interface{ SetLinger(int) error }).SetLinger(0)
			_ = c.Close()
		}, syscall.ECONNRESET},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, connect := range map[string]func(*testing.T) (a, b net.Conn){
				"memory": func(t *testing.T) (a, b net.Conn) { return dial(t, listen(t)) },
				"socket": sockets,
			} {
				a, b := connect(t)
				_ = a.SetDeadline(time.Now().Add(10 * time.Second))
				if _, err := b.Write([]byte("hello")); err != nil {
					t.Fatal(err)
				}
				got := make([]byte, 5)
				if _, err := io.ReadFull(a, got); err != nil || string(got) != "hello" {
					t.Fatalf("%s: got %q, %v", kind, got, err)
				}
				end.end(b)
				if _, err := a.Read(got); !errors.Is(err, end.want) {
					t.Errorf("%s: a read gets %v, want %v", kind, err, end.want)
				}
				_ = a.Close()
				_ = b.Close()
				if _, err := a.Read(got); !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s: after its own close a read gets %v", kind, err)
				}
				if _, err := a.Write(got); !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s: after its own close a write gets %v", kind, err)
				}
			}
		})
	}
}

// sockets are the two ends of a TCP connection.
func sockets(t *testing.T) (a, b net.Conn) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// To close a connection with unread bytes resets it, as TCP does.
func TestCloseWithUnreadBytes(t *testing.T) {
	t.Parallel()
	a, b := dial(t, listen(t))
	if _, err := a.Write([]byte("unread")); err != nil {
		t.Fatal(err)
	}
	_ = b.Close()
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a read gets %v", err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the first write gets %v", err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("the second write gets %v", err)
	}
}

func TestWriteAfterHalfClose(t *testing.T) {
	t.Parallel()
	a, b := dial(t, listen(t))
	_ = a.(*Conn).CloseWrite()
	if _, err := a.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a write gets %v", err)
	}
	if _, err := b.Write([]byte("x")); err != nil {
		t.Errorf("in the other direction: %v", err)
	}
}

// A writer waits for its reader, and everything arrives in order.
func TestMuch(t *testing.T) {
	t.Parallel()
	a, b := dial(t, listen(t))
	sent := bytes.Repeat([]byte("0123456789abcdef!"), 50_000)
	go func() {
		if _, err := a.Write(sent); err != nil {
			t.Error(err)
		}
		_ = a.Close()
	}()
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes arrived, %v", len(got), len(sent), err)
	}
}

// Deadlines end what waits, also when they are set while it does, and can be moved.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := dial(t, listen(t))
		defer b.Close()
		defer a.Close()
		start := time.Now()
		took := func(what string, err error, want time.Duration) {
			t.Helper()
			var timeout net.Error
			if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%s: %v", what, err)
			}
			if got := time.Since(start); got != want {
				t.Errorf("%s ends after %s, want %s", what, got, want)
			}
		}
		one := make([]byte, 1)
		_ = a.SetReadDeadline(start.Add(time.Hour))
		_, err := a.Read(one)
		took("a read", err, time.Hour)
		_ = a.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			_ = a.SetReadDeadline(time.Now().Add(time.Hour)) // while it waits
			time.Sleep(time.Minute)
			_ = a.SetReadDeadline(time.Now().Add(2 * time.Hour))
		}()
		_, err = a.Read(one)
		took("a read with a deadline that moves", err, 4*time.Hour+time.Minute)
		_ = a.SetWriteDeadline(time.Now().Add(time.Hour))
		n, err := a.Write(make([]byte, 2*capacity))
		took("a write", err, 5*time.Hour+time.Minute)
		if n != capacity {
			t.Errorf("%d bytes were written", n)
		}
		_ = a.SetReadDeadline(time.Unix(1, 0))
		_, err = a.Read(one)
		took("a read with a deadline in the past", err, 5*time.Hour+time.Minute)
		_ = a.SetReadDeadline(time.Time{})
		if _, err := b.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Read(one); err != nil {
			t.Errorf("once the deadline is gone: %v", err)
		}
	})
}

func TestDialAfterClose(t *testing.T) {
	t.Parallel()
	l := listen(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the error is %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := listen(t).Dial(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody accepts: %v", err)
	}
}

// A close wakes all who wait, at both ends.
func TestCloseWakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := dial(t, listen(t))
		var wg sync.WaitGroup
		for _, wait := range []func() error{
			func() error { _, err := a.Read(make([]byte, 1)); return err },
			func() error { _, err := a.Write(make([]byte, 2*capacity)); return err },
		} {
			wg.Go(func() {
				if err := wait(); err == nil {
					t.Error("it has ended without an error")
				}
			})
		}
		synctest.Wait()
		_ = a.Close()
		_ = b.Close()
		wg.Wait()
	})
}

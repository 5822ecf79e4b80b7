// Package memnet has network connections in memory, which end as those of TCP do: by a
// close, a half close, or a reset. All their waiting is on channels and timers, so that
// inside a testing/synctest bubble time moves on while they wait.
package memnet

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
)

// A Listener hands the connections that are dialed to whoever accepts them. It must be
// made inside the bubble that uses it.
type Listener struct {
	addr  net.Addr
	conns chan net.Conn
	done  chan struct{} // closed by Close
	close sync.Once

	mu   sync.Mutex
	port int                // of the last client
	open map[*Conn]struct{} // the listener's ends of its connections
}

// Listen returns a listener. The address is only what its connections tell.
func Listen(addr net.Addr) *Listener {
	return &Listener{addr: addr, conns: make(chan net.Conn), done: make(chan struct{}), open: make(map[*Conn]struct{})}
}

// Accept returns the next connection. Its error is net.ErrClosed once the listener is
// closed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, &net.OpError{Op: "accept", Net: network, Addr: l.addr, Err: net.ErrClosed}
	}
}

// Close ends the listener. Connections that there are go on.
func (l *Listener) Close() error {
	l.close.Do(func() { close(l.done) })
	return nil
}

// Addr is the listener's address.
func (l *Listener) Addr() net.Addr { return l.addr }

// Dial returns the client's end of a new connection, once it is accepted. The error is
// ECONNREFUSED if the listener is closed, or the context's.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	client, server := pair(l.clientAddr(), l.addr)
	l.add(server)
	err := ctx.Err()
	if err == nil {
		select {
		case <-l.done:
			err = refused
		default:
			select {
			case l.conns <- server:
				return client, nil
			case <-l.done:
				err = refused
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
	}
	_ = server.Close()
	return nil, &net.OpError{Op: "dial", Net: network, Addr: l.addr, Err: err}
}

// Cut closes the listener's ends of all connections that are open.
func (l *Listener) Cut() {
	l.mu.Lock()
	open := slices.Collect(maps.Keys(l.open))
	l.mu.Unlock()
	for _, conn := range open {
		_ = conn.Close()
	}
}

func (l *Listener) add(server *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[server] = struct{}{}
	server.ended = func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, server)
	}
}

// clientAddr is a new address for each client.
func (l *Listener) clientAddr() net.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.port = l.port%65535 + 1
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: l.port}
}

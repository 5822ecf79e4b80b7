package wire

import (
	"crypto/tls"
	"io"
	"net"
	"time"
)

// A connection that was taken over from net/http is closed here. Below TLS there is
// another one, whose end is what the client's system sees. What cannot linger, such as a
// Unix socket, has no reset: there it is a close.

// below is the connection that carries another one, or that one itself.
func below(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
}

// reset closes a connection so that its client sees that it was reset.
func reset(conn net.Conn) {
	conn = below(conn)
	if lingers, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = lingers.SetLinger(0)
	}
	_ = conn.Close()
}

// sayEnd says, where there is TLS, that what was sent is complete.
func sayEnd(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		_ = secure.CloseWrite()
	}
}

// finish says that nothing more will come, lets the other side say so too, and closes
// the connection: closing with unread bytes would send a reset.
func finish(conn net.Conn) {
	conn = below(conn)
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		_, _ = io.Copy(io.Discard, conn)
	}
	_ = conn.Close()
}

package wire

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
	"time"
)

// contradictsItself reports whether the reply has headers about its delivery that
// are not for net/http to send: it would correct them, or refuse the body.
func (r *Reply) contradictsItself() bool {
	if len(r.Header["Transfer-Encoding"]) > 0 {
		return true
	}
	if _, given := r.Header["Connection"]; given {
		return true
	}
	length, given := r.Header[contentLength]
	switch {
	case !given:
		return false
	case r.Status == http.StatusNoContent:
		return len(length) > 0
	}
	return !slices.Equal(length, []string{strconv.FormatInt(r.Size(), 10)})
}

// writeRaw sends the reply as it is, whose header w has, and closes the connection.
// It reports false, and has sent nothing, if the request has no connection of its
// own.
func (r *Reply) writeRaw(w http.ResponseWriter, end Ending, sleep func(time.Duration) error) bool {
	h := w.Header()
	dateByHand(h)
	if _, given := h["Connection"]; !given {
		h.Set("Connection", "close")
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	defer conn.Close()
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %s\r\n", StatusLine(r.Status))
	_ = h.Write(&head)
	head.WriteString("\r\n")
	if _, err := conn.Write(head.Bytes()); err != nil {
		return true
	}
	if !r.NoBody {
		r.writeRawBody(conn, r.Size(), end, sleep)
	}
	sayEnd(conn)
	finish(conn)
	return true
}

// writeRawBody sends the first n bytes of the body, in chunks if the header says so.
// The last chunk, which has no bytes, comes only after the whole body.
func (r *Reply) writeRawBody(conn net.Conn, n int64, end Ending, sleep func(time.Duration) error) {
	encodings := r.Header["Transfer-Encoding"]
	if len(encodings) == 0 || !strings.HasSuffix(strings.ToLower(encodings[len(encodings)-1]), "chunked") {
		r.writeBody(conn, n, end, sleep, func() {})
		return
	}
	chunks := httputil.NewChunkedWriter(conn)
	r.writeBody(chunks, n, end, sleep, func() {})
	if n < r.Size() {
		return
	}
	_ = chunks.Close()
	_, _ = io.WriteString(conn, "\r\n")
}

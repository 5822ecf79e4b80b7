package wire

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Ending describes how the delivery of an answer goes wrong. With the zero
// Ending it does not.
type Ending struct {
	Drop     scenarios.Drop     // empty: none. Hang ends the answer after the server has waited
	Throttle scenarios.Throttle // bytes per second of the body; 0: unlimited
}

// Write sends the reply. No other function writes answers to clients. Sleep
// waits between the pieces of a throttled body; its error ends the answer.
func Write(w http.ResponseWriter, rep Reply, requestID string, end Ending, sleep func(time.Duration) error) {
	switch end.Drop {
	case scenarios.Reset, scenarios.Close, scenarios.Hang:
		drop(w, end.Drop)
		return
	}
	rep.writeHeader(w.Header(), requestID)
	if end.Drop == scenarios.Truncate {
		truncate(w, rep, end, sleep)
		return
	}
	if rep.contradictsItself() && rep.writeRaw(w, end, sleep) {
		return
	}
	w.WriteHeader(rep.Status)
	rep.writeBody(w, rep.Size(), end, sleep, func() { _ = http.NewResponseController(w).Flush() })
}

// Size is the length of the reply's body, in bytes.
func (r *Reply) Size() int64 {
	if r.Stream != nil {
		return r.Length
	}
	return int64(len(r.Body))
}

func (r Reply) writeHeader(h http.Header, requestID string) {
	for key, values := range r.Header {
		h[key] = values
	}
	own := &[...]string{r.ContentType, requestID, strconv.FormatInt(r.Size(), 10), r.Date, r.Fault} // one allocation
	set := func(key, name string, i int) {
		if _, given := r.Header[key]; !given {
			h[name] = own[i : i+1 : i+1]
		}
	}
	set(contentType, contentType, 0)
	if len(h[contentType]) == 1 && h[contentType][0] == "" {
		h[contentType] = nil // otherwise net/http guesses one
	}
	if !r.NoRequestID {
		set(requestIDHeader, requestIDHeader, 1)
	}
	if r.sends(xRequestIDHeader) {
		own[1] = r.SentRequestID(requestID)
		set(xRequestIDHeader, xRequestIDHeader, 1)
	}
	if r.Status == http.StatusNoContent && !r.NoLength {
		// Glance sends it with a 204 too. net/http removes it from such answers,
		// but only under its canonical name.
		set(contentLength, "content-length", 2)
	} else {
		set(contentLength, contentLength, 2)
	}
	if r.Date != "" {
		set(date, date, 3)
	}
	if r.Fault != "" {
		h[scenarios.FaultHeader] = own[4:5:5]
	}
}

// dateByHand sets the Date of an answer that net/http does not send.
func dateByHand(h http.Header) {
	if _, given := h[date]; !given {
		h[date] = []string{time.Now().UTC().Format(http.TimeFormat)}
	}
}

// The headers that the server itself gives to answers.
const (
	contentType     = "Content-Type"
	contentLength   = "Content-Length"
	requestIDHeader = "X-Openstack-Request-Id"
	date            = "Date"

	xRequestIDHeader = "X-Request-Id"
)

// SentRequestID returns the request id that the reply is sent with, given the
// call's; empty: none.
func (r *Reply) SentRequestID(id string) string {
	if !r.sends(requestIDHeader) {
		return ""
	}
	if values := r.Header[requestIDHeader]; len(values) > 0 {
		return values[0]
	}
	return id
}

// AppendHeader appends the header that Write sends, as it is sent.
func (r *Reply) AppendHeader(dst []byte, requestID string) []byte {
	line := func(key, value string) {
		dst = append(append(append(append(dst, key...), ": "...), value...), "\r\n"...)
	}
	for key, values := range r.Header {
		for _, v := range values {
			line(key, v)
		}
	}
	if _, given := r.Header[contentType]; !given && r.ContentType != "" {
		line(contentType, r.ContentType)
	}
	if _, given := r.Header[requestIDHeader]; !given && !r.NoRequestID {
		line(requestIDHeader, requestID)
	}
	if _, given := r.Header[xRequestIDHeader]; !given && r.sends(xRequestIDHeader) {
		line(xRequestIDHeader, requestID)
	}
	if r.Fault != "" {
		line(scenarios.FaultHeader, r.Fault)
	}
	if _, given := r.Header[contentLength]; given {
		return dst
	}
	dst = strconv.AppendInt(append(dst, contentLength+": "...), r.Size(), 10)
	return append(dst, "\r\n"...)
}

// writeBody sends the first n bytes of the body. It ignores errors: they mean that
// the client has disconnected.
func (r Reply) writeBody(w io.Writer, n int64, end Ending, sleep func(time.Duration) error, flush func()) {
	if n == 0 {
		return
	}
	if end.Throttle == 0 && r.Stream == nil {
		_, _ = w.Write(r.Body[:n])
		return
	}
	var src io.Reader = bytes.NewReader(r.Body)
	if r.Stream != nil {
		src = r.Stream
	}
	src = io.LimitReader(src, n)
	if end.Throttle == 0 {
		_, _ = io.Copy(w, src)
		return
	}
	// Ten pieces a second, or single bytes if the rate is lower than that.
	piece := max(int64(end.Throttle)/10, 1)
	pause := time.Duration(float64(piece) / float64(end.Throttle) * float64(time.Second))
	for {
		sent, err := io.CopyN(w, src, piece)
		if sent > 0 {
			flush()
		}
		if err != nil || sleep(pause) != nil {
			return
		}
	}
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter, how scenarios.Drop) {
	conn := hijack(w)
	if conn == nil {
		dropStream(w, how)
	}
	if how == scenarios.Reset {
		reset(conn)
		return
	}
	sayEnd(conn)
	finish(conn)
}

// truncate sends the header, with the length of the whole body, and half of the
// body. If the answer has no body, it sends half of the header.
func truncate(w http.ResponseWriter, rep Reply, end Ending, sleep func(time.Duration) error) {
	dateByHand(w.Header())
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %s\r\n", StatusLine(rep.Status))
	_ = w.Header().Write(&head)
	head.WriteString("\r\n")
	conn := hijack(w)
	if conn == nil {
		truncateStream(w, rep, end, sleep)
	}
	half := rep.Size() / 2
	if rep.NoBody {
		half = 0
	}
	if rep.Size() == 0 || rep.NoBody {
		head.Truncate(head.Len() / 2)
	}
	if _, err := conn.Write(head.Bytes()); err == nil {
		rep.writeRawBody(conn, half, end, sleep)
	}
	finish(conn)
}

// hijack takes the connection over from net/http. Nil means that the request has no
// connection of its own (HTTP/2, or no network at all).
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return conn
}

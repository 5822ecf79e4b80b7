package wire

import (
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An answer without a connection of its own is a stream of an HTTP/2 connection.
// Streams can be reset (RST_STREAM), and a connection can announce its end
// (GOAWAY), which leaves its other streams time to end.

// dropStream resets the stream. With [scenarios.Close] the connection ends as well.
// It does not return: net/http resets the stream of a handler that panics.
func dropStream(w http.ResponseWriter, how scenarios.Drop) {
	stream := http.NewResponseController(w)
	// A deadline in the past resets the stream at once. So the header that
	// follows is not sent, but its Connection: close makes net/http send GOAWAY.
	if how == scenarios.Close && stream.SetWriteDeadline(time.Unix(1, 0)) == nil {
		w.Header().Set("Connection", "close")
		_ = stream.Flush()
	}
	panic(http.ErrAbortHandler)
}

// truncateStream sends the header and half of the body, and then resets the stream.
// If the answer has no body, nothing is sent, because clients do not look at what
// follows a header that says so. It does not return.
func truncateStream(w http.ResponseWriter, rep Reply, end Ending, sleep func(time.Duration) error) {
	if half := rep.Size() / 2; rep.Size() > 0 {
		flush := func() { _ = http.NewResponseController(w).Flush() }
		w.WriteHeader(rep.Status)
		rep.writeBody(w, half, end, sleep, flush)
		flush()
	}
	panic(http.ErrAbortHandler)
}

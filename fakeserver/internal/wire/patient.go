package wire

import (
	"io"
	"net/http"
	"time"
)

// Patient returns the body of a request so that a Read does not wait for ever: if no
// byte comes for the patience, in real time, its error is os.ErrDeadlineExceeded. 0:
// there is no limit. The answer goes to rw.
func Patient(rw http.ResponseWriter, body io.ReadCloser, patience time.Duration) io.ReadCloser {
	if body == nil || body == http.NoBody || patience == 0 {
		return body
	}
	return &patient{ReadCloser: body, conn: http.NewResponseController(rw), patience: patience}
}

type patient struct {
	io.ReadCloser
	conn     *http.ResponseController // nil: there is no connection
	patience time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if p.conn != nil && p.conn.SetReadDeadline(time.Now().Add(p.patience)) != nil {
		p.conn = nil // the request was made in Go
	}
	// Nobody has to take the deadline back: net/http does it when the body ends.
	return p.ReadCloser.Read(b)
}

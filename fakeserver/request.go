package fakeserver

import (
	"iter"
	"net/http"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Request is a request as the journal has it: what a client asked, and what it
// was answered.
type Request struct {
	Seq       int                 // 1 for the first that arrived since the scenario began
	Time      time.Time           // when it arrived, by the server's clock
	Took      time.Duration       // from its arrival to its answer, by the server's clock; 0 while it is pending
	Operation scenarios.Operation // empty: no operation has that method and path
	ImageID   string              // the image it is about, as the client wrote it; empty: it is about no image
	Method    string
	Path      string // with the query, as the client wrote it
	Header    http.Header
	Body      []byte // as far as it was kept: the first 64 KiB, unless WithJournal says otherwise
	BodySize  int64  // bytes of the whole body, as far as it was read
	User      string // the caller's name; empty: the request had no valid token
	Project   string // the name of the caller's project; empty: none

	Status       int         // of the answer; 0: there is none, and End says why
	End          End         // how the request ended
	Code         string      // of the answer, if it is an error that has one: IMG.0027, APIGW.0308; empty: it has none
	RequestID    string      // the answer's X-Openstack-Request-Id; empty: it has none
	AnswerHeader http.Header // without what net/http adds, such as Date
	AnswerBody   []byte      // as far as it was kept, like Body
	Fault        string      // the name of the fault that was injected; empty: none
	Injected     string      // the same with its count and its place: flaky-delete 1/2 my.yaml:7

	HeldBefore scenarios.Point // where a fault held the request; empty: it was not held
	Held       time.Duration   // for how long, in real time; 0: it was not, or it still is
	Deadlock   string          // who waited for whom, if it was let go because nothing came that it waited for; empty: it was not

	record journal.Record
}

// An End says how a request ended.
type End string

// The ends of a request.
const (
	Pending    = End(journal.Pending)    // it has no answer yet
	Answered   = End(journal.Answered)   // its client was sent the whole answer
	Truncated  = End(journal.Truncated)  // its client was sent half of the answer
	Reset      = End(journal.Reset)      // its connection was reset
	Closed     = End(journal.Closed)     // its connection was closed without an answer
	Hung       = End(journal.Hung)       // it gets no answer, and its connection stays open
	ClientLeft = End(journal.ClientLeft) // its client went away before the answer
)

func newRequest(r *journal.Record) Request {
	var held journal.Held
	if r.Held != nil {
		held = *r.Held
	}
	return Request{
		Seq: r.Seq, Time: r.Time, Took: r.Took, Operation: r.Operation(), ImageID: r.ImageID(),
		Method: r.Method, Path: r.Path, Header: r.Header(), Body: r.Body, BodySize: r.BodySize,
		User: r.User(), Project: r.Project(),
		Status: r.Status, End: End(r.End), Code: r.Code, RequestID: r.RequestID,
		AnswerHeader: r.AnswerHeader(), AnswerBody: r.AnswerBody,
		Fault: r.Fault, Injected: r.Injected,
		HeldBefore: held.Before, Held: held.For, Deadlock: held.Deadlock,
		record: *r,
	}
}

// String is the request in one line, as CheckRequests compares it: method, path
// with query, and status, as in "503" or "204 truncated", or "dropped", "pending"
// or "client left".
func (r Request) String() string { return r.record.String() }

// MarshalJSON is the request as GET /_fake/requests shows it: bodies as text, or
// in base64 where they are not UTF-8, and the first hundred misses.
func (r Request) MarshalJSON() ([]byte, error) { return r.record.MarshalJSON() }

// A Miss is why a fault was not injected into a request, or why an exceeded limit
// did not answer it.
type Miss struct {
	Fault  string `json:"fault"`           // its name
	Place  string `json:"place,omitempty"` // where it was read, as file:line; empty: it was made in Go
	Reason string `json:"reason"`          // the first of its conditions that was not met: "operation: get_image, not delete_image"
}

// Misses are the faults that were not injected into the request, in the order in
// which they are tried, each with the reason; and before them the limits that were
// exceeded too when another one answered. There may be thousands, so each reason
// is worked out only when the loop comes to it.
func (r Request) Misses() iter.Seq[Miss] {
	return func(yield func(Miss) bool) {
		for m := range r.record.Misses() {
			if !yield(Miss{m.Fault, m.Place, m.Reason}) {
				return
			}
		}
	}
}

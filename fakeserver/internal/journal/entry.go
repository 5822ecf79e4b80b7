package journal

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// An End is how a request ended.
type End string

// The ends of a request. All but Answered and Truncated have the status 0.
const (
	Pending    End = "pending"     // it has not ended yet
	Answered   End = "answered"    // its client was sent the whole answer
	Truncated  End = "truncated"   // its client was sent half of the answer
	Reset      End = "reset"       // the connection was reset
	Closed     End = "closed"      // the connection was closed without an answer
	Hung       End = "hung"        // it gets no answer, and its connection stays open
	ClientLeft End = "client left" // its client went away before the answer
)

// A Held is how a request was held back by a fault.
type Held struct {
	Before   scenarios.Point // where it was
	For      time.Duration   // in real time; 0: it still is
	Deadlock string          // who waited for whom, if nothing came that it waited for; empty: that came
}

// An Entry is a request as the journal keeps it. Its texts stand one after the
// other in one piece of memory: with a string for each, the garbage collector
// would spend more time on a full journal than the server spends on a call.
type Entry struct {
	Time       time.Time     // when it arrived, by the server's clock
	Took       time.Duration // until its answer, by the same clock
	Status     int           // of the answer; 0: there is none
	End        End
	Known      bool   // its token is valid
	Refused    bool   // the gateway does not accept its signature
	Body       []byte // as far as it is kept; nobody may change it
	BodySize   int64  // bytes of the whole body, as far as it was read
	AnswerBody []byte // as far as it is kept; nobody may change it
	Decision   fault.Decision
	Held       *Held // nil: the request is not held back; nobody may change it

	text []byte
	ends [texts]int32 // where each text ends

	seq                   int // 1: the first that arrived
	latest                int // request that had arrived when it was answered; 0: it was not
	arrivedAt, answeredAt int // numbers of events; 0: not yet
	decided               bool
	viewed                bool // a View has it
	place                 int  // among the pending ones
}

// The texts of an entry.
const (
	method = iota
	uri
	header // as it is sent
	operation
	imageID
	projectID
	project
	userID
	user
	requestID
	code
	answerHeader // as it is sent
	texts
)

// Seq is the number of the request, from 1: it is known once the request has arrived.
func (e *Entry) Seq() int { return e.seq }

// Reset makes e empty. It keeps the memory of its texts.
func (e *Entry) Reset() { *e = Entry{text: e.text[:0]} }

func (e *Entry) copyFrom(from *Entry) {
	text, place := append(e.text[:0], from.text...), e.place
	*e = *from
	e.text, e.place = text, place
}

// entryBytes is about what an entry takes beside its texts and bodies.
const entryBytes = 512

// bytes is about how much memory the entry takes.
func (e *Entry) bytes() int {
	return entryBytes + len(e.text) + len(e.Body) + len(e.AnswerBody) + e.Decision.Bytes()
}

// Ask sets what the client asked. It comes first.
func (e *Entry) Ask(m, path string, h http.Header) {
	e.put(method, m, path)
	for key, values := range h {
		for _, v := range values {
			e.text = append(append(append(append(e.text, key...), ": "...), v...), "\r\n"...)
		}
	}
	e.put(header, "", "", "", "", "", "", "", "", "", "")
}

// Identify sets what the request is about, and who sent it. It comes after Ask.
func (e *Entry) Identify(c *fault.Call) {
	e.text = e.text[:e.ends[header]]
	e.Known = c.Known
	e.put(operation, string(c.Operation), c.ImageID, c.ProjectID, c.Project, c.UserID, c.User, "", "", "")
}

// Operation is what the client asked for; empty: no operation has that path.
func (e *Entry) Operation() scenarios.Operation { return scenarios.Operation(e.get(operation)) }

// Answer sets the header, the request id and the code of the answer; nil: there
// is none. It comes after Identify.
func (e *Entry) Answer(rep *wire.Reply, id string) {
	e.text = e.text[:e.ends[user]]
	errorCode := ""
	if rep != nil {
		errorCode = rep.ErrorCode()
	}
	e.put(requestID, id, errorCode)
	if rep != nil {
		e.text = rep.AppendHeader(e.text, id)
	}
	e.put(answerHeader, "")
}

// put appends texts, the first of which is the i-th.
func (e *Entry) put(i int, values ...string) {
	for _, v := range values {
		e.text = append(e.text, v...)
		e.ends[i] = int32(len(e.text))
		i++
	}
}

// get is the i-th text; it is empty before it is set.
func (e *Entry) get(i int) []byte {
	begin := int32(0)
	if i > 0 {
		begin = e.ends[i-1]
	}
	return e.text[begin:max(begin, e.ends[i])]
}

// Record is the entry as it is handed out. It shares nothing that changes.
func (e *Entry) Record() Record {
	r := e.withoutBodies()
	r.Body, r.AnswerBody = bytes.Clone(e.Body), bytes.Clone(e.AnswerBody)
	return r
}

// withoutBodies is the record without its bodies, which are most of it.
func (e *Entry) withoutBodies() Record {
	text := string(e.text)
	get := func(i int) string {
		begin := int32(0)
		if i > 0 {
			begin = e.ends[i-1]
		}
		return text[begin:e.ends[i]]
	}
	r := Record{
		Seq: e.seq, Latest: e.latest, Time: e.Time, Took: e.Took, Status: e.Status, End: e.End,
		Method: get(method), Path: get(uri), header: get(header),
		BodySize:  e.BodySize,
		RequestID: get(requestID), Code: get(code), answerHeader: get(answerHeader),
		Injected: e.Decision.Label(), Held: e.Held, decision: e.Decision,
		call: fault.Call{
			Operation: scenarios.Operation(get(operation)), ImageID: get(imageID), Known: e.Known,
			ProjectID: get(projectID), Project: get(project), UserID: get(userID), User: get(user),
			Now: e.Time,
		},
	}
	if r.End == "" {
		r.End = Pending
	}
	if e.Decision.Fault != nil {
		r.Fault = e.Decision.Fault.Name
	}
	_, r.call.RawQuery, _ = strings.Cut(r.Path, "?")
	return r
}

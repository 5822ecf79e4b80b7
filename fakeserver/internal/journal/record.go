package journal

import (
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Record is a request as the journal hands it out: what a client asked, and
// what it was answered.
type Record struct {
	Seq        int           // 1: the first that arrived
	Latest     int           // the number of the latest request that had arrived when it was answered; 0: it was not
	Time       time.Time     // when it arrived, by the server's clock
	Took       time.Duration // until its answer; 0 while it is pending
	Method     string
	Path       string // with the query, as the client wrote it
	Body       []byte // as far as it was kept
	BodySize   int64  // bytes of the whole body, as far as it was read
	Status     int    // of the answer; 0: there is none
	End        End
	RequestID  string // of the answer; empty: it has none
	Code       string // of the answer, if it is an error: IMG.0027; empty: it has none
	AnswerBody []byte // as far as it was kept
	Fault      string // the name of the injected fault; empty: none
	Injected   string // the same with its count and place: flaky-delete 1/2 my.yaml:7
	Held       *Held  // nil: it was not held back; nobody may change it

	header, answerHeader string // as they are sent
	call                 fault.Call
	decision             fault.Decision
}

// Operation is what the client asked for; empty: no operation has that path.
func (r *Record) Operation() scenarios.Operation { return r.call.Operation }

// ImageID is the image that the request is about, as the client wrote it;
// empty: it is about no image.
func (r *Record) ImageID() string { return r.call.ImageID }

// User is the caller's name; empty: the request had no valid token.
func (r *Record) User() string { return r.call.User }

// Project is the name of the caller's project; empty: none.
func (r *Record) Project() string { return r.call.Project }

// Header is the header of the request.
func (r *Record) Header() http.Header { return parseHeader(r.header) }

// AnswerHeader is the header of the answer, without what net/http adds to it.
func (r *Record) AnswerHeader() http.Header { return parseHeader(r.answerHeader) }

func parseHeader(text string) http.Header {
	h := make(http.Header)
	for line := range strings.SplitSeq(text, "\r\n") {
		if key, value, ok := strings.Cut(line, ": "); ok {
			h[key] = append(h[key], value)
		}
	}
	return h
}

// Misses are the faults and limits that were not injected, each with the reason,
// in the order in which they are tried.
func (r *Record) Misses() iter.Seq[fault.Miss] {
	call := r.call
	call.Header = r.Header()
	return r.decision.Misses(&call)
}

// Result is how the request ended, in a few words: its status, with truncated if
// its client was sent half of the answer, or dropped, pending or client left.
func (r *Record) Result() string { return Result(r.Status, r.End) }

// Result is how a request with this status and end ended, in a few words.
func Result(status int, end End) string {
	switch {
	case end == Truncated:
		return strconv.Itoa(status) + " " + string(Truncated)
	case status != 0:
		return strconv.Itoa(status)
	case end == Pending || end == ClientLeft:
		return string(end)
	}
	return "dropped"
}

// String is the request in one line: method, path, result.
func (r *Record) String() string { return r.Method + " " + r.Path + " " + r.Result() }

// A Summary is what the JSON of a request says of it without its headers, its
// bodies and its misses.
type Summary struct {
	asked
	outcome
}

type asked struct {
	Seq       int                 `json:"seq"`
	Time      time.Time           `json:"time"`
	Operation scenarios.Operation `json:"operation"`
	Image     string              `json:"image,omitempty"`
	Method    string              `json:"method"`
	Path      string              `json:"path"`
}

type outcome struct {
	User     string  `json:"user,omitempty"`
	Project  string  `json:"project,omitempty"`
	Status   int     `json:"status"`
	End      End     `json:"end"`
	Code     string  `json:"code,omitempty"`
	Millis   float64 `json:"took_ms"`
	Fault    string  `json:"fault,omitempty"`
	Injected string  `json:"injected,omitempty"`
	Held     *held   `json:"held,omitempty"`
}

type held struct {
	Before   scenarios.Point `json:"before"`
	Millis   float64         `json:"ms"` // 0: it still is
	Deadlock string          `json:"deadlock,omitempty"`
}

// Summary is the request in short.
func (r *Record) Summary() Summary {
	var h *held
	if r.Held != nil {
		h = &held{r.Held.Before, millis(r.Held.For), r.Held.Deadlock}
	}
	return Summary{
		asked{Seq: r.Seq, Time: r.Time, Operation: r.Operation(), Image: r.ImageID(), Method: r.Method, Path: r.Path},
		outcome{
			User: r.User(), Project: r.Project(), Status: r.Status, End: r.End, Code: r.Code,
			Millis: millis(r.Took), Fault: r.Fault, Injected: r.Injected, Held: h,
		},
	}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// shownMisses is how many misses of a request its JSON has. With thousands of
// faults they would be most of it.
const shownMisses = 100

// MarshalJSON is the request as GET /_fake/requests shows it: bodies as text, or
// in base64 where they are not UTF-8, and the first hundred misses.
func (r Record) MarshalJSON() ([]byte, error) {
	short := r.Summary()
	out := struct {
		asked
		Header http.Header `json:"header"`
		body
		BodySize int64 `json:"body_size"`
		outcome
		Answer *answer      `json:"answer,omitempty"`
		Misses []fault.Miss `json:"misses,omitempty"`
		More   bool         `json:"more_misses,omitempty"`
	}{asked: short.asked, Header: r.Header(), body: newBody(r.Body), BodySize: r.BodySize, outcome: short.outcome}
	if r.Status != 0 {
		out.Answer = &answer{r.RequestID, r.AnswerHeader(), newBody(r.AnswerBody)}
	}
	for m := range r.Misses() {
		if out.More = len(out.Misses) == shownMisses; out.More {
			break
		}
		out.Misses = append(out.Misses, m)
	}
	return json.Marshal(out)
}

type answer struct {
	RequestID string      `json:"request_id,omitempty"`
	Header    http.Header `json:"header"`
	body
}

type body struct {
	Text   string `json:"body,omitempty"`
	Base64 []byte `json:"body_base64,omitempty"`
}

func newBody(b []byte) body {
	if utf8.Valid(b) {
		return body{Text: string(b)}
	}
	return body{Base64: b}
}

package fakeserver

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Request is one line of the journal: what a client asked, and what it was told.
type Request struct {
	Seq       int                 `json:"seq"`       // 1 for the first since the scenario began
	Time      time.Time           `json:"time"`      // when it came in, by the server's clock
	Operation scenarios.Operation `json:"operation"` // empty where no operation fits
	Method    string              `json:"method"`
	Path      string              `json:"path"` // with the query, as the client wrote it
	Header    http.Header         `json:"header"`
	Body      []byte              `json:"-"`                  // as far as it was kept: the first 64 KiB, if nothing else is said
	BodySize  int64               `json:"body_size"`          // bytes of the whole body, as far as it was read
	User      string              `json:"user,omitempty"`     // the caller's name; empty: no token that holds
	Project   string              `json:"project,omitempty"`  // the name of the caller's project; empty: none
	Status    int                 `json:"status"`             // of the answer; 0: the connection was dropped
	Fault     string              `json:"fault,omitempty"`    // the name of the fault that struck; empty: none
	Injected  string              `json:"injected,omitempty"` // the same with its count and its place: flaky-delete 1/2 my.yaml:7

	decision fault.Decision
	subject  fault.Call
}

// A Miss says why a fault did not strike a request.
type Miss struct {
	Fault  string `json:"fault"`           // its name
	Place  string `json:"place,omitempty"` // where it was read, as file:line; empty: it was made in Go
	Reason string `json:"reason"`          // the first of its conditions that failed: "operation: get_image, not delete_image"
}

// Misses says of each fault and limit that did not strike the request, in the
// order in which they are tried, why it did not. Each is made when it is come to.
func (r Request) Misses() iter.Seq[Miss] {
	return func(yield func(Miss) bool) {
		for m := range r.decision.Misses(&r.subject) {
			if !yield(Miss{m.Fault, m.Place, m.Reason}) {
				return
			}
		}
	}
}

// String is the request in one line, as CheckRequests has it: method, path, status.
func (r Request) String() string {
	return r.Method + " " + r.Path + " " + statusText(r.Status)
}

// shownMisses is how many misses of a request its JSON has. With thousands of
// faults it could be all that it has.
const shownMisses = 100

// MarshalJSON is the request as GET /_fake/requests shows it: the body as text,
// or as base64 where it is none, and the first hundred misses.
func (r Request) MarshalJSON() ([]byte, error) {
	type plain Request // without this method
	out := struct {
		plain
		Body       string `json:"body,omitempty"`
		BodyBase64 []byte `json:"body_base64,omitempty"`
		Misses     []Miss `json:"misses,omitempty"`
		MoreMisses bool   `json:"more_misses,omitempty"`
	}{plain: plain(r)}
	for m := range r.Misses() {
		if out.MoreMisses = len(out.Misses) == shownMisses; out.MoreMisses {
			break
		}
		out.Misses = append(out.Misses, m)
	}
	if utf8.Valid(r.Body) {
		out.Body = string(r.Body)
	} else {
		out.BodyBase64 = r.Body
	}
	return json.Marshal(out)
}

// journalSize bounds a journal.
type journalSize struct {
	requests int // the oldest are forgotten beyond so many
	body     int // bytes kept of each body
}

// A journal keeps the latest requests of a world, in the order in which they
// were answered. It owns them and hands out copies.
type journal struct {
	size journalSize

	mu      sync.Mutex
	pages   [][]entry     // grow to the journal's size, then the oldest entry is written over
	block   []byte        // where the texts of the next requests go
	total   int           // requests there ever were
	grown   chan struct{} // closed by the next request; nil while nobody waits
	retired bool
}

// An entry is a request as the journal keeps it. Its texts stand one after the
// other in a block that many entries share: with a string for each, the garbage
// collector would spend more time on a full journal than the server on a call.
type entry struct {
	text     []byte
	ends     [texts]int32 // where each text ends
	time     time.Time
	status   int
	known    bool   // the caller's token holds
	size     int64  // of the whole body
	body     []byte // as far as it is kept
	decision fault.Decision
}

// The texts of an entry.
const (
	method = iota
	uri
	header // as it came over the wire
	operation
	imageID
	projectID
	project
	userID
	user
	texts
)

func (e *entry) get(i int) string {
	begin := int32(0)
	if i > 0 {
		begin = e.ends[i-1]
	}
	return string(e.text[begin:e.ends[i]])
}

// put adds texts, in the order of their names.
func (e *entry) put(i int, values ...string) {
	for _, v := range values {
		e.text = append(e.text, v...)
		e.ends[i] = int32(len(e.text))
		i++
	}
}

// request is the entry as it is handed out, sharing nothing.
func (e *entry) request(seq int) Request {
	r := Request{
		Seq: seq, Time: e.time, Operation: scenarios.Operation(e.get(operation)),
		Method: e.get(method), Path: e.get(uri), Header: parseHeader(e.get(header)),
		Body: bytes.Clone(e.body), BodySize: e.size,
		User: e.get(user), Project: e.get(project),
		Status: e.status, Injected: e.decision.Label(),
		decision: e.decision,
	}
	if e.decision.Fault != nil {
		r.Fault = e.decision.Fault.Name
	}
	r.subject = fault.Call{
		Operation: r.Operation, ImageID: e.get(imageID), Known: e.known,
		ProjectID: e.get(projectID), Project: r.Project, UserID: e.get(userID), User: r.User,
		Header: r.Header, Now: e.time,
	}
	_, r.subject.RawQuery, _ = strings.Cut(r.Path, "?")
	return r
}

// appendHeader writes a header as it goes over the wire.
func appendHeader(dst []byte, h http.Header) []byte {
	for key, values := range h {
		for _, v := range values {
			dst = append(dst, key...)
			dst = append(dst, ": "...)
			dst = append(dst, v...)
			dst = append(dst, "\r\n"...)
		}
	}
	return dst
}

func parseHeader(text string) http.Header {
	h := make(http.Header)
	for line := range strings.SplitSeq(text, "\r\n") {
		if key, value, ok := strings.Cut(line, ": "); ok {
			h[key] = append(h[key], value)
		}
	}
	return h
}

func newJournal(size journalSize) *journal { return &journal{size: size} }

// add puts a request at the end. It keeps a copy of its texts.
func (j *journal) add(e *entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.size.requests > 0 {
		at := j.at(j.total)
		*at = *e
		at.text = j.hold(e.text)
	}
	j.total++
	j.wake()
}

// pageSize is how many entries the journal grows by: to grow it is not copied,
// for it may be large. Only the first page begins small, as most tests ask little.
const pageSize = 32

// at is the place of the entry that n others came before. It is there, or is the
// next to be.
func (j *journal) at(n int) *entry {
	n %= j.size.requests
	page, i := n/pageSize, n%pageSize
	if page == len(j.pages) {
		j.pages = append(j.pages, make([]entry, 0, min(n+1, pageSize)))
	}
	if i == len(j.pages[page]) {
		j.pages[page] = append(j.pages[page], entry{})
	}
	return &j.pages[page][i]
}

// maxBlock is how many bytes of texts entries share at the most. A block is
// forgotten with the last entry in it.
const maxBlock = 16 << 10

// hold copies a text into the block. The first blocks are small: most tests ask
// little.
func (j *journal) hold(text []byte) []byte {
	if len(text) > cap(j.block)-len(j.block) {
		j.block = make([]byte, 0, max(min(2*cap(j.block), maxBlock), len(text)))
	}
	begin := len(j.block)
	j.block = append(j.block, text...)
	return j.block[begin:len(j.block):len(j.block)]
}

// retire says that the journal's world has ended. Whoever waits is woken.
func (j *journal) retire() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.retired = true
	j.wake()
}

func (j *journal) wake() {
	if j.grown != nil {
		close(j.grown)
		j.grown = nil
	}
}

// requests is a copy of what the journal still holds, oldest first.
func (j *journal) requests() []Request {
	j.mu.Lock()
	entries := make([]entry, min(j.total, j.size.requests))
	first := j.total - len(entries)
	for i := range entries {
		entries[i] = *j.at(first + i)
	}
	j.mu.Unlock()
	requests := make([]Request, len(entries))
	for i := range entries {
		requests[i] = entries[i].request(first + i + 1)
	}
	return requests
}

// wait returns once there were n requests, or the journal's world ended, or
// with the context's error.
func (j *journal) wait(ctx context.Context, n int) error {
	for {
		grown, done := j.reached(n)
		if done {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (j *journal) reached(n int) (grown <-chan struct{}, done bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.total >= n || j.retired {
		return nil, true
	}
	if j.grown == nil {
		j.grown = make(chan struct{})
	}
	return j.grown, false
}

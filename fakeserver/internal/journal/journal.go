// Package journal keeps what clients asked and how they were answered.
//
// A request is in the journal from the moment it arrives, as pending, and is
// complete once it is answered, or once it is certain that it will not be. The
// journal is bounded, by requests and by bytes: it forgets the oldest answers
// first, and counts what it forgets.
package journal

import (
	"math"
	"sync"
)

// Limits bound a journal. Its memory grows with what it holds, not with its
// limits.
type Limits struct {
	Requests int // answered requests kept; 0: none
	Body     int // bytes kept of each body, of requests and of answers; 0: none
	Bytes    int // bytes kept in all, of headers and bodies; 0: no limit
}

// A Journal keeps the requests of one playing of a scenario. It owns its
// entries, and hands out copies. Its methods may be called by many goroutines.
type Journal struct {
	limits Limits

	mu       sync.Mutex
	answered queue         // in the order in which they were answered
	pending  []*Entry      // in no order
	free     []*Entry      // forgotten, to be used again
	bytes    int           // of the entries in answered
	numbered int           // requests that ever arrived
	arrivals int           // requests that arrived since the last Clear
	decided  int           // those whose answer is known, sent or not
	dropped  int           // those that were answered and are forgotten
	events   int           // arrivals and answers
	cleared  int           // how many of them there were at the last Clear
	changed  chan struct{} // closed by the next change; nil: nobody asked for it
	waiters  []*waiter
	retired  bool
}

// New returns an empty journal.
func New(limits Limits) *Journal { return &Journal{limits: limits} }

// Limits are the journal's bounds.
func (j *Journal) Limits() Limits { return j.limits }

// A Ticket is a pending request's place in a journal.
type Ticket struct{ entry *Entry }

// Arrive adds a request that is not answered yet. The journal keeps a copy of e.
func (j *Journal) Arrive(e *Entry) Ticket {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.numbered++
	j.arrivals++
	j.events++
	e.seq, e.arrivedAt = j.numbered, j.events
	own := j.newEntry()
	own.copyFrom(e)
	own.place = len(j.pending)
	j.pending = append(j.pending, own)
	j.wake()
	return Ticket{own}
}

// Decide records that the answer of a pending request is known, although its
// client does not have it yet: from now on Wait counts the request. Its arrival is
// an event again, as more is known of it.
func (j *Journal) Decide(t Ticket, e *Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.decide(e)
	j.events++
	e.arrivedAt = j.events
	t.entry.copyFrom(e)
	j.wake()
}

func (j *Journal) decide(e *Entry) {
	if !e.decided {
		e.decided = true
		j.decided++
		j.tellWaiters(e, func(f *Filter) bool { return f.Status == 0 })
	}
}

// Answer completes a pending request with what e says of its answer. The ticket
// cannot be used again.
func (j *Journal) Answer(t Ticket, e *Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.decide(e)
	j.tellWaiters(e, func(f *Filter) bool { return f.Status != 0 })
	j.events++
	e.answeredAt, e.latest = j.events, j.numbered
	own := t.entry
	place := own.place
	own.copyFrom(e)
	j.settle(place)
	if j.limits.Requests > 0 {
		j.answered.push(own)
		j.bytes += own.bytes()
		j.forget()
	} else {
		j.dropped++
		j.recycle(own)
	}
	j.wake()
}

// Note updates a pending request with what is known of it by now.
func (j *Journal) Note(t Ticket, e *Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	t.entry.copyFrom(e)
}

// settle takes an entry out of the pending ones.
func (j *Journal) settle(place int) {
	last := len(j.pending) - 1
	j.pending[place] = j.pending[last]
	j.pending[place].place = place
	j.pending[last] = nil
	j.pending = j.pending[:last]
}

// forget drops the oldest answers until the journal is within its limits.
func (j *Journal) forget() {
	limit := j.limits.Bytes
	if limit <= 0 {
		limit = math.MaxInt
	}
	for j.answered.len() > j.limits.Requests || j.bytes > limit {
		oldest := j.answered.pop()
		j.bytes -= oldest.bytes()
		j.dropped++
		j.recycle(oldest)
	}
}

// Clear forgets all answered requests, and counts anew: from now on only those
// that are pending have arrived. Requests and events go on being numbered.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.answered = queue{}
	j.bytes, j.dropped, j.decided, j.arrivals = 0, 0, 0, len(j.pending)
	j.cleared = j.events
	for _, e := range j.pending {
		if e.decided {
			j.decided++
		}
	}
	for _, w := range j.waiters { // they count from here, too
		w.left = w.n - j.count(&w.filter)
	}
	j.wake()
}

// How many entries are kept to be used again, and how long their texts may be.
const (
	maxFree     = 64
	maxFreeText = 4 << 10
)

func (j *Journal) recycle(e *Entry) {
	if !e.viewed && len(j.free) < maxFree && cap(e.text) <= maxFreeText {
		e.Reset()
		j.free = append(j.free, e)
	}
}

func (j *Journal) newEntry() *Entry {
	n := len(j.free)
	if n == 0 {
		return new(Entry)
	}
	e := j.free[n-1]
	j.free = j.free[:n-1]
	return e
}

// Retire ends every Wait: the journal's scenario is over.
func (j *Journal) Retire() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.retired = true
	for _, w := range j.waiters {
		close(w.done)
	}
	j.waiters = nil
	j.wake()
}

func (j *Journal) wake() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// Counts are how many requests a journal has seen, since the last Clear.
type Counts struct {
	Arrived int // requests that arrived, answered or not
	Decided int // those whose answer is known
	Dropped int // answered ones that the journal no longer holds
}

// Counts are the journal's counts at this moment.
func (j *Journal) Counts() Counts {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counts()
}

func (j *Journal) counts() Counts { return Counts{j.arrivals, j.decided, j.dropped} }

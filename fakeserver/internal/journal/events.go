package journal

import (
	"cmp"
	"math"
	"slices"
)

// An Event is one change of the journal: a request arrived, or was answered. The
// arrival of one whose answer is held back comes twice: see Decide.
type Event struct {
	N       int    // its number: 1 is the first
	Record  Record // without its bodies; of an arrival as it is now: it may be answered by now
	Arrival bool   // false: the answer
}

// Events are what happened after the event with the number after, oldest first,
// as far as the journal still holds it: 0 asks for everything. More is closed by
// the next change, so a subscriber calls Events again with the last number it
// has seen; nil: there will be none, as the journal's scenario is over.
func (j *Journal) Events(after int) (events []Event, more <-chan struct{}) {
	return j.Next(after, math.MaxInt)
}

// Next is Events, limited to the oldest ones, at most so many. If there are others,
// more is closed already. A subscriber that is slow, or has much to catch up with,
// takes little memory that way, as it has no copies of bodies, and keeps the journal
// for a short time only.
func (j *Journal) Next(after, most int) (events []Event, more <-chan struct{}) {
	type change struct {
		n     int
		entry *Entry
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var changes []change
	add := func(e *Entry) {
		if e.arrivedAt > after {
			changes = append(changes, change{e.arrivedAt, e})
		}
		if e.answeredAt > after {
			changes = append(changes, change{e.answeredAt, e})
		}
	}
	for e := range j.answered.from(func(e *Entry) bool { return e.answeredAt > after }) {
		add(e)
	}
	for _, e := range j.pending {
		add(e)
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.n, b.n) })
	rest := len(changes) > most
	for _, c := range changes[:min(len(changes), most)] {
		events = append(events, Event{N: c.n, Record: c.entry.withoutBodies(), Arrival: c.n == c.entry.arrivedAt})
	}
	switch {
	case rest:
		now := make(chan struct{})
		close(now)
		return events, now
	case j.retired:
		return events, nil
	}
	return events, j.change()
}

// Cleared is the number of the last event before the last Clear: of the requests
// that were answered by then the journal has none. 0: it was never cleared.
func (j *Journal) Cleared() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.cleared
}

// Record is the request with a number, as far as the journal holds it.
func (j *Journal) Record(seq int) (Record, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.pending {
		if e.seq == seq {
			return e.Record(), true
		}
	}
	for e := range j.answered.all() {
		if e.seq == seq {
			return e.Record(), true
		}
	}
	return Record{}, false
}

func (j *Journal) change() <-chan struct{} {
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

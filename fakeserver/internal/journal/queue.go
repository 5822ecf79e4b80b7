package journal

import (
	"iter"
	"slices"
	"sort"
)

// A queue holds entries, the oldest first.
type queue struct {
	entries []*Entry
	first   int // entries before it are gone
}

func (q *queue) len() int { return len(q.entries) - q.first }

func (q *queue) push(e *Entry) { q.entries = append(q.entries, e) }

// pop takes the oldest entry out of a queue that is not empty.
func (q *queue) pop() *Entry {
	e := q.entries[q.first]
	q.entries[q.first] = nil
	q.first++
	if q.first > len(q.entries)/2 { // so that its room is used again, at no cost worth mentioning
		n := copy(q.entries, q.entries[q.first:])
		clear(q.entries[n:])
		q.entries, q.first = q.entries[:n], 0
	}
	return e
}

func (q *queue) all() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for _, e := range q.entries[q.first:] {
			if !yield(e) {
				return
			}
		}
	}
}

// from yields the entries from the first one on for which is is true. It must be
// true for all that come after that one.
func (q *queue) from(is func(*Entry) bool) iter.Seq[*Entry] {
	held := q.entries[q.first:]
	return slices.Values(held[sort.Search(len(held), func(i int) bool { return is(held[i]) }):])
}

package journal

import (
	"cmp"
	"iter"
	"slices"
)

// A View is what a journal held at one moment. It takes little memory of its own: it
// shares the answered requests with the journal, and keeps them when that forgets them.
type View struct {
	Counts

	answered []*Entry // they do not change any more
	pending  []Record
}

// View is what the journal holds of the requests that the filter selects.
func (j *Journal) View(f Filter) *View {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := &View{Counts: j.counts()}
	for e := range j.answered.all() {
		if e.matches(&f) {
			e.viewed = true
			v.answered = append(v.answered, e)
		}
	}
	if j.limits.Requests > 0 {
		for _, e := range j.pending {
			if e.matches(&f) {
				v.pending = append(v.pending, e.Record())
			}
		}
	}
	slices.SortFunc(v.pending, func(a, b Record) int { return cmp.Compare(a.Seq, b.Seq) })
	return v
}

// Records makes the requests one by one: first the answered ones in the order of
// their answers, then the pending ones as they arrived.
func (v *View) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for _, e := range v.answered {
			if !yield(e.Record()) {
				return
			}
		}
		for _, r := range v.pending {
			if !yield(r) {
				return
			}
		}
	}
}

// Len is how many requests there are.
func (v *View) Len() int { return len(v.answered) + len(v.pending) }

// Records are copies of the requests that the journal holds and the filter
// selects, in the order of View.
func (j *Journal) Records(f Filter) []Record {
	v := j.View(f)
	return slices.AppendSeq(make([]Record, 0, v.Len()), v.Records())
}

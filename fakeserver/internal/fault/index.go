package fault

import (
	"iter"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A list is the rules of one moment. It does not change, so that a decision can
// be explained when others have taken the rules' place.
type list struct {
	begin    time.Time
	limits   []*rule
	injected []*rule // the oldest first
	faults   []*rule // the scenario's
}

// all are the rules in the order in which they are tried.
func (l *list) all() iter.Seq[*rule] {
	return func(yield func(*rule) bool) {
		for _, r := range l.limits {
			if !yield(r) {
				return
			}
		}
		for _, r := range slices.Backward(l.injected) {
			if !yield(r) {
				return
			}
		}
		for _, r := range l.faults {
			if !yield(r) {
				return
			}
		}
	}
}

func (l *list) len() int { return len(l.limits) + len(l.injected) + len(l.faults) }

// An index finds the rules of a list that may match a call. It does not change.
// It is apart from the list because decisions are kept, and it is large.
type index struct {
	list       *list
	operations map[scenarios.Operation]*bucket // of those that rules name
	others     bucket                          // for all other operations
	images     map[string][]*rule              // by the image, where it is no glob; in order
	turns      bool                            // some rule asks which token a call has
}

// A bucket is the rules that may match calls of one operation, and those that
// name no operation.
type bucket struct {
	rules    []*rule // in order, without those found by image
	image    bool    // some rule asks for an image
	literals bool    // and is found by it
}

func newIndex(l *list) *index {
	if l.len() == 0 {
		return &index{list: l}
	}
	operations, literals := make(map[scenarios.Operation]*bucket), 0
	for r := range l.all() {
		for _, op := range r.match.operations {
			if operations[op] == nil {
				operations[op] = new(bucket)
			}
		}
		if r.match.literal {
			literals++
		}
	}
	x := &index{list: l, operations: operations, images: make(map[string][]*rule, literals)}
	for r := range l.all() {
		x.turns = x.turns || r.match.turn != 0
		if r.match.literal {
			image := string(r.match.image)
			x.images[image] = append(x.images[image], r)
		}
		for _, op := range r.match.operations {
			x.operations[op].add(r)
		}
		if len(r.match.operations) == 0 {
			x.others.add(r)
			for _, b := range x.operations {
				b.add(r)
			}
		}
	}
	return x
}

func (b *bucket) add(r *rule) {
	b.image = b.image || r.match.image != ""
	if r.match.literal {
		b.literals = true
		return
	}
	if n := len(b.rules); n == 0 || b.rules[n-1] != r { // a fault may name an operation twice
		b.rules = append(b.rules, r)
	}
}

// candidates are the rules that may match a call, in lists that are in order
// and have no rule in common: its operation's, and those found by its image's
// id and name.
type candidates [3][]*rule

// find finds the candidates for s. It has s ask for the image's name where one
// of them may need it, as nobody should ask under the lock.
func (c *candidates) find(x *index, s *subject) {
	b := x.operations[s.Operation]
	if b == nil {
		b = &x.others
	}
	c[0], c[1], c[2] = b.rules, nil, nil
	if !b.image || s.ImageID == "" {
		return
	}
	name := s.name()
	if b.literals {
		c[1] = x.images[s.ImageID]
		if name != s.ImageID {
			c[2] = x.images[name]
		}
	}
}

// next takes the first rule that matches s, or returns nil when there is none.
func (c *candidates) next(s *subject) *rule {
	for {
		var first *rule
		from := 0
		for i, rules := range c {
			if len(rules) > 0 && (first == nil || rules[0].order < first.order) {
				first, from = rules[0], i
			}
		}
		if first == nil {
			return nil
		}
		c[from] = c[from][1:]
		if first.match.fails(s) == (failing{}) {
			return first
		}
	}
}

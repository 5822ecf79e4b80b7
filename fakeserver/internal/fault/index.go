package fault

import (
	"iter"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A list is the rules at one moment. It does not change, so that a decision can
// be explained after rules have been added or removed.
type list struct {
	start  time.Time // of the scenario
	limits []*rule
	added  []*rule // faults added at run time, the oldest first
	faults []*rule // the scenario's
}

// all yields the rules in the order in which they are tried.
func (l *list) all() iter.Seq[*rule] {
	return func(yield func(*rule) bool) {
		for _, r := range l.limits {
			if !yield(r) {
				return
			}
		}
		for _, r := range slices.Backward(l.added) {
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

func (l *list) len() int { return len(l.limits) + len(l.added) + len(l.faults) }

// An index finds the rules of a list that may match a call. It does not change.
// It is separate from the list because decisions refer to lists for a long time,
// and an index is large.
type index struct {
	list       *list
	operations map[scenarios.Operation]*group // for each operation that a rule names
	others     group                          // for all other operations
	holding    []*rule                        // rules whose calls wait for others
	images     map[string][]*rule             // rules that name one image, without a *, by that image; in order
}

// A group is the rules that may match calls of one operation: those that name
// it, and those that name none.
type group struct {
	rules    []*rule // in order, without those in index.images
	image    bool    // some rule of the group names an image
	literals bool    // some rule of the group is in index.images
}

func newIndex(l *list) *index {
	if l.len() == 0 {
		return &index{list: l}
	}
	operations, literals := make(map[scenarios.Operation]*group), 0
	for r := range l.all() {
		for _, op := range r.match.operations {
			if operations[op] == nil {
				operations[op] = new(group)
			}
		}
		if r.match.literal {
			literals++
		}
	}
	x := &index{list: l, operations: operations, images: make(map[string][]*rule, literals)}
	for r := range l.all() {
		if r.until != nil {
			x.holding = append(x.holding, r)
		}
		if r.match.literal {
			image := string(r.match.image)
			x.images[image] = append(x.images[image], r)
		}
		for _, op := range r.match.operations {
			x.operations[op].add(r)
		}
		if len(r.match.operations) == 0 {
			x.others.add(r)
			for _, g := range x.operations {
				g.add(r)
			}
		}
	}
	return x
}

func (g *group) add(r *rule) {
	g.image = g.image || r.match.image != ""
	if r.match.literal {
		g.literals = true
		return
	}
	if n := len(g.rules); n == 0 || g.rules[n-1] != r { // a fault may name an operation twice
		g.rules = append(g.rules, r)
	}
}

// candidates are the rules that may match a call, in lists that are in order
// and have no rule in common: those of its operation, those of its image's id,
// and those of its image's name.
type candidates [3][]*rule

// find finds the candidates for s. It looks up the name of the image if one of
// them may need it, so that nothing is looked up under the lock.
func (c *candidates) find(x *index, s *subject) {
	g := x.operations[s.Operation]
	if g == nil {
		g = &x.others
	}
	c[0], c[1], c[2] = g.rules, nil, nil
	if !g.image || s.ImageID == "" {
		return
	}
	name := s.imageName()
	if g.literals {
		c[1] = x.images[s.ImageID]
		if name != s.ImageID {
			c[2] = x.images[name]
		}
	}
}

// next removes the first rule that matches s and returns it, or nil if there is
// none.
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
		if first.match.compare(s) == (mismatch{}) {
			return first
		}
	}
}

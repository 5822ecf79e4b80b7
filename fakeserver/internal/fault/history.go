package fault

import (
	"reflect"
	"slices"
)

// A Past is a rule and what it has done, whether it is still there or not.
type Past struct {
	Status
	Rule    int  // as in a Miss
	Limit   bool // it is a limit, whose Fault is the answer of a call that it refuses
	Added   bool // at run time
	Removed bool

	Stuck    int    // calls that the fault held in vain: nothing came that they waited for
	Deadlock string // who waited for whom when the latest of them was let go; empty: none was
}

// Wanted is how often the rule should be injected if a test is about it: as often
// as it says, or at least once.
func (p *Past) Wanted() int { return max(p.Fault.Times, 1) }

// WasInVain reports whether the rule has done no more than hold calls for which
// nothing came.
func (p *Past) WasInVain() bool {
	in := p.Fault.Inject
	in.Hold = nil
	return p.Stuck > 0 && p.Stuck == p.Injected && reflect.ValueOf(in).IsZero()
}

// maxRemoved is how many removed rules are remembered, so that injecting and
// removing for ever takes no memory.
const maxRemoved = 1000

// isSpent reports whether the rule was injected as often as a test expects.
func (r *rule) isSpent() bool { return r.injected >= r.required() }

// remember keeps a rule, which is removed now. The caller holds the lock.
func (in *Injector) remember(r *rule) {
	r.removed = true
	if len(in.removed) == maxRemoved {
		oldest := max(slices.IndexFunc(in.removed, (*rule).isSpent), 0) // one that nobody will ask for, if there is one
		in.removed = slices.Delete(in.removed, oldest, oldest+1)
	}
	in.removed = append(in.removed, r)
}

// History returns all rules that there are in the order in which they are tried,
// limits included, and then a thousand that were removed: the latest, and before them
// those that were not injected as often as they should be. The caller may
// change what it gets.
func (in *Injector) History() []Past {
	in.mu.Lock()
	in.holds.mu.Lock()
	all := make([]Past, 0, in.list.len()+len(in.removed))
	add := func(r *rule) {
		all = append(all, Past{
			Status: Status{Fault: r.fault, Seen: r.seen, Injected: r.injected},
			Rule:   r.order, Limit: r.limit != nil, Added: r.added, Removed: r.removed,
			Stuck: r.stuck, Deadlock: r.deadlock,
		})
	}
	for r := range in.list.all() {
		add(r)
	}
	for _, r := range in.removed {
		add(r)
	}
	in.holds.mu.Unlock()
	in.mu.Unlock()
	for i := range all {
		all[i].Fault = all[i].Fault.Clone()
	}
	return all
}

// Package fault decides which fault strikes a call, and tells why the others
// did not. It only decides: what a strike does to the answer is the server's.
//
// Rules are tried in this order: the scenario's limits, the faults injected at
// run time with the newest first, the scenario's faults. The first that strikes
// wins; the faults after it are not tried and do not count the call. A limit
// counts every call it matches, even one that another limit strikes.
//
// A fault has seen each call that matches it and reaches it. Of those it has
// seen the first Skip pass, of the rest each Every-th may be struck, of these
// each with the chance Rate, and of these the first Times are. A call outside
// the fault's window does not match it, so it is not counted.
package fault

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Injector owns the faults and limits of a server, and their counts. Make
// one with New; its methods may be called at the same time.
type Injector struct {
	seed uint64

	// index is what Decide reads without the lock; nil: list has changed since
	// it was made. It is written with the lock held.
	index atomic.Pointer[index]

	mu    sync.Mutex // guards what follows, and the counts of the rules
	list  *list
	names map[string]*rule
	added int            // faults injected so far
	turns map[string]int // tokens that were shown, by the order in which they were new; nil: none yet
	calls uint64         // decisions that counted something; numbers them
}

// A Status is a fault and what it has done so far.
type Status struct {
	Fault    scenarios.Fault `json:"fault"`    // with the name it goes by
	Seen     int             `json:"seen"`     // calls that matched it and reached it
	Injected int             `json:"injected"` // those of them that it struck
}

// New returns an injector of a scenario's faults and limits, which are taken to
// be valid. Seed 0 is seed 1, as in a scenario. Windows count from begin.
//
// A fault without a name is called by its position: faults[0]. So is every
// limit: limits[0]. Where a name stands twice, its later bearer has its
// position after it: flaky[1].
func New(seed uint64, begin time.Time, faults []scenarios.Fault, limits []scenarios.Limit) *Injector {
	if seed == 0 {
		seed = 1
	}
	in := &Injector{seed: seed, list: &list{begin: begin}, names: make(map[string]*rule)}
	for i, l := range limits {
		if l.Rate.Calls <= 0 || l.Rate.Per <= 0 {
			continue // without a rate it limits nothing
		}
		r := limitRule(fmt.Sprintf("limits[%d]", i), l)
		r.order = math.MinInt + i
		in.names[r.fault.Name] = r
		in.list.limits = append(in.list.limits, r)
	}

	in.list.faults = make([]*rule, len(faults))
	for i, f := range faults { // first those that have a name to themselves
		if f.Name != "" && in.names[f.Name] == nil {
			in.list.faults[i] = in.register(f.Name, f)
		}
	}
	for i, f := range faults {
		if in.list.faults[i] == nil {
			in.list.faults[i] = in.register(in.free(f.Name, "faults", i), f)
		}
		in.list.faults[i].order = i
	}
	for _, r := range in.list.faults {
		r.match.after = in.names[r.fault.After]
	}
	return in
}

// Add injects a fault, to be tried before all others, and returns the name it
// goes by: its own, or one such as injected[0]. A fault that is not valid, or
// whose name is taken, is an error and changes nothing.
func (in *Injector) Add(f scenarios.Fault) (name string, err error) {
	if err := f.Validate(); err != nil {
		return "", err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if other := in.names[f.Name]; other != nil {
		return "", fmt.Errorf("fault %q: %s has that name already", f.Name, other)
	}
	name = f.Name
	if name == "" {
		name = in.free("", "injected", in.added)
	}
	after := in.names[f.After]
	if f.After != "" && after == nil {
		return "", fmt.Errorf("after: there is no fault %q", f.After)
	}
	r := in.register(name, f)
	r.match.after = after
	in.added++
	r.order = -in.added

	// Older lists share the array, but none of them reaches as far as this.
	next := *in.list
	next.injected = append(next.injected, r)
	in.change(&next)
	return name, nil
}

// Remove takes back the fault of that name, injected or the scenario's, and
// reports whether there was one. It does not remove limits.
func (in *Injector) Remove(name string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	r := in.names[name]
	if r == nil || r.limit != nil {
		return false
	}
	delete(in.names, name)
	next := *in.list
	next.injected = without(next.injected, r)
	next.faults = without(next.faults, r)
	in.change(&next)
	return true
}

// Statuses returns the faults in the order in which they are tried, without the
// limits. They are copies.
func (in *Injector) Statuses() []Status {
	in.mu.Lock()
	all := make([]Status, 0, in.list.len())
	for r := range in.list.all() {
		if r.limit == nil {
			all = append(all, Status{Fault: r.fault, Seen: r.seen, Injected: r.struck})
		}
	}
	in.mu.Unlock()
	for i := range all {
		all[i].Fault = all[i].Fault.Clone()
	}
	return all
}

// register makes f a rule under a name that is free.
func (in *Injector) register(name string, f scenarios.Fault) *rule {
	r := faultRule(in.seed, name, f)
	in.names[name] = r
	return r
}

// free is the name, or that of the rule's kind where it has none, with the
// position after it: once, or until nobody has that name.
func (in *Injector) free(name, kind string, position int) string {
	if name == "" {
		name = kind
	}
	for {
		name = fmt.Sprintf("%s[%d]", name, position)
		if in.names[name] == nil {
			return name
		}
	}
}

func (in *Injector) change(next *list) {
	in.list = next
	in.index.Store(nil)
}

// without is rules without r, in a new array: lists that decisions hold keep
// theirs.
func without(rules []*rule, r *rule) []*rule {
	i := slices.Index(rules, r)
	if i < 0 {
		return rules
	}
	return slices.Concat(rules[:i], rules[i+1:])
}

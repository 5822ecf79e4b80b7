// Package fault decides which fault is injected into a call, and explains why
// the others were not. What an injected fault does to the answer is up to the
// server.
//
// Rules are tried in this order: the limits, the faults added at run
// time with the newest first, the scenario's faults. The first that is due is
// injected; the faults after it are not tried and do not count the call. A limit
// counts every call it matches, even one that another limit answers.
//
// A fault has seen each call that matches it and reaches it. Of the calls it has
// seen it lets the first Skip pass; of the rest every Every-th is due, with the
// chance Rate, until the fault has been injected Times times. A call outside the
// fault's window does not match it, so it is not counted.
//
// Some faults change nothing for the client unless the call turns out in a certain
// way: nothing stays visible if nothing was deleted. Decide leaves the decision on
// such a fault, and on those after it, to Settle, which knows how the call turned
// out. A fault that would change nothing does not see the call. A fault that is
// injected in place of the work, and is due only then, comes too late if the
// work has changed something. Of calls that come one after the other that is so
// only where the fault before it was due too, but would have changed nothing:
// otherwise Decide injects the later one at once.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Injector owns the faults and limits of a server, and their counts. Create
// one with New; its methods may be called concurrently.
type Injector struct {
	seed uint64

	// index is what Decide reads without the lock. It is nil when list has
	// changed since the index was built. It is written with the lock held.
	index atomic.Pointer[index]

	mu     sync.Mutex // guards the fields below and the counts of the rules
	list   *list
	names  map[string]*rule
	added  int      // faults added at run time so far
	limits int      // limits so far, removed ones included
	tokens sync.Map // of int: tokens seen, numbered from 1 in the order of their first use
	used   int      // how many tokens were numbered
	calls  uint64   // decisions that counted something; numbers them

	removed []*rule // the latest of them

	holds holds
}

// A Status is a fault and its counts.
type Status struct {
	Fault    scenarios.Fault `json:"fault"`    // Name is never empty: see New
	Seen     int             `json:"seen"`     // calls that matched it, reached it, and that it could change
	Injected int             `json:"injected"` // calls it was injected into
}

// New returns an injector of a scenario's faults and limits, which must be
// valid. Seed 0 means seed 1, as in a scenario. Windows count from start.
//
// A fault without a name is named after its position: faults[0]. So is every
// limit: limits[0]. Where two faults share a name, the later one has its
// position appended: flaky[1].
func New(seed uint64, start time.Time, faults []scenarios.Fault, limits []scenarios.Limit) *Injector {
	if seed == 0 {
		seed = 1
	}
	in := &Injector{seed: seed, list: &list{start: start}, names: make(map[string]*rule)}
	for _, l := range limits {
		in.list.limits = append(in.list.limits, in.registerLimit(l))
	}
	in.list.limits = slices.DeleteFunc(in.list.limits, func(r *rule) bool {
		return r.limit.calls == 0 || r.limit.per == 0 // it limits nothing
	})

	in.list.faults = make([]*rule, len(faults))
	for i, f := range faults { // a name goes to the first fault that has it
		if f.Name != "" && in.names[f.Name] == nil {
			in.list.faults[i] = in.register(f.Name, f)
		}
	}
	for i, f := range faults {
		if in.list.faults[i] == nil {
			in.list.faults[i] = in.register(in.uniqueName(f.Name, "faults", i), f)
		}
		in.list.faults[i].order = i
	}
	for _, r := range in.list.faults {
		r.match.after = in.names[r.fault.After]
	}
	return in
}

// ErrTaken is the error of a fault whose name another fault or limit has.
var ErrTaken = errors.New("the name is taken")

// Add adds a fault, to be tried before all other faults, and returns its name:
// its own, or one such as injected[0] if it has none. If the fault is invalid or
// its name is taken, Add returns an error and changes nothing.
func (in *Injector) Add(f scenarios.Fault) (name string, err error) {
	if err := f.Validate(); err != nil {
		return "", err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if other := in.names[f.Name]; other != nil {
		return "", fmt.Errorf("fault %q: %w by %s", f.Name, ErrTaken, other)
	}
	return in.add(f)
}

// Replace adds a fault as Add does, in place of the one with its name, if there is
// one.
func (in *Injector) Replace(f scenarios.Fault) error {
	if err := f.Validate(); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	old := in.names[f.Name]
	switch {
	case f.Name == "":
		return errors.New("name: want the name of the fault to replace")
	case old != nil && old.limit != nil:
		return fmt.Errorf("fault %q: %w by %s", f.Name, ErrTaken, old)
	case f.After == f.Name || f.After != "" && (in.names[f.After] == nil || in.names[f.After].limit != nil):
		return fmt.Errorf("after: there is no other fault %q", f.After)
	case old != nil:
		in.drop(old)
	}
	_, err := in.add(f)
	return err
}

// maxRules is how many faults and limits there may be, when some are added.
const maxRules = 100_000

// room is an error if no other fault or limit may be added. The caller holds the lock.
func (in *Injector) room() error {
	if n := in.list.len(); n >= maxRules {
		return fmt.Errorf("there are %d faults and limits, and there may be %d: remove some", n, maxRules)
	}
	return nil
}

// add adds a valid fault, whose name is free. The caller holds the lock.
func (in *Injector) add(f scenarios.Fault) (name string, err error) {
	name = f.Name
	if name == "" {
		name = in.uniqueName("", "injected", in.added)
	}
	after := in.names[f.After]
	if f.After != "" && (after == nil || after.limit != nil) {
		return "", fmt.Errorf("after: there is no fault %q", f.After)
	}
	if err := in.room(); err != nil {
		return "", err
	}
	r := in.register(name, f)
	r.match.after = after
	in.added++
	r.added, r.order = true, -in.added

	// Older lists may share the array, but none of them extends to this element.
	next := *in.list
	next.added = append(next.added, r)
	in.replace(&next)
	return name, nil
}

// Remove removes the fault of that name, whether added or the scenario's, and
// reports whether there was one.
func (in *Injector) Remove(name string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	r := in.names[name]
	if r == nil || r.limit != nil {
		return false
	}
	in.drop(r)
	return true
}

// drop removes a fault. The caller holds the lock.
func (in *Injector) drop(r *rule) {
	delete(in.names, r.fault.Name)
	in.remember(r)
	in.holds.lift(r)
	next := *in.list
	next.added = without(next.added, r)
	next.faults = without(next.faults, r)
	in.replace(&next)
}

// Statuses returns the faults in the order in which they are tried, without the
// limits. The caller may change what it gets.
func (in *Injector) Statuses() []Status {
	in.mu.Lock()
	all := make([]Status, 0, in.list.len())
	for r := range in.list.all() {
		if r.limit == nil {
			all = append(all, Status{Fault: r.fault, Seen: r.seen, Injected: r.injected})
		}
	}
	in.mu.Unlock()
	for i := range all {
		all[i].Fault = all[i].Fault.Clone()
	}
	return all
}

// register makes f a rule under a name that is not taken.
func (in *Injector) register(name string, f scenarios.Fault) *rule {
	r := faultRule(in.seed, name, f)
	in.names[name] = r
	return r
}

// uniqueName appends the position to the name, or to kind if there is no name,
// as often as it takes to get a name that is not taken.
func (in *Injector) uniqueName(name, kind string, position int) string {
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

func (in *Injector) replace(next *list) {
	in.list = next
	in.index.Store(nil)
}

// without returns rules without r, in a new array: earlier decisions still refer
// to the old one.
func without(rules []*rule, r *rule) []*rule {
	i := slices.Index(rules, r)
	if i < 0 {
		return rules
	}
	return slices.Concat(rules[:i], rules[i+1:])
}

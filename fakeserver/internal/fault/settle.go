package fault

import (
	"fmt"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Outcome is how a call turned out, as far as a fault may depend on it.
type Outcome struct {
	Changed bool // the work was done and has changed something, so that it is too late to prevent it

	// Inert returns why the injection would change nothing for the client; empty:
	// it would change something.
	Inert func(*scenarios.Injection) (reason string)
}

// pending is what is left of a decision that depends on the outcome of its call.
type pending struct {
	injector *Injector
	subject  subject
	next     *rule      // the first rule that is not decided
	rest     candidates // those after it
}

// IsPending reports whether the decision depends on how the call turns out:
// Settle has to complete it. Until then nothing is injected, and the work has to
// be done.
func (d *Decision) IsPending() bool { return d.pending != nil }

// Settle completes a pending decision; another one it leaves alone. The faults
// that are left are tried in order. One that would be inert does not count the
// call; of the others the first that is due is injected. Trying, counting and
// choosing are one step, as in Decide.
func (d *Decision) Settle(o Outcome) {
	p := d.pending
	if p == nil {
		return
	}
	d.pending = nil
	s := &p.subject
	p.injector.mu.Lock()
	defer p.injector.mu.Unlock()
	p.injector.calls++
	d.call = p.injector.calls
	for r := p.next; r != nil && d.injected == nil; r = p.rest.next(s) {
		r.settle(d, s, &o)
	}
}

// settle injects the fault, or lets the call pass, now that its outcome is known.
func (r *rule) settle(d *Decision, s *subject, o *Outcome) {
	reason := ""
	switch {
	case r.removed:
		reason = "removed: before the call was done"
	case r.dependsOnOutcome(s):
		if r.isExhausted() {
			return
		}
		reason = o.Inert(&r.fault.Inject)
	case r.holdsWork() && !r.isExhausted() && r.unmet(r.seen+1) == noCondition:
		reason = "hold: too late, the work was done before this fault was tried"
	case r.prevents(s) && o.Changed && !r.isExhausted() && r.unmet(r.seen+1) == noCondition:
		reason = "effect: too late, the work was done before this fault was tried"
	}
	if reason != "" {
		d.passed = append(d.passed, pass{rule: r, reason: reason})
		return
	}
	r.seen++
	r.applyFault(d, s)
}

// postpone leaves the decision to Settle, from the rule r on, because r may be
// inert. It reports false if r is not injected anyway: a fault after it, which does not
// depend on the outcome, prevents the work, or holds the call before it.
func (r *rule) postpone(in *Injector, d *Decision, s *subject, rest candidates) bool {
	if first := r.firstDue(s, rest); first != nil && (first.prevents(s) || first.holdsWork()) {
		reason := fmt.Sprintf("effect: nothing is done, because %q is injected first", first.fault.Name)
		if first.holdsWork() {
			reason = fmt.Sprintf("not tried: %q was injected first, before the work", first.fault.Name)
		}
		d.passed = append(d.passed, pass{rule: r, reason: reason})
		return false
	}
	d.pending = &pending{injector: in, subject: *s, next: r, rest: rest}
	return true
}

// firstDue returns the first fault from r on that is due if none is inert; nil:
// none is. It counts nothing.
func (r *rule) firstDue(s *subject, rest candidates) *rule {
	for ; r != nil; r = rest.next(s) {
		if !r.isExhausted() && r.unmet(r.seen+1) == noCondition {
			return r
		}
	}
	return nil
}

// dependsOnOutcome reports whether the call has to be done before it is known
// whether the fault changes something for the client.
func (r *rule) dependsOnOutcome(s *subject) bool { return r.mayBeInert && !r.prevents(s) }

// holdsWork reports whether the fault holds calls before their work.
func (r *rule) holdsWork() bool {
	h := r.fault.Inject.Hold
	return h != nil && h.Before == scenarios.BeforeWork
}

// prevents reports whether the work of the call is not done if the fault is
// injected.
func (r *rule) prevents(s *subject) bool {
	in := &r.fault.Inject
	switch {
	case in.Effect != "":
		return in.Effect == scenarios.EffectNone
	case in.Status != 0:
		return true
	case in.Drop == scenarios.Truncate:
		return !s.Reads // half of an answer needs the whole one first
	}
	return in.Drop != ""
}

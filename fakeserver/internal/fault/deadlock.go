package fault

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// expire lets a call go on if the time of h is over: h itself, or the first that came of
// those that wait for each other. The rest of them, and who waits for that call, get
// more time, however little they had at first: they go on after it.
func (h *Held) expire(now time.Time) {
	hs := h.holds
	hs.mu.Lock()
	if h.free || now.Before(h.deadline) {
		hs.mu.Unlock()
		return
	}
	circle := h.circle()
	first := circle[0]
	first.deadlock = hs.explain(first, now)
	first.rule.stuck++
	first.rule.deadlock = first.deadlock
	for _, other := range hs.calls {
		if other != first && (slices.Contains(circle, other) || other.awaits(first)) {
			within := max(other.rule.fault.Inject.Hold.Within, scenarios.DefaultHold)
			other.deadline = now.Add(within)
			other.timer.Reset(within)
		}
	}
	first.letGo()
	g := first.rule.gate
	hs.mu.Unlock()
	if g != nil && g.onDeadlock != nil {
		g.onDeadlock(first.deadlock)
	}
}

// awaits reports whether the call waits for another one that waits.
func (h *Held) awaits(other *Held) bool {
	return h.before == other || h != other && h.waitsFor(&other.subject)
}

// maxCircle is among how many waiting calls a circle is looked for.
const maxCircle = 500

// circle is the calls that wait for h and that h waits for, with those in between, and
// h, in the order in which they came. The caller holds the lock.
func (h *Held) circle() []*Held {
	calls := h.holds.calls
	if len(calls) > maxCircle {
		return []*Held{h}
	}
	reach := func(next func(a, b *Held) bool) map[*Held]bool {
		found := map[*Held]bool{h: true}
		for queue := []*Held{h}; len(queue) > 0; queue = queue[1:] {
			for _, other := range calls {
				if !found[other] && next(queue[0], other) {
					found[other] = true
					queue = append(queue, other)
				}
			}
		}
		return found
	}
	awaited := reach((*Held).awaits)
	awaiting := reach(func(a, b *Held) bool { return b.awaits(a) })
	var circle []*Held
	for _, other := range calls {
		if awaited[other] && awaiting[other] {
			circle = append(circle, other)
		}
	}
	return circle
}

// explain says who waits for whom: the call first whose time is over. The caller holds
// the lock.
func (hs *holds) explain(first *Held, now time.Time) string {
	const most = 10 // calls that are named
	lines := []string{first.explain(now)}
	for _, h := range hs.calls {
		if h != first {
			lines = append(lines, h.explain(now))
		}
	}
	if n := len(lines) - most; n > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more calls wait", n))
	}
	return "deadlock: " + strings.Join(lines, "; ")
}

// explain says for what the call waits.
func (h *Held) explain(now time.Time) string {
	point := cmp.Or(h.rule.fault.Inject.Hold.Before, scenarios.BeforeAnswer)
	text := fmt.Sprintf("request %d (%s) has waited before its %s for %s", h.seq, h.name, point, now.Sub(h.since).Round(time.Millisecond))
	text += ", held by " + h.rule.fault.Name
	if place := h.rule.fault.Place; place != "" {
		text += " (" + place + ")"
	}
	if h.before != nil {
		return text + fmt.Sprintf(", until request %d is done", h.before.seq)
	}
	if h.rule.until == nil && h.rule.gate != nil {
		return text + ", until Release"
	}
	if h.rule.until == nil {
		return text + ", until the fault is removed"
	}
	text += ", until a call " + h.rule.fault.Inject.Hold.Until.String()
	if h.sameImage() {
		text += " of the same image"
	}
	text += " is done"
	for _, other := range h.holds.calls {
		if h.awaits(other) {
			return text + fmt.Sprintf(", such as request %d", other.seq)
		}
	}
	return text + "; none came"
}

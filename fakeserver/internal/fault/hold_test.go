package fault

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

const first, second = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"

// parsed returns an injector of the faults in a text.
func parsed(t *testing.T, faults string) *Injector {
	t.Helper()
	sc, err := scenarios.Parse("x.yaml", []byte("faults: ["+faults+"]"))
	if err != nil {
		t.Fatal(err)
	}
	return New(1, time.Now(), sc.Faults, nil)
}

// calling is calls of an injector, numbered as they come.
type calling struct {
	*testing.T
	in   *Injector
	last int
}

// worked is a call that is not held.
func (c *calling) worked(op scenarios.Operation, image string) {
	c.last++
	call := &Call{Operation: op, ImageID: image, Now: time.Now()}
	d := c.in.Decide(call)
	c.in.Worked(&d, call, c.last, c.in.Moment())
}

// hold is a call that is held; nil: it is not.
func (c *calling) hold(op scenarios.Operation, image string) *Held {
	c.last++
	call := &Call{Operation: op, ImageID: image, Now: time.Now()}
	d := c.in.Decide(call)
	if !d.HoldsBefore(scenarios.BeforeWork) && !d.HoldsBefore(scenarios.BeforeAnswer) {
		return nil
	}
	began := int64(0)
	if d.HoldsBefore(scenarios.BeforeAnswer) {
		began = c.in.Moment()
	}
	return c.in.Hold(&d, call, c.last, began, string(op))
}

// waits reports whether a call waits.
func waits(h *Held) bool {
	select {
	case <-h.goOn:
		return false
	default:
		return true
	}
}

// What a held call waits for is another call, of its own image unless until names one.
func TestHoldUntil(t *testing.T) {
	t.Parallel()
	for until, frees := range map[string]map[string]bool{ // by the call that comes: its operation and image
		"{operation: upload_image}":                        {"upload_image " + first: true, "upload_image " + second: false, "get_image " + first: false},
		"{operation: [upload_image, get_images]}":          {"upload_image " + strings.ToUpper(first): true, "get_images ": true},
		"{operation: upload_image, image: '*'}":            {"upload_image " + first: true, "upload_image " + second: true},
		"{operation: upload_image, image: " + second + "}": {"upload_image " + first: false, "upload_image " + second: true},
		"{}": {"get_image " + first: true, "get_image " + second: false, "get_images ": true, "healthcheck ": false},
	} {
		for came, want := range frees {
			op, image, _ := strings.Cut(came, " ")
			for _, before := range []string{"work", "answer"} {
				const fault = "{match: {operation: delete_image}, inject: {hold: {until: UNTIL, before: POINT}}}"
				c := calling{t, parsed(t, strings.NewReplacer("UNTIL", until, "POINT", before).Replace(fault)), 0}
				h := c.hold(scenarios.DeleteImage, first)
				if !waits(h) {
					t.Errorf("until %s before %s, a call does not wait", until, before)
				}
				c.worked(scenarios.Operation(op), image)
				if got := !waits(h); got != want {
					t.Errorf("until %s before %s, %s ends the wait: %t, want %t", until, before, came, got, want)
				}
				// What has come before counts for those that wait before their work.
				later := c.hold(scenarios.DeleteImage, first)
				if got := !waits(later); got != (want && before == "work") {
					t.Errorf("until %s before %s, after %s a call goes on at once: %t", until, before, came, got)
				}
			}
		}
	}
}

// A call does not wait for itself, and of those that go on at the same time each waits
// for the one before it, also if one of them leaves.
func TestHoldChain(t *testing.T) {
	t.Parallel()
	c := calling{t, parsed(t, "{match: {operation: delete_image}, inject: {hold: {before: work}}}"), 0}
	var held []*Held
	for range 4 {
		held = append(held, c.hold(scenarios.DeleteImage, first))
	}
	if c.in.Worked(&Decision{}, &Call{Operation: scenarios.GetImage}, 9, 0); !waits(held[0]) {
		t.Error("without until, a call ends the wait")
	}
	if !c.in.Remove("faults[0]") {
		t.Fatal("the fault is gone")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := held[1].Wait(gone); err != context.Canceled {
		t.Errorf("the wait ends with %v", err)
	}
	held[1].Pass()
	for i, want := range []bool{false, true, true, true} {
		if waits(held[i]) != want {
			t.Errorf("after the first was let go, call %d waits: %t", i, !want)
		}
	}
	held[0].Pass()
	if waits(held[2]) || !waits(held[3]) {
		t.Error("after the first has passed, not just the next one goes on")
	}
	held[2].Pass()
	if waits(held[3]) {
		t.Error("the last one waits")
	}
	if h := c.hold(scenarios.DeleteImage, first); h != nil {
		t.Error("a fault that was removed holds a call")
	}

	c = calling{t, parsed(t, "{match: {operation: delete_image}, inject: {hold: {until: {operation: upload_image}, before: work}}}"), 0}
	held = []*Held{c.hold(scenarios.DeleteImage, first), c.hold(scenarios.DeleteImage, first)}
	c.worked(scenarios.UploadImage, first)
	late := c.hold(scenarios.DeleteImage, first)
	held[0].Pass()
	if waits(held[1]) || !waits(late) {
		t.Error("a call that comes too late to wait overtakes those that have waited")
	}
	held[1].Pass()
	if waits(late) {
		t.Error("it waits for ever")
	}

	c = calling{t, parsed(t, "{match: {operation: delete_image}, inject: {hold: {until: {operation: delete_image}}}}"), 0}
	h := c.hold(scenarios.DeleteImage, first)
	c.in.Worked(&Decision{}, &Call{Operation: scenarios.DeleteImage, ImageID: first}, 1, 0)
	if !waits(h) {
		t.Error("a call waits for itself")
	}
	c.in.Retire()
	if waits(h) || waits(c.hold(scenarios.DeleteImage, first)) {
		t.Error("calls wait although the scenario is over")
	}
}

// Only calls that wait for each other let the first of them go; a call that waits for
// one that waits for something else goes on itself.
func TestHoldCircle(t *testing.T) {
	t.Parallel()
	const hour = "within: 1h, before: work"
	for name, test := range map[string]struct {
		faults string
		calls  []scenarios.Operation
		first  int // of the calls: who goes on if the time of the last is over
	}{
		"two that wait for each other": {
			"{match: {operation: get_image}, inject: {hold: {until: {operation: delete_image}, " + hour + "}}}," +
				"{match: {operation: delete_image}, inject: {hold: {until: {operation: get_image}, " + hour + "}}}",
			[]scenarios.Operation{scenarios.GetImage, scenarios.DeleteImage}, 0,
		},
		"three in a circle": {
			"{match: {operation: get_image}, inject: {hold: {until: {operation: delete_image}, " + hour + "}}}," +
				"{match: {operation: delete_image}, inject: {hold: {until: {operation: modify_image}, " + hour + "}}}," +
				"{match: {operation: modify_image}, inject: {hold: {until: {operation: get_image}, " + hour + "}}}",
			[]scenarios.Operation{scenarios.ModifyImage, scenarios.DeleteImage, scenarios.GetImage}, 0,
		},
		"one that waits for a circle of others": {
			"{match: {operation: get_image}, inject: {hold: {until: {operation: delete_image}, " + hour + "}}}," +
				"{match: {operation: delete_image}, inject: {hold: {" + hour + "}}}",
			[]scenarios.Operation{scenarios.DeleteImage, scenarios.GetImage}, 1,
		},
	} {
		c := calling{t, parsed(t, test.faults), 0}
		var held []*Held
		for _, op := range test.calls {
			held = append(held, c.hold(op, first))
		}
		last := held[len(held)-1]
		last.expire(time.Now())
		for i, h := range held {
			if !waits(h) {
				t.Errorf("%s: call %d goes on before its time", name, i)
			}
		}
		last.expire(last.deadline)
		for i, h := range held {
			if waits(h) == (i == test.first) {
				t.Errorf("%s: call %d waits: %t", name, i, waits(h))
			}
		}
		if text := held[test.first].Deadlock(); !strings.HasPrefix(text, "deadlock: request ") || strings.Count(text, "has waited") != len(held) {
			t.Errorf("%s: it is told %s", name, text)
		}
	}
}

// The names of images are looked up by those who own their lock: under that of the
// holds, the two would wait for each other.
func TestHoldLooksUpNamesUnlocked(t *testing.T) {
	t.Parallel()
	in := parsed(t, "{match: {operation: delete_image}, inject: {hold: {until: {operation: upload_image, image: ubuntu}}}}")
	looks := 0
	call := func(op scenarios.Operation) *Call {
		return &Call{Operation: op, ImageID: first, Now: time.Now(), ImageName: func(string) string {
			looks++
			in.History()
			return "ubuntu"
		}}
	}
	deletion, upload := call(scenarios.DeleteImage), call(scenarios.UploadImage)
	d := in.Decide(deletion)
	h := in.Hold(&d, deletion, 1, 0, "")
	d = in.Decide(upload)
	in.Worked(&d, upload, 2, 0)
	if waits(h) || looks == 0 {
		t.Errorf("the call waits: %t, after %d looks at names", waits(h), looks)
	}
}

// A fault that holds calls before their work is not injected after it, and those after
// which it is due do not delay it.
func TestHoldIsNotTooLate(t *testing.T) {
	t.Parallel()
	deletion := &Call{Operation: scenarios.DeleteImage, ImageID: first, Now: time.Now()}
	const lingering = "{name: l, match: {operation: delete_image}, inject: {linger: {reads: 1}}}, "
	const holding = "{name: h, match: {operation: delete_image}, inject: {hold: {before: work}}}"

	d := parsed(t, lingering+holding).Decide(deletion)
	if !d.IsPending() {
		t.Fatal("the decision does not depend on the deletion")
	}
	d.Settle(Outcome{Inert: func(*scenarios.Injection) string { return "linger: nothing was deleted" }})
	if d.Fault != nil {
		t.Errorf("%s was injected after the work", d.Fault.Name)
	}
	var reasons []string
	for m := range d.Misses(deletion) {
		reasons = append(reasons, m.Reason)
	}
	if got := strings.Join(reasons, "; "); got != "linger: nothing was deleted; hold: too late, the work was done before this fault was tried" {
		t.Errorf("the reasons are %s", got)
	}

	d = parsed(t, strings.Replace(lingering, "inject", "skip: 1, inject", 1)+holding).Decide(deletion)
	if !d.HoldsBefore(scenarios.BeforeWork) {
		t.Error("a fault that is not due keeps the next one from holding the call")
	}
	for m := range d.Misses(deletion) {
		if want := `not tried: "h" was injected first, before the work`; m.Reason != want {
			t.Errorf("the reason is %s, want %s", m.Reason, want)
		}
	}
}

// Who is told that nobody opened a gate may ask for anything.
func TestGateTellsUnlocked(t *testing.T) {
	t.Parallel()
	in := New(1, time.Now(), nil, nil)
	told := make(chan string, 1)
	f := scenarios.Fault{Times: 1, Inject: scenarios.Injection{Hold: &scenarios.Hold{Within: time.Millisecond}}}
	g, err := in.AddGate(f, func(text string) { in.History(); told <- text })
	if err != nil {
		t.Fatal(err)
	}
	c := calling{t, in, 0}
	h := c.hold(scenarios.GetImages, "")
	if err := h.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.Pass()
	if text := <-told; !strings.Contains(text, "until Release") {
		t.Errorf("it is told %s", text)
	}
	if err := g.Passed(t.Context()); err == nil {
		t.Error("Passed returns no error")
	}
}

// If the first of two calls that wait for each other takes long, the second one goes
// on, too, after more time.
func TestHoldDeadlockGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := calling{t, parsed(t, "{match: {operation: delete_image}, inject: {hold: {until: {operation: delete_image}, before: work, within: 1s}}}"), 0}
		began := time.Now()
		held := []*Held{c.hold(scenarios.DeleteImage, first), c.hold(scenarios.DeleteImage, first)}
		var took [2]time.Duration
		var all sync.WaitGroup
		for i, h := range held {
			all.Go(func() {
				if err := h.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				took[i] = time.Since(began)
			})
		}
		all.Wait()
		if took != [2]time.Duration{time.Second, time.Second + scenarios.DefaultHold} {
			t.Errorf("the calls waited %s", took)
		}
		if h := c.in.History()[0]; h.Stuck != 2 || h.Injected != 2 || !h.WasInVain() {
			t.Errorf("the history is %+v", h)
		}
	})
}

// What had done its work before a call began its own is not what that call waits for before its
// answer, also if it is told only then. Before its work it is.
func TestHoldIsToldLate(t *testing.T) {
	t.Parallel()
	for point, want := range map[string]bool{"work": false, "answer": true} {
		in := parsed(t, "{match: {operation: delete_image}, inject: {hold: {until: {operation: get_images}, before: "+point+"}}}")
		list := &Call{Operation: scenarios.GetImages, Now: time.Now()}
		d := in.Decide(list)
		listed := in.Moment()
		c := calling{t, in, 1}
		h := c.hold(scenarios.DeleteImage, first)
		in.Worked(&d, list, 1, listed)
		if waits(h) != want {
			t.Errorf("before its %s, the call waits: %t, want %t", point, !want, want)
		}
		in.Worked(&d, list, 3, in.Moment())
		if waits(h) {
			t.Errorf("before its %s, the call waits for ever", point)
		}
	}
}

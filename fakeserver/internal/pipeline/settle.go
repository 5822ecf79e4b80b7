package pipeline

import (
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// settle decides which fault is injected, if that depends on the true answer.
func (c *call) settle() {
	c.ended = c.world.Moment() // its work is done
	if !c.decision.IsPending() {
		return
	}
	c.settleWith(&c.reply, false)
	if c.decision.PreventsWork { // which has changed nothing
		c.reply = wire.NoContent(http.StatusNoContent)
	}
}

// claimLinger settles the decision on a deletion that is certain, so that of
// deletions at the same time as many linger as the fault says.
func (c *call) claimLinger() *scenarios.Linger {
	rep := wire.NoContent(http.StatusNoContent)
	c.settleWith(&rep, true)
	if f := c.decision.Fault; f != nil {
		return f.Inject.Linger
	}
	return nil
}

func (c *call) settleWith(rep *wire.Reply, deletes bool) {
	c.decision.Settle(fault.Outcome{
		Changed: rep.Status < 400 && !c.reads(),
		Inert:   func(in *scenarios.Injection) string { return c.inert(in, rep, deletes) },
	})
}

// reads reports whether the call changes nothing, whatever it is answered.
func (c *call) reads() bool {
	return c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
}

// inert returns why an injection changes nothing for the client, given the true
// answer and whether the call deletes an image; empty: it changes something.
func (c *call) inert(in *scenarios.Injection, rep *wire.Reply, deletes bool) string {
	status := strconv.Itoa(rep.Status)
	switch {
	case in.Linger != nil && !c.Operation.Deletes():
		return "linger: the call deletes no image"
	case in.Linger != nil && !deletes:
		return "linger: the image was not deleted: " + status
	case in.Effect == scenarios.EffectApplied && (in.Status != 0 || in.Drop != "") && rep.Status >= 400:
		return "effect: the call was not carried out: " + status
	case repeats(in, rep.Status):
		return "status: the true answer is " + status
	case in.Status != 0 || in.Linger != nil:
		return ""
	case len(in.Fields) > 0:
		_, reason := rep.WithFields(in.Fields, c.Base())
		return reason
	case in.Drop != "" || in.Delay != (scenarios.Delay{}):
		return ""
	case in.Throttle != 0 && rep.HasBody() && c.Request.Method != http.MethodHead:
		return ""
	case in.Throttle != 0 && len(in.Headers) == 0:
		return "throttle: the answer has no body"
	}
	return rep.InertHeaders(in.Headers, c.Request.ProtoMajor == 2)
}

// repeats reports whether an injection has the work done, and then says no more than
// that its answer is what it is anyway: 204.
func repeats(in *scenarios.Injection, status int) bool {
	return in.Effect == scenarios.EffectApplied && in.Status == http.StatusNoContent && status == in.Status &&
		in.Drop == "" && in.Delay == (scenarios.Delay{}) && in.Linger == nil && len(in.Headers) == 0
}

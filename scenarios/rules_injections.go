package scenarios

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// injection refuses what does nothing, and parts that no client could notice.
func (c *checker) injection(p *codec.Path, in *Injection) {
	c.answerHeaders(p.Field("headers"), in.Headers)
	if in.Delay.Max != 0 && in.Delay.Max < in.Delay.Min {
		c.Problem(p.Field("delay"), "max %s is less than min %s", formatDuration(in.Delay.Max), formatDuration(in.Delay.Min))
	}
	c.body(p.Field("body"), in.Body)
	if in.doesNothing() {
		c.Problem(p, "does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger")
	}
	if in.Effect == EffectNone && in.Status == 0 && in.Drop == "" {
		c.Problem(p.Field("effect"), "none needs a status or a drop: the true answer comes from doing the work")
	}
	reported := make(map[string]bool)
	for _, conflict := range in.conflicts() {
		if conflict.applies && !reported[conflict.key] {
			c.Problem(p.Field(conflict.key), "has no effect: %s", conflict.reason)
			reported[conflict.key] = true
		}
	}
}

// body refuses everything but text and JSON objects and arrays.
func (c *checker) body(p *codec.Path, body any) {
	if _, text := body.(string); text || body == nil {
		return
	}
	src, err := json.Marshal(body)
	switch {
	case err != nil:
		c.Problem(p, "cannot be sent as JSON: %v", err)
	case src[0] != '{' && src[0] != '[':
		c.Problem(p, "want text, a mapping or a list, got %s", src)
	}
}

// doesNothing reports whether the client would get the true answer unchanged.
func (i *Injection) doesNothing() bool {
	rest := *i
	if rest.Effect == EffectApplied {
		rest.Effect = ""
	}
	return reflect.ValueOf(rest).IsZero()
}

// isSilent reports whether nothing is sent.
func (i *Injection) isSilent() bool { return i.Drop == Reset || i.Drop == Close || i.Drop == Hang }

// isBodyless reports whether the injected answer cannot have a body.
func (i *Injection) isBodyless() bool { return i.Status == 204 || i.Status == 304 }

// MayBeInert reports whether there are calls for whose clients the injection would
// change nothing although the true answer is known: the image to linger was not
// deleted, or the answer has none of the fields. Such an injection is only made,
// and counted, where it changes something.
func (i *Injection) MayBeInert() bool {
	switch {
	case i.Linger != nil, len(i.Fields) > 0 && i.Status == 0, i.Effect == EffectApplied && (i.Status != 0 || i.Drop != ""):
		return true
	case i.Status != 0 || i.Drop != "" || i.Delay != (Delay{}) || i.Hold != nil:
		return false
	}
	for name, value := range i.Headers {
		switch strings.ToLower(name) {
		case "connection", "content-length", "transfer-encoding":
			continue // HTTP/2 cannot send all of their values
		}
		if value != "" {
			return false // the header is set, not only removed
		}
	}
	return len(i.Headers) > 0 || i.Throttle != 0
}

// A conflict is a reason for which a key of an injection has no effect.
type conflict struct {
	applies     bool
	key, reason string
}

// conflicts returns all possible conflicts, and whether they apply.
func (i *Injection) conflicts() []conflict {
	var (
		silent   = i.isSilent()
		bodyless = i.isBodyless()

		dropped = fmt.Sprintf("drop %s sends no answer", i.Drop)
		noBody  = fmt.Sprintf("a %d has no body", i.Status)
	)
	const (
		noError  = "only error answers have one: want a status of 400 to 599"
		noStatus = "the true answer has its own body: want a status"
		replaced = "body replaces the whole body"
		page     = "the HTML page of hop lb has none"
	)
	return []conflict{
		{i.Status != 0 && silent, "status", dropped + " (truncate sends half of one)"},
		{len(i.Headers) > 0 && silent, "headers", dropped},
		{len(i.Fields) > 0 && silent, "fields", dropped},
		{i.Throttle != 0 && silent, "throttle", dropped},
		{i.Hop != "" && i.Status < 400, "hop", noError},
		{i.Code != "" && i.Status < 400, "code", noError},
		{i.Code != "" && i.Body != nil, "code", replaced},
		{i.Code != "" && i.Hop == LB, "code", page},
		{i.Message != "" && i.Status < 400, "message", noError},
		{i.Message != "" && i.Body != nil, "message", replaced},
		{i.Message != "" && i.Hop == LB, "message", page},
		{i.Body != nil && i.Status == 0, "body", noStatus},
		{i.Body != nil && bodyless, "body", noBody},
	}
}

// hold refuses a wait before a work that is not done, or whose outcome decides
// whether there is a wait.
func (c *checker) hold(p *codec.Path, in *Injection) {
	h := in.Hold
	if h.Until != nil {
		c.match(p.Field("until"), h.Until)
	}
	if h.Before != BeforeWork {
		return
	}
	switch before := p.Field("before"); {
	case in.Effect == EffectNone || in.Effect == "" && (in.Status != 0 || in.Drop != ""):
		c.Problem(before, "has no effect: no work is done without effect: applied; want answer")
	case in.MayBeInert():
		c.Problem(before, "has no effect: only the work decides whether the rest of the fault changes something; want answer, or two faults")
	}
}

func (c *checker) linger(p *codec.Path, m *Match, in *Injection) {
	l := in.Linger
	if none(m.Operation, Operation.Deletes) {
		c.Problem(p, "has no effect: %s deletes nothing", joined(m.Operation))
	} else if in.Effect == EffectNone || in.Effect == "" && (in.Status != 0 || in.Drop != "") {
		c.Problem(p, "has no effect: nothing is deleted without effect: applied")
	}
	if (l.For == 0) == (l.Reads == 0) {
		c.Problem(p, "want either for or reads, to say how long the image stays visible")
	}
}

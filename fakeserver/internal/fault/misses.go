package fault

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// A Miss is why a fault was not injected into a call, or why an exceeded limit did
// not answer it.
type Miss struct {
	Fault  string `json:"fault"`           // its name
	Place  string `json:"place,omitempty"` // where it was read, as file:line; empty: it was made in Go
	Reason string `json:"reason"`          // the first condition that the call did not meet: what it was, and what was wanted
	Rule   int    `json:"-"`               // tells faults and limits apart that have had the same name
}

// Misses yields each fault that was not injected into the call and the reason, in
// the order in which they are tried; and before them each limit that was exceeded
// too when another one answered. A limit that let the call pass is not a miss. c
// must be the call that was decided. The rules and their counts are those at the
// time of the decision, and the name of the image is not looked up again. Each miss
// is made only when it is asked for, because there may be thousands.
func (d Decision) Misses(c *Call) iter.Seq[Miss] {
	return func(yield func(Miss) bool) {
		if d.list == nil {
			return
		}
		s := subject{Call: c, start: d.list.start, image: d.image, injected: d.injected, token: d.token}
		passed := make(map[*rule]pass, len(d.passed))
		for _, p := range d.passed {
			passed[p.rule] = p
		}
		for r := range d.list.all() {
			if r == d.injected {
				continue
			}
			p, found := passed[r]
			if r.limit != nil && (!found || p.n >= 0) {
				continue
			}
			reason := r.match.explain(&s)
			if reason == "" {
				reason = d.explain(r, p, found)
			}
			if !yield(Miss{r.fault.Name, r.fault.Place, reason, r.order}) {
				return
			}
		}
	}
}

// explain returns why a rule that matches the call was not injected. found says
// whether the rule is one of those that let the call pass, as p.
func (d Decision) explain(r *rule, p pass, found bool) string {
	exhausted := r.exhausted.Load()
	switch {
	case p.reason != "":
		return p.reason
	case found && r.limit != nil:
		return fmt.Sprintf("rate: exceeded, but %q answered first", d.injected.fault.Name)
	case found:
		return r.explain(p.n)
	case d.injected != nil && d.injected.order < r.order:
		return fmt.Sprintf("not tried: %q was injected first", d.injected.fault.Name)
	case exhausted > 0 && exhausted < d.call:
		return fmt.Sprintf("times: already injected %d of %[1]d", r.fault.Times)
	}
	return "" // only if c is not the call that was decided, or the decision is pending
}

// explain returns why the fault let the n-th call it has seen pass.
func (r *rule) explain(n int) string {
	f := &r.fault
	switch r.unmet(n) {
	case skipCondition:
		return fmt.Sprintf("skip: call %d of the first %d", n, f.Skip)
	case everyCondition:
		return fmt.Sprintf("every: call %d of %d", (n-f.Skip)%f.Every, f.Every)
	case rateCondition:
		return fmt.Sprintf("rate: not drawn, with a chance of %v", f.Rate)
	}
	return ""
}

// explain returns the first condition that the call does not meet; empty: it
// meets all.
func (m *match) explain(s *subject) string {
	switch miss := m.compare(s); miss.condition {
	case operationCondition:
		if len(m.operations) == 0 {
			return "operation: " + string(s.Operation) + ", which has to be named"
		}
		wanted := make([]string, len(m.operations))
		for i, op := range m.operations {
			wanted[i] = string(op)
		}
		return differs("operation", idAndName("", string(s.Operation)), strings.Join(wanted, " or "))
	case imageCondition:
		return differs("image", idAndName(s.ImageID, s.image), quote(string(m.image)))
	case projectCondition:
		return differs("project", s.caller(s.ProjectID, s.Project), quote(string(m.project)))
	case userCondition:
		return differs("user", s.caller(s.UserID, s.User), quote(string(m.user)))
	case tokenCondition:
		if s.token == 0 {
			return differs("token", "none", "the "+ordinal(m.token)+" one seen")
		}
		return differs("token", "the "+ordinal(s.token)+" one seen", "the "+ordinal(m.token))
	case headerCondition:
		p := m.headers[miss.index]
		return differs("headers."+p.key, quoteAll(s.Header[p.key]), quote(string(p.value)))
	case queryCondition:
		p := m.query[miss.index]
		return differs("query."+p.key, quoteAll(s.param(p.key)), quote(string(p.value)))
	case afterCondition:
		name, times := quote(m.after.fault.Name), m.after.required()
		if times == 1 {
			return "after: " + name + " had not been injected yet"
		}
		return fmt.Sprintf("after: %s had not been injected %d times yet", name, times)
	case windowCondition:
		start, _ := m.startFor(s)
		opens := m.window.After - s.Now.Sub(start)
		if opens > 0 {
			return "window: opens in " + opens.Round(time.Millisecond).String()
		}
		return "window: closed " + (-opens - m.window.For).Round(time.Millisecond).String() + " ago"
	}
	return ""
}

// differs is the reason of a condition on a value: what the call's value was,
// and what was wanted.
func differs(condition, got, want string) string {
	return condition + ": " + got + ", not " + want
}

// ordinal returns 1st, 2nd, 3rd, 4th and so on.
func ordinal(n int) string {
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// caller describes the caller's project or user.
func (s *subject) caller(id, name string) string {
	if !s.Known {
		return "none (not authenticated)"
	}
	return idAndName(id, name)
}

// idAndName describes something by its id and, if that is different, its name.
func idAndName(id, name string) string {
	switch {
	case id == "" && name == "":
		return "none"
	case id == "":
		return quote(name)
	case name == "" || name == id:
		return quote(id)
	}
	return quote(id) + " (" + quote(name) + ")"
}

// quoteAll describes the values of a header or query parameter.
func quoteAll(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return strings.Join(quoted, ", ")
}

// quote quotes a text unless it is one plain word, and shortens it if it is
// long.
func quote(text string) string {
	const long = 100 // bytes
	if len(text) > long {
		text = strings.ToValidUTF8(text[:long], "") + "…"
	}
	odd := func(c rune) bool { return c == ' ' || c == ',' || c == '"' || !strconv.IsPrint(c) }
	if text == "" || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

package fault

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// A Miss is why a fault or a limit did not strike a call.
type Miss struct {
	Fault  string `json:"fault"`           // its name
	Place  string `json:"place,omitempty"` // where it was read, as file:line; empty: made in Go
	Reason string `json:"reason"`          // the first condition that failed: what was seen, and what was wanted
}

// Misses says of each rule that did not strike the call why, in the order in
// which they are tried. The rules are those that there were when the call was
// decided, and as they were then. The call is the one that was decided; its
// image's name is not asked for again. Each miss is made when it is come to:
// there may be thousands.
func (v Decision) Misses(c *Call) iter.Seq[Miss] {
	return func(yield func(Miss) bool) {
		if v.list == nil {
			return
		}
		s := subject{Call: c, begin: v.list.begin, image: v.image, struck: v.struck, turn: v.turn}
		passed := make(map[*rule]int, len(v.passed))
		for _, p := range v.passed {
			passed[p.rule] = p.n
		}
		for r := range v.list.all() {
			if r == v.struck {
				continue
			}
			reason := r.match.explain(&s)
			if reason == "" {
				n, found := passed[r]
				reason = v.explain(r, n, found)
			}
			if !yield(Miss{r.fault.Name, r.fault.Place, reason}) {
				return
			}
		}
	}
}

// explain says why a rule that matches the call did not strike it. N is its
// pass, if it was found.
func (v Decision) explain(r *rule, n int, found bool) string {
	spent := r.spent.Load()
	switch {
	case found && r.limit != nil && n < 0:
		return fmt.Sprintf("rate: exceeded, but %q struck first", v.struck.fault.Name)
	case found && r.limit != nil:
		return fmt.Sprintf("rate: %d of %d calls left", n, r.limit.burst)
	case found:
		return r.explain(n)
	case v.struck != nil && v.struck.order < r.order:
		return fmt.Sprintf("not tried: %q struck first", v.struck.fault.Name)
	case spent > 0 && spent < v.call:
		return fmt.Sprintf("times: %d of %[1]d spent", r.fault.Times)
	}
	return "" // only if this is another call than the decided one
}

// explain says what kept the fault from striking the n-th call it has seen.
func (r *rule) explain(n int) string {
	f := &r.fault
	switch r.hurdle(n) {
	case skipped:
		return fmt.Sprintf("skip: %d of %d", n, f.Skip)
	case notEvery:
		return fmt.Sprintf("every: %d of %d", (n-f.Skip)%f.Every, f.Every)
	case notDrawn:
		return fmt.Sprintf("rate: not drawn (%v)", f.Rate)
	}
	return ""
}

// explain says which condition the call is the first not to meet. Empty: it
// meets all.
func (m *match) explain(s *subject) string {
	switch failing := m.fails(s); failing.of {
	case ofOperation:
		wanted := make([]string, len(m.operations))
		for i, op := range m.operations {
			wanted[i] = string(op)
		}
		return unlike("operation", named("", string(s.Operation)), strings.Join(wanted, " or "))
	case ofImage:
		return unlike("image", named(s.ImageID, s.image), quote(string(m.image)))
	case ofProject:
		return unlike("project", s.caller(s.ProjectID, s.Project), quote(string(m.project)))
	case ofUser:
		return unlike("user", s.caller(s.UserID, s.User), quote(string(m.user)))
	case ofToken:
		return unlike("token", turn(s.turn), turn(m.turn))
	case ofHeader:
		p := m.headers[failing.index]
		return unlike("headers."+p.key, values(s.Header[p.key]), quote(string(p.value)))
	case ofQuery:
		p := m.query[failing.index]
		return unlike("query."+p.key, values(s.param(p.key)), quote(string(p.value)))
	case ofAfter:
		return "after: " + quote(m.after.fault.Name) + " is not done"
	case ofWindow:
		begin, _ := m.begin(s)
		opens := m.window.After - s.Now.Sub(begin)
		if opens > 0 {
			return "window: opens in " + opens.Round(time.Millisecond).String()
		}
		return "window: closed " + (-opens - m.window.For).Round(time.Millisecond).String() + " ago"
	}
	return ""
}

// turn is which of the tokens that were shown one is.
func turn(n int) string {
	if n == 0 {
		return "none"
	}
	return "the " + strconv.Itoa(n) + ". shown"
}

func unlike(condition, seen, wanted string) string {
	return condition + ": " + seen + ", not " + wanted
}

// caller is the caller's project or user.
func (s *subject) caller(id, name string) string {
	if !s.Known {
		return "nobody"
	}
	return named(id, name)
}

// named is something under its id and, where that is another, its name.
func named(id, name string) string {
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

// values are those of a header or query parameter.
func values(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	quoted := make([]string, len(all))
	for i, v := range all {
		quoted[i] = quote(v)
	}
	return strings.Join(quoted, ", ")
}

// quote puts a text in quotes unless it is one plain word, and cuts it where it
// is long.
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

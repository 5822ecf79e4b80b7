package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

func (c *checker) faults(faults []Fault) {
	if len(faults) == 0 {
		return
	}
	all := root.field("faults")
	for i := range faults {
		c.fault(all.item(i), &faults[i])
	}
	unique(c, all, "name", faults, func(f *Fault) string { return f.Name })
	c.waits(all, faults)
	c.shadows(all, faults)
}

// waits refuses faults that come after one that is not there, or after
// themselves.
func (c *checker) waits(all *path, faults []Fault) {
	at := make(map[string]int, len(faults))
	var names []string
	for i := range faults {
		if name := faults[i].Name; name != "" {
			at[name] = i
			names = append(names, name)
		}
	}
	for i := range faults {
		p := all.item(i).field("after")
		steps := 0
		for name := faults[i].After; name != ""; steps++ {
			next, known := at[name]
			switch {
			case !known && steps == 0 && !c.spoilt(all):
				c.problem(p, "never strikes: there is no fault %q %s", name, choice(name, names))
			case known && next == i:
				c.problem(p, "never strikes: it would come after itself")
			}
			if !known || next == i || steps > len(faults) {
				break
			}
			name = faults[next].After
		}
	}
}

func (c *checker) fault(p *path, f *Fault) {
	if !isHeaderValue(f.Name) {
		c.problem(p.field("name"), "%q cannot be sent in a header", f.Name)
	}
	c.match(p.field("match"), &f.Match)
	c.injection(p.field("inject"), &f.Inject)
	if f.Inject.Linger != nil {
		c.linger(p.field("inject").field("linger"), &f.Match, &f.Inject)
	}
}

func (c *checker) limits(limits []Limit) {
	all := root.field("limits")
	for i := range limits {
		c.limit(all.item(i), &limits[i])
	}
}

func (c *checker) limit(p *path, l *Limit) {
	c.match(p.field("match"), &l.Match)
}

// match refuses conditions that no call of the operation can meet.
func (c *checker) match(p *path, m *Match) {
	if m.Image != "" && never(m.Operation, Operation.TakesImage) {
		c.problem(p.field("image"), "never matches: %s is not about one image", operationNames(m.Operation))
	}
	callerless := never(m.Operation, Operation.HasCaller)
	if m.Project != "" && callerless {
		c.problem(p.field("project"), "never matches: %s is called without a token", operationNames(m.Operation))
	}
	if m.User != "" && callerless {
		c.problem(p.field("user"), "never matches: %s is called without a token", operationNames(m.Operation))
	}
	if m.Token != 0 && callerless {
		c.problem(p.field("token"), "never matches: %s is called without a token", operationNames(m.Operation))
	}
	c.headers(p.field("headers"), m.Headers)
}

// never reports whether a fact holds for none of the operations. No operations
// are all.
func never(operations []Operation, fact func(Operation) bool) bool {
	return len(operations) > 0 && !slices.ContainsFunc(operations, func(o Operation) bool {
		return fact(o) || !slices.Contains(Operations(), o)
	})
}

func operationNames(operations []Operation) string {
	names := make([]string, len(operations))
	for i, o := range operations {
		names[i] = string(o)
	}
	return enumerate(names, "or")
}

func (c *checker) headers(p *path, headers map[string]string) {
	first := make(map[string]string, len(headers))
	for _, name := range sortedKeys(headers) {
		lower := strings.ToLower(name)
		switch {
		case !isHeaderName(name):
			c.problem(p.field(name), "%q is no name of a header", name)
		case !isHeaderValue(headers[name]):
			c.problem(p.field(name), "%q cannot be sent in a header", headers[name])
		case first[lower] != "":
			c.problem(p.field(name), "is the same header as %s", first[lower])
		}
		first[lower] = name
	}
}

// injection refuses what does nothing, and what would not show in the answer.
func (c *checker) injection(p *path, in *Injection) {
	c.headers(p.field("headers"), in.Headers)
	if in.Delay.Max != 0 && in.Delay.Max < in.Delay.Min {
		c.problem(p.field("delay"), "max %s is less than min %s", formatDuration(in.Delay.Max), formatDuration(in.Delay.Min))
	}
	c.body(p.field("body"), in.Body)
	if in.doesNothing() {
		c.problem(p, "does nothing: want a status, headers, fields, delay, throttle, drop or linger")
	}
	if in.Effect == EffectNone && in.Status == 0 && in.Drop == "" {
		c.problem(p.field("effect"), "none needs a status or a drop: the true answer comes with the work")
	}
	told := make(map[string]bool)
	for _, rule := range in.hidden() {
		if rule.holds && !told[rule.key] {
			c.problem(p.field(rule.key), "never shows: %s", rule.reason)
			told[rule.key] = true
		}
	}
}

// body refuses what is neither text nor a mapping or list in JSON.
func (c *checker) body(p *path, body any) {
	if _, text := body.(string); text || body == nil {
		return
	}
	src, err := json.Marshal(body)
	switch {
	case err != nil:
		c.problem(p, "cannot be sent as JSON: %v", err)
	case src[0] != '{' && src[0] != '[':
		c.problem(p, "want text, a mapping or a list, got %s", src)
	}
}

// doesNothing reports whether the client would meet the true answer as it is.
func (i *Injection) doesNothing() bool {
	rest := *i
	if rest.Effect == EffectApplied {
		rest.Effect = ""
	}
	return reflect.ValueOf(rest).IsZero()
}

type hiding struct {
	holds       bool
	key, reason string
}

// hidden lists what keeps parts of an injection from the client.
func (i *Injection) hidden() []hiding {
	var (
		silent   = i.Drop == Reset || i.Drop == Close || i.Drop == Hang
		bodyless = i.Status == 204 || i.Status == 304

		dropped = fmt.Sprintf("drop %s sends no answer", i.Drop)
		noBody  = fmt.Sprintf("a %d has no body", i.Status)
	)
	const (
		noError  = "only an error has it: want a status of 400 to 599"
		noStatus = "the true answer has its own: want a status"
		replaced = "the body is given whole"
		page     = "the page of hop lb has none"
	)
	return []hiding{
		{i.Status != 0 && silent, "status", dropped + " (truncate sends half of one)"},
		{len(i.Headers) > 0 && silent, "headers", dropped},
		{len(i.Fields) > 0 && silent, "fields", dropped},
		{len(i.Fields) > 0 && bodyless, "fields", noBody},
		{len(i.Fields) > 0 && i.Hop == LB, "fields", page},
		{i.Throttle != 0 && silent, "throttle", dropped},
		{i.Throttle != 0 && bodyless, "throttle", noBody},
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

func (c *checker) linger(p *path, m *Match, in *Injection) {
	l := in.Linger
	if never(m.Operation, Operation.Deletes) {
		c.problem(p, "never happens: %s deletes nothing", operationNames(m.Operation))
	} else if in.Effect == EffectNone || in.Effect == "" && (in.Status != 0 || in.Drop != "") {
		c.problem(p, "never happens: nothing is deleted without effect: applied")
	}
	if (l.For == 0) == (l.Reads == 0) {
		c.problem(p, "want one of for and reads: how long the image stays visible")
	}
	for i, op := range l.In {
		if op != GetImage && op != GetImages && slices.Contains(Operations(), op) {
			c.problem(single(p.field("in"), l.In, i), "%s shows no image: want get_image or get_images", op)
		}
	}
}

// single is the path of a list's value, where one value may stand for a list.
func single[T any](p *path, values []T, i int) *path {
	if len(values) == 1 {
		return p
	}
	return p.item(i)
}

func isHeaderName(s string) bool {
	for _, c := range []byte(s) {
		if !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

func isHeaderValue(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

func sortedKeys(m map[string]string) []string {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}

package scenarios

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// fields refuses fields that no answer has, and a throttle of answers that have no
// body. Properties are those of the scenario's images, which are fields, too.
func (c *checker) fields(p *codec.Path, f *Fault, properties map[string]bool) {
	in := &f.Inject
	if in.isSilent() || len(in.Fields) == 0 && in.Throttle == 0 {
		return
	}
	possible := in.answers(f.Match.Operation)
	possible.properties = properties
	if in.Throttle != 0 && !possible.haveBody {
		c.Problem(p.Field("throttle"), "has no effect: %s", possible.reason)
	}
	at := p.Field("fields")
	for _, name := range slices.Sorted(maps.Keys(in.Fields)) {
		path, err := ParseFieldPath(name)
		if err != nil {
			c.Problem(at.Field(name), "not the path of a field: %v", err)
			continue
		}
		if _, err := json.Marshal(in.Fields[name]); err != nil {
			c.Problem(at.Field(name), "cannot be sent as JSON: %v", err)
		}
		switch {
		case possible.have(path):
		case len(possible.answers) == 0:
			c.Problem(at, "has no effect: %s", possible.reason)
			return
		default:
			c.Problem(at.Field(name), "%s has a field %q%s", possible.none, name, c.Hint(func() string { return possible.hint(path) }))
		}
	}
}

// possibleAnswers are the answers that a fault can be injected into.
type possibleAnswers struct {
	answers    []answer        // with fields, where all is well
	errors     answer          // and where it is not
	properties map[string]bool // of images, which are fields
	haveBody   bool            // some answer has a body where all is well
	reason     string          // why there are no answers with fields, or with a body
	none       string          // what messages call them: no answer to delete_image
}

// answers returns the answers that the injection can be made into.
func (i *Injection) answers(operations []Operation) possibleAnswers {
	if i.Status == 0 {
		return trueAnswersTo(operations)
	}
	p := possibleAnswers{haveBody: true, none: fmt.Sprintf("no injected %d of this fault", i.Status)}
	hop := cmp.Or(i.Hop, Service)
	switch text, isText := i.Body.(string); {
	case i.isBodyless():
		p.haveBody, p.reason = false, fmt.Sprintf("a %d has no body", i.Status)
	case isText:
		p.haveBody, p.reason = text != "", "body is a text"
		if text == "" {
			p.reason = "body is empty"
		}
	case i.Body != nil:
		var body any
		if src, err := json.Marshal(i.Body); err == nil {
			_ = json.Unmarshal(src, &body)
		}
		p.answers = []answer{answerOf(body)}
	case i.Status < 400:
		p.haveBody, p.reason = false, fmt.Sprintf("the injected %d has no body", i.Status)
	case hopErrors[hop] == nil:
		p.reason = fmt.Sprintf("the HTML page of hop %s has none", hop)
	default:
		p.answers = []answer{hopErrors[hop]}
	}
	return p
}

func trueAnswersTo(operations []Operation) possibleAnswers {
	p := possibleAnswers{errors: trueErrors, none: "no answer"}
	all := Operations()
	if len(operations) > 0 {
		p.none += " to " + joined(operations)
	} else {
		operations = all
	}
	for _, op := range operations {
		fields, hasBody := trueAnswers[op]
		if !slices.Contains(all, op) { // which is reported elsewhere
			fields, hasBody = anything, true
		}
		if fields != nil {
			p.answers = append(p.answers, fields)
		}
		p.haveBody = p.haveBody || hasBody
	}
	p.reason = joined(operations) + " is answered without a body"
	if p.haveBody {
		p.reason = joined(operations) + " is not answered with JSON"
	}
	return p
}

// have reports whether some answer has fields at the path.
func (p *possibleAnswers) have(path FieldPath) bool {
	if ok, _, _ := p.errors.find(path); ok {
		return true
	}
	return slices.ContainsFunc(p.answers, func(a answer) bool {
		ok, _, _ := a.find(path)
		return ok && p.mistyped(a, path) == ""
	})
}

// mistyped returns the key of an image that was meant by one that may be a property,
// but is so similar that it is probably mistyped; empty: none.
func (p *possibleAnswers) mistyped(a answer, path FieldPath) string {
	for _, step := range path {
		if step.List {
			a = a[eachEntry]
			continue
		}
		if _, known := a[step.Key]; !known {
			if p.properties[step.Key] {
				return ""
			}
			return codec.Near(step.Key, a.keys())
		}
		a = a[step.Key]
	}
	return ""
}

// hint ends the message about a path that leads to no field: with the field that
// was probably meant, or else with those that stand where the path goes wrong.
func (p *possibleAnswers) hint(path FieldPath) string {
	var all, deeper []string
	for _, a := range p.answers {
		a.paths(nil, func(known FieldPath) {
			all = append(all, known.String())
			if len(known) > len(path) && slices.Equal(known[len(known)-len(path):], path) {
				deeper = append(deeper, known.String())
			}
		})
	}
	if len(deeper) > 0 {
		return fmt.Sprintf(" (did you mean %q?)", deeper[0])
	}
	if meant := codec.Guess(path.String(), all); meant != "" {
		return fmt.Sprintf(" (did you mean %q?)", meant)
	}
	if len(p.answers) > 1 {
		return ""
	}
	_, depth, last := p.answers[0].find(path)
	if keys := last.keys(); len(keys) > 0 && depth < len(path) {
		return " (want " + codec.Enumerate(keys, "or") + ")"
	}
	return ""
}

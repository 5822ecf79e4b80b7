package glance

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
)

// imageSchema is the schema of an image, which clients are shown and bodies are
// checked by.
var imageSchema = sync.OnceValue(func() object {
	schema, err := decode([]byte(imageSchemaText))
	if err != nil {
		panic("glance: the schema of an image: " + err.Error())
	}
	return schema.(object)
})

// checkImage checks what a client says of an image by the image's schema.
func checkImage(fields object) error {
	var v validation
	v.check(imageSchema(), fields, nil, nil)
	if v.worst == nil {
		return nil
	}
	return dialect.SchemaMismatch.With(v.worst.String())
}

// A mismatch is a value that breaks a rule of its schema.
type mismatch struct {
	message string
	rule    string
	schema  object
	within  []any // where the schema is
	value   any
	on      []any // where the value is
	typed   bool  // the value has the type that the schema asks for
}

// worse reports whether m is the one to tell of: the one further out, or the
// one of a wrong type.
func (m *mismatch) worse(than *mismatch) bool {
	if len(m.on) != len(than.on) {
		return len(m.on) < len(than.on)
	}
	return !m.typed && than.typed
}

func (m *mismatch) String() string {
	return m.message + "\n\nFailed validating " + repr(m.rule) + " in schema" + index(m.within) + ":\n" +
		indented(pretty(m.schema)) + "\n\nOn instance" + index(m.on) + ":\n" + indented(pretty(m.value))
}

func index(path []any) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteString("[" + repr(step) + "]")
	}
	return b.String()
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// A validation finds the worst mismatch; of equals the first.
type validation struct{ worst *mismatch }

// check checks a value by the rules of JSON Schema that Glance's schemas use.
func (v *validation) check(schema object, value any, within, on []any) {
	for _, rule := range schema {
		if message := broken(schema, rule, value); message != "" {
			m := &mismatch{message, rule.key, schema, slices.Clone(within), value, slices.Clone(on), hasType(schema, value)}
			if v.worst == nil || m.worse(v.worst) {
				v.worst = m
			}
		}
		switch rule.key {
		case "properties":
			v.checkProperties(rule.value.(object), value, append(within, rule.key), on)
		case "additionalProperties":
			if rest, ok := rule.value.(object); ok {
				v.checkRest(schema, rest, value, append(within, rule.key), on)
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				v.check(rule.value.(object), item, append(within, rule.key), append(on, i))
			}
		}
	}
}

func (v *validation) checkProperties(properties object, value any, within, on []any) {
	obj, _ := value.(object)
	for _, p := range properties {
		if value, ok := obj.get(p.key); ok {
			v.check(p.value.(object), value, append(within, p.key), append(on, p.key))
		}
	}
}

// checkRest checks the properties that the schema does not name.
func (v *validation) checkRest(schema, rest object, value any, within, on []any) {
	obj, _ := value.(object)
	for _, f := range unnamed(schema, obj) {
		v.check(rest, f.value, within, append(on, f.key))
	}
}

// unnamed is what an object has that its schema does not name.
func unnamed(schema, obj object) (rest object) {
	properties, _ := schema.get("properties")
	named, _ := properties.(object)
	for _, f := range obj {
		if _, ok := named.get(f.key); !ok {
			rest = append(rest, f)
		}
	}
	return rest
}

func unexpected(rest object) string {
	names := make([]string, len(rest))
	for i, f := range rest {
		names[i] = repr(f.key)
	}
	if len(names) == 1 {
		return names[0] + " was"
	}
	return strings.Join(names, ", ") + " were"
}

// broken says how a value breaks a rule, in the words of Python's jsonschema.
// Empty: it does not, or the rule is about what is inside the value.
func broken(schema object, rule field, value any) string {
	text, isText := value.(string)
	obj, isObject := value.(object)
	switch rule.key {
	case "type":
		if types := listOf(rule.value); !isOneOf(types, value) {
			names := repr(types)
			return repr(value) + " is not of type " + names[1:len(names)-1]
		}
	case "enum":
		if all := rule.value.([]any); !isText && value != nil || !slices.Contains(all, value) {
			return repr(value) + " is not one of " + repr(all)
		}
	case "pattern":
		if pattern := rule.value.(string); isText && !regexp.MustCompile(pattern).MatchString(text) {
			return repr(value) + " does not match " + repr(pattern)
		}
	case "minLength":
		if isText && utf8.RuneCountInString(text) < length(rule.value) {
			return repr(value) + " is too short"
		}
	case "maxLength":
		if isText && utf8.RuneCountInString(text) > length(rule.value) {
			return repr(value) + " is too long"
		}
	case "required":
		for _, key := range rule.value.([]any) {
			if _, ok := obj.get(key.(string)); isObject && !ok {
				return repr(key) + " is a required property"
			}
		}
	case "additionalProperties":
		if rest := unnamed(schema, obj); rule.value == false && len(rest) > 0 {
			return "Additional properties are not allowed (" + unexpected(rest) + " unexpected)"
		}
	}
	return ""
}

func listOf(types any) []any {
	if list, ok := types.([]any); ok {
		return list
	}
	return []any{types}
}

func length(v any) int {
	n, err := strconv.Atoi(string(v.(json.Number)))
	if err != nil {
		panic(err) // the schemas are ours
	}
	return n
}

func hasType(schema object, value any) bool {
	types, ok := schema.get("type")
	return ok && isOneOf(listOf(types), value)
}

func isOneOf(types []any, value any) bool {
	return slices.ContainsFunc(types, func(name any) bool { return isType(name.(string), value) })
}

func isType(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case []any:
		return name == "array"
	case object:
		return name == "object"
	case json.Number:
		return name == "integer" && isWhole(string(v))
	}
	return false
}

// isWhole reports whether a number is an integer, however it is written.
func isWhole(n string) bool {
	if !strings.ContainsAny(n, ".eE") {
		return true
	}
	f, err := strconv.ParseFloat(n, 64)
	return err == nil && f == math.Trunc(f)
}

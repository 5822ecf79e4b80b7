// Package jsonschema checks values by a JSON Schema, as far as the schemas of
// Glance and Keystone need it, and describes mismatches in the words of Python's
// jsonschema, which both services use and whose messages clients see.
package jsonschema

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
)

// A Schema is what values are checked by. Of its keywords these have an effect:
// type, enum, pattern, minLength, maxLength, properties, required,
// additionalProperties, minProperties, maxProperties and items. They are checked
// in the order in which the schema has them.
type Schema struct{ root pyjson.Object }

// MustParse returns the schema that a text describes. It panics if the text is
// not a JSON object: it is for the schemas of the services, which are constant.
func MustParse(text string) Schema {
	v, err := pyjson.Decode([]byte(text))
	if err != nil {
		panic("jsonschema: " + err.Error())
	}
	return Schema{v.(pyjson.Object)}
}

// First returns the first mismatch of a value, as jsonschema's validate raises
// it; nil if there is none.
func (s Schema) First(value any) *Mismatch {
	var first *Mismatch
	check(s.root, value, nil, nil, func(m *Mismatch) {
		if first == nil {
			first = m
		}
	})
	return first
}

// Best returns the most relevant mismatch of a value, as jsonschema's best_match
// chooses it; nil if there is none. Of equally relevant ones it is the first.
func (s Schema) Best(value any) *Mismatch {
	var best *Mismatch
	check(s.root, value, nil, nil, func(m *Mismatch) {
		if best == nil || m.moreRelevant(best) {
			best = m
		}
	})
	return best
}

// A Mismatch is a value, or a part of one, that does not match its schema.
type Mismatch struct {
	Message string
	Path    []any // of the part that does not match: keys and indexes; empty: the whole value

	value      any           // the part that does not match
	keyword    string        // of the schema, that it does not match
	schema     pyjson.Object // of the part
	schemaPath []any         // where that schema is in the whole one
	typed      bool          // the part has the type that the schema asks for
}

// moreRelevant reports whether m comes before other: it is less deep inside the
// value, or at the same depth has the wrong type.
func (m *Mismatch) moreRelevant(other *Mismatch) bool {
	if len(m.Path) != len(other.Path) {
		return len(m.Path) < len(other.Path)
	}
	return !m.typed && other.typed
}

// String returns the mismatch as Python prints it, with the schema and the value.
func (m *Mismatch) String() string {
	return m.Message + "\n\nFailed validating " + pyjson.Repr(m.keyword) + " in schema" + subscripts(m.schemaPath) + ":\n" +
		indent(pyjson.Pretty(m.schema)) + "\n\nOn instance" + subscripts(m.Path) + ":\n" + indent(pyjson.Pretty(m.value))
}

// subscripts returns a path as Python's subscripts: ['tags'][0].
func subscripts(path []any) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteString("[" + pyjson.Repr(step) + "]")
	}
	return b.String()
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// check reports all mismatches of a value. schemaPath and path say where the
// schema and the value are.
func check(schema pyjson.Object, value any, schemaPath, path []any, report func(*Mismatch)) {
	for _, rule := range schema {
		if message := mismatch(schema, rule, value); message != "" {
			report(&Mismatch{
				Message: message, Path: slices.Clone(path), value: value,
				keyword: rule.Key, schema: schema, schemaPath: slices.Clone(schemaPath), typed: hasType(schema, value),
			})
		}
		obj, _ := value.(pyjson.Object)
		switch rule.Key {
		case "properties":
			for _, p := range rule.Value.(pyjson.Object) {
				if v, ok := obj.Get(p.Key); ok {
					check(p.Value.(pyjson.Object), v, append(schemaPath, rule.Key, p.Key), append(path, p.Key), report)
				}
			}
		case "additionalProperties":
			if rest, ok := rule.Value.(pyjson.Object); ok {
				for _, f := range additional(schema, obj) {
					check(rest, f.Value, append(schemaPath, rule.Key), append(path, f.Key), report)
				}
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				check(rule.Value.(pyjson.Object), item, append(schemaPath, rule.Key), append(path, i), report)
			}
		}
	}
}

// additional returns the fields of an object that its schema does not name.
func additional(schema, obj pyjson.Object) (rest pyjson.Object) {
	properties, _ := schema.Get("properties")
	named, _ := properties.(pyjson.Object)
	for _, f := range obj {
		if _, ok := named.Get(f.Key); !ok {
			rest = append(rest, f)
		}
	}
	return rest
}

// mismatch returns why a value does not match one rule of its schema. Empty: it
// matches, or the rule is about the parts of the value.
func mismatch(schema pyjson.Object, rule pyjson.Field, value any) string {
	switch rule.Key {
	case "type":
		if types := typesOf(rule.Value); !isAnyType(types, value) {
			names := pyjson.Repr(types)
			return pyjson.Repr(value) + " is not of type " + names[1:len(names)-1]
		}
	case "enum":
		_, isText := value.(string)
		if all := rule.Value.([]any); !isText && value != nil || !slices.Contains(all, value) {
			return pyjson.Repr(value) + " is not one of " + pyjson.Repr(all)
		}
	}
	switch v := value.(type) {
	case string:
		return mismatchOfText(rule, v)
	case pyjson.Object:
		return mismatchOfObject(schema, rule, v)
	}
	return ""
}

func mismatchOfText(rule pyjson.Field, text string) string {
	switch rule.Key {
	case "pattern":
		if pattern := rule.Value.(string); !regexp.MustCompile(pattern).MatchString(text) {
			return pyjson.Repr(text) + " does not match " + pyjson.Repr(pattern)
		}
	case "minLength":
		if utf8.RuneCountInString(text) < number(rule.Value) {
			return pyjson.Repr(text) + " is too short"
		}
	case "maxLength":
		if utf8.RuneCountInString(text) > number(rule.Value) {
			return pyjson.Repr(text) + " is too long"
		}
	}
	return ""
}

func mismatchOfObject(schema pyjson.Object, rule pyjson.Field, obj pyjson.Object) string {
	switch rule.Key {
	case "required":
		for _, key := range rule.Value.([]any) {
			if _, ok := obj.Get(key.(string)); !ok {
				return pyjson.Repr(key) + " is a required property"
			}
		}
	case "minProperties":
		if len(obj) < number(rule.Value) {
			return pyjson.Repr(obj) + " does not have enough properties"
		}
	case "maxProperties":
		if len(obj) > number(rule.Value) {
			return pyjson.Repr(obj) + " has too many properties"
		}
	case "additionalProperties":
		if rest := additional(schema, obj); rule.Value == false && len(rest) > 0 {
			return "Additional properties are not allowed (" + wereOrWas(rest) + " unexpected)"
		}
	}
	return ""
}

// wereOrWas returns the keys of an object with the verb that follows them.
func wereOrWas(obj pyjson.Object) string {
	keys := make([]string, len(obj))
	for i, f := range obj {
		keys[i] = pyjson.Repr(f.Key)
	}
	if len(keys) == 1 {
		return keys[0] + " was"
	}
	return strings.Join(keys, ", ") + " were"
}

// number returns the value of a keyword that is a number of characters or keys.
func number(v any) int {
	n, err := strconv.Atoi(string(v.(json.Number)))
	if err != nil {
		panic(err) // the schemas are constant
	}
	return n
}

// typesOf returns the names that the keyword type has: one, or a list.
func typesOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func hasType(schema pyjson.Object, value any) bool {
	types, ok := schema.Get("type")
	return ok && isAnyType(typesOf(types), value)
}

func isAnyType(types []any, value any) bool {
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
	case pyjson.Object:
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

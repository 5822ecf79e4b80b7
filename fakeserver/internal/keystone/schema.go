package keystone

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
)

// A schema is the part of JSON Schema that Keystone's own schemas need. It is
// here for the sentences that clients see, so it checks in the same order.
type schema struct {
	types    []string // one of these: object, array, string, boolean, null; none: any
	fields   []field
	required []string
	items    *schema
	// Lengths of a string, in characters.
	minLength, maxLength int // 0: any
	// Numbers of fields.
	minFields, maxFields int // 0: any
}

type field struct {
	name string
	schema
}

// check is the first problem with a value, nil if there is none.
func (s schema) check(v any) error { return s.checkAt(nil, v) }

func (s schema) checkAt(path []string, v any) error {
	if len(s.types) > 0 && !slices.Contains(s.types, typeOf(v)) {
		return invalid(path, "%s is not of type '%s'", literal(v), strings.Join(s.types, "', '"))
	}
	switch v := v.(type) {
	case string:
		return s.checkText(path, v)
	case []any:
		for i, item := range v {
			if s.items == nil {
				break
			}
			if err := s.items.checkAt(append(path, strconv.Itoa(i)), item); err != nil {
				return err
			}
		}
	case map[string]any:
		return s.checkObject(path, v)
	}
	return nil
}

func (s schema) checkText(path []string, v string) error {
	n := utf8.RuneCountInString(v)
	switch {
	case n < s.minLength:
		return invalid(path, "%s is too short", literal(v))
	case s.maxLength > 0 && n > s.maxLength:
		return invalid(path, "%s is too long", literal(v))
	}
	return nil
}

func (s schema) checkObject(path []string, v map[string]any) error {
	for _, f := range s.fields {
		if inner, ok := v[f.name]; ok {
			if err := f.checkAt(append(path, f.name), inner); err != nil {
				return err
			}
		}
	}
	for _, name := range s.required {
		if _, ok := v[name]; !ok {
			return invalid(path, "%s is a required property", literal(name))
		}
	}
	switch {
	case len(v) < s.minFields:
		return invalid(path, "%s does not have enough properties", literal(v))
	case s.maxFields > 0 && len(v) > s.maxFields:
		return invalid(path, "%s has too many properties", literal(v))
	}
	return nil
}

func invalid(path []string, format string, args ...any) error {
	says := fmt.Sprintf(format, args...)
	if len(path) == 0 {
		return fail(dialect.IdentityBodyInvalid, says)
	}
	return fail(dialect.IdentityFieldInvalid, strings.Join(path, "/"), says)
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "number"
}

// literal is a value as Python writes it, which is how Keystone quotes what it
// was sent.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case json.Number:
		return v.String()
	case string:
		return string(pyjson.AppendText(nil, v))
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = literal(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, string(pyjson.AppendText(nil, key))+": "+literal(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

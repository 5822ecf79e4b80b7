package keystone

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
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

// A violation is where a value breaks its schema, and how.
type violation struct {
	path []string
	says string
}

// check is the problem with a value, nil if there is none. Of several it names
// the first of those nearest to the root.
func (s schema) check(v any) error {
	var all []violation
	s.walk(nil, v, &all)
	if len(all) == 0 {
		return nil
	}
	worst := slices.MinFunc(all, func(a, b violation) int { return len(a.path) - len(b.path) })
	if len(worst.path) == 0 {
		return fail(wire.IdentityBodyInvalid, worst.says)
	}
	return fail(wire.IdentityFieldInvalid, strings.Join(worst.path, "/"), worst.says)
}

func (s schema) walk(path []string, v any, all *[]violation) {
	wrong := func(format string, args ...any) {
		*all = append(*all, violation{slices.Clone(path), fmt.Sprintf(format, args...)})
	}
	if len(s.types) > 0 && !slices.Contains(s.types, typeOf(v)) {
		wrong("%s is not of type '%s'", literal(v), strings.Join(s.types, "', '"))
		return
	}
	switch v := v.(type) {
	case string:
		n := utf8.RuneCountInString(v)
		if n < s.minLength {
			wrong("%s is too short", literal(v))
		}
		if s.maxLength > 0 && n > s.maxLength {
			wrong("%s is too long", literal(v))
		}
	case []any:
		if s.items != nil {
			for i, item := range v {
				s.items.walk(append(path, strconv.Itoa(i)), item, all)
			}
		}
	case map[string]any:
		for _, f := range s.fields {
			if inner, ok := v[f.name]; ok {
				f.walk(append(path, f.name), inner, all)
			}
		}
		for _, name := range s.required {
			if _, ok := v[name]; !ok {
				wrong("%s is a required property", literal(name))
			}
		}
		if len(v) < s.minFields {
			wrong("%s does not have enough properties", literal(v))
		}
		if s.maxFields > 0 && len(v) > s.maxFields {
			wrong("%s has too many properties", literal(v))
		}
	}
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
		return quoted(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = literal(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, quoted(key)+": "+literal(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func quoted(s string) string {
	mark := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		mark = '"'
	}
	b := []byte{mark}
	for _, r := range s {
		switch {
		case r == rune(mark) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ' || r == 0x7f:
			b = fmt.Appendf(b, `\x%02x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(append(b, mark))
}

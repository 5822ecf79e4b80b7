package codec

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of a document, with the help for
// each key as its description.
func (l *Language) Schema(title string) []byte {
	root := l.recordSchema(l.shapes[l.Root])
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.Title = title
	if l.Own != "" {
		root.PatternProperties = map[string]*schema{"^" + regexp.QuoteMeta(l.Own): {}}
	}
	root.Defs = make(map[string]*schema)
	for t, s := range l.shapes {
		if s.kind == record && t.Kind() == reflect.Struct && t != l.Root {
			root.Defs[s.name()] = l.recordSchema(s)
		}
	}
	out, _ := json.MarshalIndent(root, "", "  ") // plain data: cannot fail
	return append(out, '\n')
}

// A schema is the JSON Schema of one value, with the keywords that are used here.
type schema struct {
	Schema               string             `json:"$schema,omitempty"`
	Title                string             `json:"title,omitempty"`
	Description          string             `json:"description,omitempty"`
	Ref                  string             `json:"$ref,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
	Type                 []string           `json:"type,omitempty"`
	Enum                 []any              `json:"enum,omitempty"`
	Pattern              string             `json:"pattern,omitempty"`
	Not                  *schema            `json:"not,omitempty"`
	MaxLength            int64              `json:"maxLength,omitempty"`
	Minimum              *int64             `json:"minimum,omitempty"`
	ExclusiveMinimum     *int64             `json:"exclusiveMinimum,omitempty"`
	Maximum              int64              `json:"maximum,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	PatternProperties    map[string]*schema `json:"patternProperties,omitempty"`
	AdditionalProperties any                `json:"additionalProperties,omitempty"` // false, or a schema
	Defs                 map[string]*schema `json:"$defs,omitempty"`
}

// name is the record's name in the schema and in the help.
func (s *shape) name() string { return strings.ToLower(s.typ.Name()) }

func (l *Language) recordSchema(s *shape) *schema {
	out := &schema{Type: []string{"object"}, Properties: make(map[string]*schema), AdditionalProperties: false}
	for _, f := range s.fields {
		value := valueSchema(f.shape, f.limits)
		if f.single {
			value = &schema{AnyOf: []*schema{valueSchema(f.shape.elem, f.limits), value}}
		}
		value.Description = l.Help[s.name()+"."+f.key]
		out.Properties[f.key] = value
		if f.required {
			out.Required = append(out.Required, f.key)
		}
	}
	if s.form != nil {
		return &schema{AnyOf: []*schema{formSchema(s.form), out}}
	}
	return out
}

func valueSchema(s *shape, within limits) *schema {
	switch s.kind {
	case formed:
		out := formSchema(s.form)
		if within.nonzero {
			out.Not = &schema{Pattern: "^[^1-9]*$"} // 0s, 0h0.0s
		}
		return out
	case boolean:
		return &schema{Type: []string{"boolean"}}
	case integer:
		return numberSchema("integer", within)
	case number:
		return numberSchema("number", within)
	case list:
		return &schema{Type: []string{"array"}, Items: valueSchema(s.elem, within)}
	case table:
		if s.elem.kind == anything {
			return &schema{Type: []string{"object"}}
		}
		if s.lines {
			text := textSchema(limits{})
			return &schema{Type: []string{"object"}, AdditionalProperties: &schema{AnyOf: []*schema{text, {Type: []string{"array"}, Items: text}}}}
		}
		return &schema{Type: []string{"object"}, AdditionalProperties: textSchema(limits{})}
	case record:
		return &schema{Ref: "#/$defs/" + s.name()}
	case anything:
		return &schema{Type: []string{"string", "number", "boolean", "object", "array"}}
	}
	if s.words != nil {
		return wordSchema(s.words)
	}
	return textSchema(within)
}

func formSchema(f *Form) *schema {
	if f.pattern == "" {
		return textSchema(limits{})
	}
	return &schema{Type: []string{"string"}, Pattern: f.pattern}
}

// textSchema allows numbers and booleans, which are taken as texts.
func textSchema(within limits) *schema {
	return &schema{Type: []string{"string", "number", "boolean"}, MaxLength: within.max}
}

func wordSchema(v *Vocabulary) *schema {
	out := new(schema)
	for _, word := range v.Words {
		if word == "true" || word == "false" {
			out.Enum = append(out.Enum, word == "true")
		}
		out.Enum = append(out.Enum, word)
	}
	return out
}

func numberSchema(kind string, within limits) *schema {
	out := &schema{Type: []string{kind}, Maximum: within.max}
	if within.nonzero && within.min == 0 {
		out.ExclusiveMinimum = &within.min
	} else {
		out.Minimum = &within.min
	}
	return out
}

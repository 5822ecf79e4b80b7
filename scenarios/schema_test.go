package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// unseen matches mistakes that no schema can find: those that only YAML has, and
// numbers that are too large.
var unseen = regexp.MustCompile(`twice|alias|to merge|JSON value|99999`)

// TestSchemaIsTrue checks that the schema accepts everything that Parse accepts,
// and nothing that cannot at least be decoded.
func TestSchemaIsTrue(t *testing.T) {
	t.Parallel()
	check := schemaCheck(t)
	try := func(tree *yaml.Node) {
		refused := check(toAny(tree, 0))
		undecodable := fromNode(tree, new(Scenario))
		switch {
		case refused == nil && undecodable != nil && !unseen.MatchString(undecodable.Error()):
			t.Errorf("the schema accepts what cannot be decoded (%v):\n%s", undecodable, toYAML(tree))
		case refused != nil && undecodable == nil:
			if _, err := Parse("x.yaml", []byte(toYAML(tree))); err == nil {
				t.Errorf("Parse accepts what the schema refuses (%v):\n%s", refused, toYAML(tree))
			}
		}
	}
	read := func(src string) *yaml.Node {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(src), &doc); err != nil || len(doc.Content) == 0 {
			return textNode("unreadable")
		}
		return doc.Content[0]
	}
	for _, name := range Names() {
		src, err := Source(name)
		if err != nil {
			t.Fatal(err)
		}
		try(read(string(src)))
	}
	everything, err := os.ReadFile("../testdata/scenarios/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range append(slices.Clone(good), string(everything)) {
		tree := read(src)
		try(tree)
		mutate(tree, func() { try(tree) })
	}
	for _, test := range bad {
		try(read(test.src))
	}
	src, err := os.ReadFile("../testdata/scenarios/bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if check(toAny(read(string(src)), 0)) == nil {
		t.Error("the schema accepts bad.yaml")
	}
}

// mutate makes one change to a scenario after the other, and undoes each: it drops
// or misspells a key, or replaces a value by one of another type.
func mutate(n *yaml.Node, changed func()) {
	replacements := []*yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: "nonsense"},
		{Kind: yaml.ScalarNode, Tag: "!!int", Value: "42"},
		{Kind: yaml.ScalarNode, Value: "-0.5"},
		{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"},
		{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"},
		{Kind: yaml.SequenceNode, Tag: "!!seq"},
		{Kind: yaml.MappingNode, Tag: "!!map"},
		{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{textNode("a")}},
		{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{textNode("a"), textNode("b")}},
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return
	}
	whole := *n
	for _, r := range replacements {
		*n = *r
		changed()
	}
	*n = whole
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			mutate(item, changed)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Tag == "!!merge" {
				continue
			}
			mutate(n.Content[i+1], changed)
			key.Value += "x"
			changed()
			key.Value = strings.TrimSuffix(key.Value, "x")
			n.Content = slices.Delete(slices.Clone(n.Content), i, i+2)
			changed()
			n.Content = whole.Content
		}
	}
}

func textNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func toYAML(n *yaml.Node) string {
	text, err := yaml.Marshal(n)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// toAny returns a tree as a JSON Schema validator sees it. Values that contain
// themselves end at some depth, since a schema cannot describe them.
func toAny(n *yaml.Node, depth int) any {
	if depth > 100 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return toAny(n.Alias, depth+1)
	case yaml.SequenceNode:
		out := []any{}
		for _, item := range n.Content {
			out = append(out, toAny(item, depth+1))
		}
		return out
	case yaml.MappingNode:
		out, merged := map[string]any{}, map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], toAny(n.Content[i+1], depth+1)
			if key.Tag == "!!merge" {
				merge(merged, value)
				continue
			}
			if _, twice := out[key.Value]; twice || key.Kind != yaml.ScalarNode || key.ShortTag() == "!!null" {
				return "not a mapping"
			}
			out[key.Value] = value
		}
		for key, value := range merged {
			if _, own := out[key]; !own {
				out[key] = value
			}
		}
		return out
	}
	var number float64
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!str", "!!timestamp":
		return n.Value
	case "!!int", "!!float":
		if err := n.Decode(&number); err == nil && !math.IsInf(number, 0) && !math.IsNaN(number) {
			return number
		}
	}
	return struct{}{} // of no type
}

// merge adds the mapping, or those in a list, that a merge key has. The first
// value of a key counts.
func merge(to map[string]any, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			if _, known := to[key]; !known {
				to[key] = v
			}
		}
	case []any:
		for _, v := range value {
			merge(to, v)
		}
	}
}

// schemaCheck evaluates the keywords that Schema uses; it fails for others.
func schemaCheck(t *testing.T) func(v any) error {
	t.Helper()
	var whole map[string]any
	if err := json.Unmarshal(Schema(), &whole); err != nil {
		t.Fatal(err)
	}
	patterns := make(map[string]*regexp.Regexp)
	matches := func(pattern, text string) bool {
		if patterns[pattern] == nil {
			patterns[pattern] = regexp.MustCompile(pattern)
		}
		return patterns[pattern].MatchString(text)
	}
	var check func(s map[string]any, v any) error
	keyword := func(s map[string]any, name string, arg, v any) error {
		object, isObject := v.(map[string]any)
		array, isArray := v.([]any)
		text, isText := v.(string)
		number, isNumber := v.(float64)
		ok := true
		switch name {
		case "$schema", "title", "description", "$defs":
		case "$ref":
			def := strings.TrimPrefix(arg.(string), "#/$defs/")
			return check(whole["$defs"].(map[string]any)[def].(map[string]any), v)
		case "anyOf":
			ok = slices.ContainsFunc(arg.([]any), func(s any) bool { return check(s.(map[string]any), v) == nil })
		case "type":
			ok = slices.ContainsFunc(arg.([]any), func(name any) bool { return isType(name.(string), v) })
		case "enum":
			ok = slices.ContainsFunc(arg.([]any), func(word any) bool { return reflect.DeepEqual(word, v) })
		case "pattern":
			ok = !isText || matches(arg.(string), text)
		case "not":
			ok = check(arg.(map[string]any), v) != nil
		case "maxLength":
			ok = !isText || utf8.RuneCountInString(text) <= int(arg.(float64))
		case "minimum":
			ok = !isNumber || number >= arg.(float64)
		case "exclusiveMinimum":
			ok = !isNumber || number > arg.(float64)
		case "maximum":
			ok = !isNumber || number <= arg.(float64)
		case "items":
			for _, item := range array {
				if err := check(arg.(map[string]any), item); isArray && err != nil {
					return err
				}
			}
		case "required":
			for _, key := range arg.([]any) {
				_, has := object[key.(string)]
				ok = ok && (has || !isObject)
			}
		case "properties":
			for key, s := range arg.(map[string]any) {
				if v, has := object[key]; has {
					if err := check(s.(map[string]any), v); err != nil {
						return fmt.Errorf("%s: %w", key, err)
					}
				}
			}
		case "patternProperties":
			for pattern, s := range arg.(map[string]any) {
				for key, v := range object {
					if !matches(pattern, key) {
						continue
					}
					if err := check(s.(map[string]any), v); err != nil {
						return fmt.Errorf("%s: %w", key, err)
					}
				}
			}
		case "additionalProperties":
			known, _ := s["properties"].(map[string]any)
			own, _ := s["patternProperties"].(map[string]any)
			for key, v := range object {
				_, has := known[key]
				for pattern := range own {
					has = has || matches(pattern, key)
				}
				if has {
					continue
				}
				s, allowed := arg.(map[string]any)
				if !allowed {
					return fmt.Errorf("%s: not allowed", key)
				}
				if err := check(s, v); err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
			}
		default:
			t.Fatalf("the schema has the keyword %s, which this test does not know", name)
		}
		if !ok {
			return fmt.Errorf("%v: %s %v", v, name, arg)
		}
		return nil
	}
	check = func(s map[string]any, v any) error {
		for _, name := range slices.Sorted(maps.Keys(s)) {
			if err := keyword(s, name, s[name], v); err != nil {
				return err
			}
		}
		return nil
	}
	return func(v any) error { return check(whole, v) }
}

func isType(name string, v any) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

// TestHelp checks that every key is described, and nothing else.
func TestHelp(t *testing.T) {
	t.Parallel()
	keys := make(map[string]bool)
	for typ := range allTypes() {
		if typ.Kind() != reflect.Struct {
			continue
		}
		number := 0
		for i := range typ.NumField() {
			tag := typ.Field(i).Tag.Get("yaml")
			if tag == "" || tag == "-" {
				continue
			}
			key := strings.ToLower(typ.Name()) + "." + tag
			keys[key] = true
			number++
			if help[key] == "" {
				t.Errorf("%s has no help", key)
			}
		}
		if number > 64 {
			t.Errorf("%s has %d keys; the decoder can count 64", typ.Name(), number)
		}
	}
	for key := range help {
		if !keys[key] {
			t.Errorf("%s has help, but is not a key", key)
		}
	}
}

// allTypes returns the types of the values in a scenario.
func allTypes() map[reflect.Type]bool {
	all := make(map[reflect.Type]bool)
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		if all[t] || t == reflect.TypeFor[time.Time]() {
			return
		}
		all[t] = true
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			add(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				add(t.Field(i).Type)
			}
		}
	}
	add(reflect.TypeFor[Scenario]())
	return all
}

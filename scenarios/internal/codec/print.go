package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Node returns the node that decodes to v. Keys whose values are zero are left
// out.
func (l *Language) Node(v any) *yaml.Node {
	value := reflect.ValueOf(v)
	return encode(l.shapeOf(value.Type()), value)
}

func encode(s *shape, v reflect.Value) *yaml.Node {
	v = reflect.Indirect(v)
	if s.form != nil {
		if text, ok := s.form.get(v); ok {
			return textNode(text)
		}
	}
	switch s.kind {
	case boolean:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Bool())}
	case integer:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(v)}
	case number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(v.Float(), 'g', -1, 64)}
	case list:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, encode(s.elem, v.Index(i)))
		}
		return n
	case table:
		if s.elem.kind == anything {
			return encodeAny(v.Interface())
		}
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		all := v.Interface().(map[string]string)
		for _, key := range slices.Sorted(maps.Keys(all)) {
			value := textNode(all[key])
			if s.lines && strings.Contains(all[key], "\n") {
				value = linesNode(all[key])
			}
			n.Content = append(n.Content, textNode(key), value)
		}
		return n
	case record:
		return encodeRecord(s, v)
	case anything:
		return encodeAny(v.Interface())
	}
	if word := v.String(); s.words != nil && (word == "true" || word == "false") {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: word}
	}
	return textNode(v.String())
}

func linesNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for line := range strings.SplitSeq(s, "\n") {
		n.Content = append(n.Content, textNode(line))
	}
	return n
}

func encodeRecord(s *shape, v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range s.fields {
		value := v.Field(f.at)
		if isNothing(value) {
			continue
		}
		child := encode(f.shape, value)
		if f.single && len(child.Content) == 1 {
			child = child.Content[0]
		}
		n.Content = append(n.Content, textNode(f.key), child)
	}
	return n
}

// isNothing reports whether a value can be left out.
func isNothing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// encodeAny returns the node of a text, or of any value that JSON has.
func encodeAny(v any) *yaml.Node {
	if text, ok := v.(string); ok {
		return textNode(text)
	}
	src, err := json.Marshal(v)
	if err != nil {
		return textNode(err.Error())
	}
	return readJSON(src)
}

// textNode returns the node of a text, with quotes if a reader of YAML 1.1 might
// take it for something else.
func textNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.ToValidUTF8(s, "\uFFFD")}
	unprintable := strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
	if unprintable || slices.Contains(ambiguous, strings.ToLower(s)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// ambiguous has YAML's merge key and the booleans that only YAML 1.1 has.
var ambiguous = []string{"<<", "y", "n", "yes", "no", "on", "off"}

// Line is v as YAML on one line.
func (l *Language) Line(v any) string {
	n := l.Node(v)
	setFlow(n)
	return strings.TrimSuffix(toYAML(n), "\n")
}

// Document is v as a YAML file, with the parts of each list entry on one line
// each: inject: {status: 503}.
func (l *Language) Document(v any) string {
	n := l.Node(v)
	for i := 1; i < len(n.Content); i += 2 {
		shortenEntries(n.Content[i])
	}
	return toYAML(n)
}

func shortenEntries(n *yaml.Node) {
	for _, child := range n.Content {
		if n.Kind == yaml.MappingNode {
			shortenEntries(child)
			continue
		}
		for _, value := range child.Content {
			setFlow(value)
		}
	}
}

// setFlow puts a mapping or list on one line.
func setFlow(n *yaml.Node) { n.Style |= yaml.FlowStyle }

func toYAML(n *yaml.Node) string {
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		return err.Error()
	}
	return b.String()
}

// JSON is v as JSON, with the same keys.
func (l *Language) JSON(v any) []byte {
	var b bytes.Buffer
	writeJSON(&b, l.Node(v))
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, n.Content[i])
			b.WriteByte(':')
			writeJSON(b, n.Content[i+1])
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	default:
		if n.Tag != "!!str" {
			b.WriteString(n.Value)
			return
		}
		text, _ := json.Marshal(n.Value) // a string: cannot fail
		b.Write(text)
	}
}

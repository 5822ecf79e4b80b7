package scenarios

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// any returns what JSON would make of n: texts, booleans, numbers (int where
// they are whole), nil, []any and map[string]any.
func (d *decoder) any(n *yaml.Node, p *path) any {
	if n.Kind == yaml.AliasNode {
		if !d.enter(n, p) {
			return nil
		}
		defer d.leave()
		return d.any(n.Alias, p)
	}
	if !d.count(n, p) {
		return nil
	}
	switch n.Kind {
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			out[i] = d.any(item, p.item(i))
		}
		return out
	case yaml.MappingNode:
		out := make(map[string]any)
		content := d.merged(n, p)
		for i := 0; i+1 < len(content); i += 2 {
			key, value := content[i], content[i+1]
			if !d.isKey(key, p) {
				continue
			}
			if _, twice := out[key.Value]; twice {
				d.twice(key, p, content)
				continue
			}
			out[key.Value] = d.any(value, p.field(key.Value))
		}
		return out
	}
	return d.anyScalar(n, p)
}

func (d *decoder) anyScalar(n *yaml.Node, p *path) any {
	if i, ok := toInt(n); ok && i == int64(int(i)) {
		return int(i)
	}
	if u, ok := toUint(n); ok {
		return u
	}
	if f, ok := toFloat(n); ok {
		return f
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		return nil
	case tag == "!!bool":
		return strings.EqualFold(n.Value, "true")
	case tag == "!!float" || !isText(n):
		d.mismatch(n, p, "what JSON can say")
		return nil
	}
	return n.Value
}

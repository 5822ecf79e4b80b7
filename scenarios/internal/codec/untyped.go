package codec

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// any returns n as JSON knows it: texts, booleans, numbers (int where they are
// whole), nil, []any and map[string]any.
func (d *decoder) any(n *yaml.Node, p *Path) any {
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
		out := make([]any, d.source.length(n))
		for i := range out {
			out[i] = d.any(d.entry(n, i), p.Item(i))
		}
		return out
	case yaml.MappingNode:
		out := make(map[string]any)
		all := mapping{content: d.merged(n, p)}
		for i := 0; i+1 < len(all.content); i += 2 {
			key, value := all.content[i], all.content[i+1]
			if !d.isKey(key, p) {
				continue
			}
			if _, twice := out[key.Value]; twice {
				d.twice(key, p, &all)
				continue
			}
			out[key.Value] = d.any(value, p.Field(key.Value))
		}
		return out
	}
	return d.anyScalar(n, p)
}

func (d *decoder) anyScalar(n *yaml.Node, p *Path) any {
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
		d.mismatch(n, p, "a JSON value")
		return nil
	}
	return n.Value
}

package scenarios

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Aliases may make a small file large, but not beyond bounds: with every value
// that stands in the file, this many more may be read.
const (
	copiesPerValue = 10
	copiesAtLeast  = 10_000
)

// merged returns the keys and values of a mapping, those of the mappings that
// it merges (<<) after its own.
func (d *decoder) merged(n *yaml.Node, p *path) []*yaml.Node {
	isMerge := func(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" }
	if !slices.ContainsFunc(n.Content, isMerge) {
		return n.Content
	}
	var own, others []*yaml.Node
	given := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key, value := n.Content[i], n.Content[i+1]; isMerge(key) {
			others = append(others, value)
		} else {
			own = append(own, key, value)
			given[key.Value] = true
		}
	}
	for _, from := range others {
		d.merge(from, p, func(key, value *yaml.Node) {
			if !given[key.Value] {
				own = append(own, key, value)
				given[key.Value] = true
			}
		})
	}
	return own
}

// merge adds what a merge key brings: a mapping, or those of a list.
func (d *decoder) merge(from *yaml.Node, p *path, add func(key, value *yaml.Node)) {
	if !d.count(from, p) {
		return
	}
	switch from.Kind {
	case yaml.AliasNode:
		if d.enter(from, p) {
			d.merge(from.Alias, p, add)
			d.leave()
		}
	case yaml.SequenceNode:
		for _, item := range from.Content {
			d.merge(item, p, add)
		}
	case yaml.MappingNode:
		content := d.merged(from, p)
		for i := 0; i+1 < len(content); i += 2 {
			add(content[i], content[i+1])
		}
	default:
		d.problem(from, p, "want a mapping to merge, got %s", describe(from))
	}
}

// enter follows an alias, unless it leads into itself.
func (d *decoder) enter(n *yaml.Node, p *path) bool {
	if slices.Contains(d.open, n.Alias) {
		d.problem(n, p, "alias *%s is part of its own value", n.Value)
		return false
	}
	d.open = append(d.open, n.Alias)
	return true
}

func (d *decoder) leave() { d.open = d.open[:len(d.open)-1] }

// count keeps the values that aliases make within bounds.
func (d *decoder) count(n *yaml.Node, p *path) bool {
	if len(d.open) == 0 {
		d.direct++
	} else if d.copied++; d.copied > copiesAtLeast+copiesPerValue*d.direct && !d.gaveUp {
		d.problem(n, p, "aliases make the file too large")
		d.gaveUp = true
	}
	return !d.gaveUp
}

package codec

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Aliases can make a small file very large. The number of values that may be read
// through aliases is copiesAtLeast, and copiesPerValue more for each value that is
// written in the file itself.
const (
	copiesPerValue = 10
	copiesAtLeast  = 10_000
)

// contentOf returns the keys and values of a mapping that was read before, with
// those that it merges.
func contentOf(n *yaml.Node) []*yaml.Node {
	return (&decoder{source: new(Source)}).merged(n, nil)
}

// merged returns the keys and values of a mapping: its own, followed by those of
// the mappings that it merges (<<).
func (d *decoder) merged(n *yaml.Node, p *Path) []*yaml.Node {
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

// merge adds the keys and values of a merge key: one mapping, or a list of them.
func (d *decoder) merge(from *yaml.Node, p *Path, add func(key, value *yaml.Node)) {
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

// enter notes that the value of an alias is being read. It returns false if that
// is the case already: the value contains itself.
func (d *decoder) enter(n *yaml.Node, p *Path) bool {
	if slices.Contains(d.open, n.Alias) {
		d.problem(n, p, "alias *%s is part of its own value", n.Value)
		return false
	}
	d.open = append(d.open, n.Alias)
	return true
}

func (d *decoder) leave() { d.open = d.open[:len(d.open)-1] }

// count counts a value. It returns false once aliases have made too many.
func (d *decoder) count(n *yaml.Node, p *Path) bool {
	if len(d.open) == 0 {
		d.direct++
	} else if d.copied++; d.copied > copiesAtLeast+copiesPerValue*d.direct && !d.gaveUp {
		d.problem(n, p, "aliases make the file too large")
		d.gaveUp = true
	}
	return !d.gaveUp
}

// values counts a value and those in it, but not those of aliases.
func values(n *yaml.Node) int {
	sum, first, step := 1, 0, 1
	if n.Kind == yaml.MappingNode {
		first, step = 1, 2
	}
	for i := first; i < len(n.Content); i += step {
		sum += values(n.Content[i])
	}
	return sum
}

package codec

import (
	"math"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// describe is how a message refers to a value that does not fit.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	value := n.Value
	if len(value) > 80 {
		value = strings.ToValidUTF8(value[:77], "") + "..."
	}
	switch n.ShortTag() {
	case "!!null":
		return "no value"
	case "!!int", "!!float":
		return "the number " + value
	case "!!bool", "!!timestamp", "!!merge":
		return value
	case "!!str":
		return strconv.Quote(value)
	}
	return n.Tag + " " + strconv.Quote(value)
}

// isText reports whether a scalar can be taken as the text it is written as.
func isText(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
		return true
	}
	return false
}

func toInt(n *yaml.Node) (int64, bool) {
	if n.ShortTag() == "!!int" {
		i, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64)
		return i, err == nil
	}
	f, ok := toFloat(n)
	return int64(f), ok && f == math.Trunc(f) && math.Abs(f) < 1<<53
}

func toUint(n *yaml.Node) (uint64, bool) {
	if n.ShortTag() == "!!int" {
		u, err := strconv.ParseUint(strings.ReplaceAll(n.Value, "_", ""), 0, 64)
		return u, err == nil
	}
	i, ok := toInt(n)
	return uint64(i), ok && i >= 0
}

func toFloat(n *yaml.Node) (float64, bool) {
	switch n.ShortTag() {
	case "!!int":
		if i, ok := toInt(n); ok {
			return float64(i), true
		}
	case "!!float":
	default:
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

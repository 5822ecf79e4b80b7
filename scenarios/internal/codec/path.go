package codec

import (
	"strconv"
	"strings"
)

// A Path leads from a whole value down to one of its parts; nil is the whole
// value itself. It is only spelled out when a problem has to be reported.
type Path struct {
	parent *Path
	key    string // of a mapping
	index  int    // of a list, if inList
	inList bool
}

// Field is the path of a key's value in the mapping at p.
func (p *Path) Field(key string) *Path { return &Path{parent: p, key: key} }

// Item is the path of an entry of the list at p.
func (p *Path) Item(i int) *Path { return &Path{parent: p, index: i, inList: true} }

// String is the path as messages show it: faults[0].match.operation.
func (p *Path) String() string {
	var b strings.Builder
	p.write(&b)
	return b.String()
}

func (p *Path) write(b *strings.Builder) {
	if p == nil {
		return
	}
	p.parent.write(b)
	switch {
	case p.inList:
		b.WriteString("[" + strconv.Itoa(p.index) + "]")
	case !isPlainKey(p.key):
		b.WriteString("[" + strconv.Quote(p.key) + "]")
	case b.Len() == 0:
		b.WriteString(p.key)
	default:
		b.WriteString("." + p.key)
	}
}

// isPlainKey reports whether a key can be part of a path without quotes.
func isPlainKey(key string) bool {
	for _, c := range key {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return key != ""
}

func (p *Path) depth() int {
	if p == nil {
		return 0
	}
	return p.parent.depth() + 1
}

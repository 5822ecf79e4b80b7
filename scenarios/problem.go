package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// A Problem is one thing that is wrong with a scenario.
type Problem struct {
	File    string `json:"file,omitempty"`   // as given to Parse; empty for a value made in Go
	Line    int    `json:"line,omitempty"`   // from 1; 0: not known
	Column  int    `json:"column,omitempty"` // from 1; 0: not known
	Path    string `json:"path,omitempty"`   // leads to the value: faults[0].match.operation; empty: the whole
	Message string `json:"message"`
}

// String is the problem on one line:
//
//	my.yaml:6:16: faults[0].match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:", p.Line)
	}
	if p.Column > 0 {
		fmt.Fprintf(&b, "%d:", p.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is everything that is wrong with a scenario, in the order of its
// files. It is the error of [Parse], [Load], [Decode] and of each Validate.
type Problems []Problem

// Error has one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// err is nil where there are no problems.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// A path leads from a scenario down to one of its values; nil is the scenario
// itself. It is spelled out only for a problem.
type path struct {
	up    *path
	key   string // of a mapping
	index int    // of a list, where key is empty and list is true
	list  bool
}

func (p *path) field(key string) *path { return &path{up: p, key: key} }
func (p *path) item(i int) *path       { return &path{up: p, index: i, list: true} }

func (p *path) String() string {
	var b strings.Builder
	p.write(&b)
	return b.String()
}

func (p *path) write(b *strings.Builder) {
	if p == nil {
		return
	}
	p.up.write(b)
	switch {
	case p.list:
		b.WriteString("[" + strconv.Itoa(p.index) + "]")
	case !isPlainKey(p.key):
		b.WriteString("[" + strconv.Quote(p.key) + "]")
	case b.Len() == 0:
		b.WriteString(p.key)
	default:
		b.WriteString("." + p.key)
	}
}

// isPlainKey reports whether a key can stand in a path without quotes.
func isPlainKey(key string) bool {
	for _, c := range key {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return key != ""
}

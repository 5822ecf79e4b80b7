package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// A FieldPath leads to fields of a JSON value: it is a key of [Injection.Fields],
// taken apart.
type FieldPath []FieldStep

// A FieldStep leads to a field of an object or, if List is true, to entries of a
// list.
type FieldStep struct {
	Key   string // of the field
	List  bool
	Index int // of the entry; -1: all entries
}

// ParseFieldPath reads a path such as images[*].status. The steps are keys, which
// are separated by dots, [*] for all entries of a list, and [0] for one of them. A
// key that has a dot or a bracket is written in brackets and quotes, as in
// ["a.b"]. The error says what is wrong with the path.
func ParseFieldPath(path string) (FieldPath, error) {
	var steps FieldPath
	rest := path
	for rest != "" || len(steps) == 0 {
		var step FieldStep
		var err error
		switch {
		case rest[:min(1, len(rest))] == "[":
			step, rest, err = bracketStep(rest)
		default:
			if len(steps) > 0 {
				if rest, err = afterDot(rest); err != nil {
					return nil, err
				}
			}
			end := strings.IndexAny(rest, ".[]")
			if end < 0 {
				end = len(rest)
			}
			step.Key, rest = rest[:end], rest[end:]
			if step.Key == "" {
				err = fmt.Errorf("%q has an empty key", path)
			}
		}
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func afterDot(rest string) (string, error) {
	after, ok := strings.CutPrefix(rest, ".")
	if !ok {
		return "", fmt.Errorf("want a dot before %q", rest)
	}
	return after, nil
}

// bracketStep reads the step in brackets that rest begins with.
func bracketStep(rest string) (step FieldStep, after string, err error) {
	if strings.HasPrefix(rest, `["`) {
		quoted, err := strconv.QuotedPrefix(rest[1:])
		if after, ok := strings.CutPrefix(rest[1+len(quoted):], "]"); err == nil && ok {
			key, err := strconv.Unquote(quoted)
			return FieldStep{Key: key}, after, err
		}
		return step, "", fmt.Errorf("want a key as in [\"a.b\"], got %s", rest)
	}
	inside, after, ok := strings.Cut(rest[1:], "]")
	index, err := strconv.Atoi(inside)
	switch {
	case ok && inside == "*":
		return FieldStep{List: true, Index: -1}, after, nil
	case ok && err == nil && index >= 0:
		return FieldStep{List: true, Index: index}, after, nil
	}
	return step, "", fmt.Errorf("want [*] or an entry such as [0], got %s", rest)
}

// String returns the path as ParseFieldPath reads it.
func (p FieldPath) String() string {
	var b strings.Builder
	for i, step := range p {
		switch {
		case step.List && step.Index < 0:
			b.WriteString("[*]")
		case step.List:
			fmt.Fprintf(&b, "[%d]", step.Index)
		case step.Key == "" || strings.ContainsAny(step.Key, `.[]"`):
			fmt.Fprintf(&b, "[%q]", step.Key)
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.Key)
		}
	}
	return b.String()
}

package scenarios

import (
	"fmt"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// A Problem is one thing that is wrong with a scenario or a part of one.
type Problem struct {
	File    string `json:"file,omitempty"`   // the name given to Parse; empty for a value made in Go
	Line    int    `json:"line,omitempty"`   // from 1; 0: unknown
	Column  int    `json:"column,omitempty"` // from 1; 0: unknown
	Path    string `json:"path,omitempty"`   // of the value, such as faults[0].match.operation; empty: the whole
	Message string `json:"message"`          // what is wrong, and what would be right
}

// String returns the problem on one line:
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

// MaxProblems is how many problems are reported, if there are more.
const MaxProblems = codec.MaxProblems

// Error returns one line for each of the first [MaxProblems] problems, and says how
// many more there are.
func (ps Problems) Error() string {
	const most = MaxProblems
	lines := make([]string, 0, min(len(ps), most+1))
	for i, p := range ps {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more problems", len(ps)-most))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// Guess returns the known word that a mistyped one was probably meant to be.
// Empty means that none is similar enough. Messages of problems guess like this.
func Guess(wrong string, known []string) string { return codec.Guess(wrong, known) }

// problems returns an error with the problems found; nil if there are none.
func problems(found []codec.Problem) error {
	if len(found) == 0 {
		return nil
	}
	all := make(Problems, len(found))
	for i, p := range found {
		all[i] = Problem(p)
	}
	return all
}

package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// Parse reads a scenario from YAML or JSON. File is what problems and
// [Fault.Place] call it; the files of its images' data are looked for beside
// it, and must be there. A name that is not given is the file's, without its
// extension.
//
// The error is [Problems]: everything that is wrong, each with its place.
func Parse(file string, src []byte) (*Scenario, error) {
	return parse(document{file, src})
}

// Load reads scenarios and merges them in order. A name is a built-in's, or the
// path of a file if it has a separator or ends in .yaml, .yml or .json. Lists
// are appended; of single values, those hold that the last file gives. A name
// that is given nowhere is those of the files, joined with a plus. Nothing
// loaded is an empty scenario.
//
// The error is [Problems] if the texts could be read.
func Load(names ...string) (*Scenario, error) {
	docs := make([]document, len(names))
	errs := make([]error, len(names))
	for i, name := range names {
		docs[i], errs[i] = read(name)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return parse(docs...)
}

// Decode reads one value of this package, or another struct of such values,
// from YAML or JSON, as strictly as [Parse] reads a scenario: v is a *Fault, an
// *Image, … What v held before is lost. The error is [Problems].
func Decode(file string, src []byte, v any) error {
	reflect.ValueOf(v).Elem().SetZero()
	return decode(v, document{file, src})
}

// A document is a text and what it is called.
type document struct {
	file string
	src  []byte
}

func read(name string) (document, error) {
	if isPath(name) {
		src, err := os.ReadFile(name)
		return document{name, src}, err
	}
	src, err := Source(name)
	if err != nil {
		return document{}, fmt.Errorf("%w; a file ends in .yaml, .yml or .json", err)
	}
	return document{name + extension, src}, nil
}

func isPath(name string) bool {
	return strings.ContainsRune(name, '/') || strings.ContainsRune(name, filepath.Separator) ||
		slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

func parse(docs ...document) (*Scenario, error) {
	s := new(Scenario)
	if err := decode(s, docs...); err != nil {
		return nil, err
	}
	if s.Name == "" {
		names := make([]string, len(docs))
		for i, doc := range docs {
			base := filepath.Base(doc.file)
			names[i] = strings.TrimSuffix(base, filepath.Ext(base))
		}
		s.Name = strings.Join(names, "+")
	}
	return s, nil
}

// decode reads documents into v, one over the other, and checks what came out.
func decode(v any, docs ...document) error {
	var all sources
	value := reflect.ValueOf(v).Elem()
	for _, doc := range docs {
		from := newSource(doc.file)
		all = append(all, from)
		if from.root, from.problems = readTree(doc.file, doc.src); from.root != nil {
			d := &decoder{source: from}
			d.value(from.root, root, shapeOf(value.Type()), value)
		}
	}
	validate(v, all)
	var problems Problems
	for _, from := range all {
		slices.SortStableFunc(from.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		problems = append(problems, from.problems...)
	}
	return problems.err()
}

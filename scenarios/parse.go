package scenarios

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// Parse reads a scenario from YAML or JSON. Problems and [Fault.Place] refer to
// it as file, and files with the data of images are looked for relative to it;
// these must exist. A scenario without a name gets that of the file, without its
// extension.
//
// The error is [Problems]: everything that is wrong, each with its position.
func Parse(file string, src []byte) (*Scenario, error) {
	return parse(document{file, src})
}

// Load reads scenarios and merges them in order, as [Scenario.Merge] does, except
// that a zero written in a later file also replaces an earlier value. A name is
// that of a built-in scenario, or the path of a file if it contains a separator or
// ends in .yaml, .yml or .json. If no file gives the scenario a name, it gets the
// names of the files, joined by plus signs. Without names, Load returns an empty
// scenario.
//
// The error is [Problems], unless a file could not be read or a name is unknown.
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

// Decode reads one value of this package, or another struct of such values, from
// YAML or JSON, as strictly as [Parse] reads a scenario. V is a *Fault, an *Image,
// and so on; its earlier value is lost. The error is [Problems].
func Decode(file string, src []byte, v any) error {
	return check(v, language.Read(file, src, v))
}

// Merge puts over on top of s: lists are appended, and single values of over that
// are not zero replace those of s. Lists that s does not have are shared with over
// afterwards.
func (s *Scenario) Merge(over *Scenario) { language.Merge(s, over, nil) }

// Clone returns a copy of the scenario that shares nothing with it.
func (s *Scenario) Clone() *Scenario { return codec.DeepCopy(s) }

// Clone returns a copy of the fault that shares nothing with it.
func (f Fault) Clone() Fault { return codec.DeepCopy(f) }

// Clone returns a copy of the limit that shares nothing with it.
func (l Limit) Clone() Limit { return codec.DeepCopy(l) }

// A document is a text and the name of its file.
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
		return document{}, fmt.Errorf("%w; the name of a file ends in .yaml, .yml or .json", err)
	}
	return document{name + extension, src}, nil
}

func isPath(name string) bool {
	return strings.ContainsRune(name, '/') || strings.ContainsRune(name, filepath.Separator) ||
		slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

func parse(docs ...document) (*Scenario, error) {
	s := new(Scenario)
	sources := make([]*codec.Source, len(docs))
	names := make([]string, len(docs))
	for i, doc := range docs {
		var one Scenario
		sources[i] = language.Read(doc.file, doc.src, &one)
		language.Merge(s, &one, sources[i])
		base := filepath.Base(doc.file)
		names[i] = strings.TrimSuffix(base, filepath.Ext(base))
	}
	if err := check(s, sources...); err != nil {
		return nil, err
	}
	if s.Name == "" {
		s.Name = strings.Join(names, "+")
	}
	return s, nil
}

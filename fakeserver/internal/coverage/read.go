package coverage

import (
	"fmt"
	"io/fs"
)

// What the names of files with cells begin and end with. Other files are nobody's
// business: a CI job may keep its report beside them.
const (
	Prefix = "cells-"
	Suffix = ".json"
)

// Read merges the files of a folder, and says how many there are. A file that is not
// whole is an error: without it the others would say too little.
func Read(dir fs.FS) (cells Set, files int, err error) {
	names, err := fs.Glob(dir, Prefix+"*"+Suffix)
	if err != nil {
		return nil, 0, err
	}
	cells = make(Set)
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, 0, err
		}
		if err := cells.Decode(text); err != nil {
			return nil, 0, fmt.Errorf("%s: not a file of coverage: %w", name, err)
		}
	}
	return cells, len(names), nil
}

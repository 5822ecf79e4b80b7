package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MaxSize is how large the text of a scenario may be, in bytes.
const MaxSize = 64 << 20

// ErrTooLarge is the error of a text that is larger than [MaxSize].
var ErrTooLarge = errors.New("larger than 64 MiB")

// Read reads the text of a scenario, and stops at one that is too large. File is its
// name, for positions and for the scenario's name. The error is ErrTooLarge, or that
// of the reader.
func Read(file string, r io.Reader) (Part, error) {
	var text bytes.Buffer
	n, err := text.ReadFrom(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return Part{}, err
	case n > MaxSize:
		return Part{}, fmt.Errorf("%s: %w", file, ErrTooLarge)
	}
	return Part{File: file, Text: text.Bytes()}, nil
}

// ReadFile reads the file of a scenario, whatever its name ends in.
func ReadFile(path string) (Part, error) {
	f, err := os.Open(path)
	if err != nil {
		return Part{}, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > MaxSize {
		return Part{}, fmt.Errorf("%s: %w", path, ErrTooLarge)
	}
	return Read(path, f)
}

// Open reads built-in scenarios and files. A name is that of a built-in scenario, or
// the path of a file: see [IsPath]. The error is about all names that are unknown and
// all files that could not be read.
func Open(names ...string) ([]Part, error) {
	parts := make([]Part, len(names))
	errs := make([]error, len(names))
	for i, name := range names {
		parts[i], errs[i] = open(name)
	}
	return parts, errors.Join(errs...)
}

func open(name string) (Part, error) {
	if IsPath(name) {
		return ReadFile(name)
	}
	src, err := Source(name)
	if err != nil {
		return Part{}, fmt.Errorf("%w; the name of a file ends in .yaml, .yml or .json", err)
	}
	return Part{File: name + extension, Text: src}, nil
}

// IsPath reports whether a name is the path of a file and not the name of a built-in
// scenario: it contains a separator, or ends in .yaml, .yml or .json.
func IsPath(name string) bool {
	return strings.ContainsRune(name, '/') || strings.ContainsRune(name, filepath.Separator) ||
		slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

package scenarios

import "github.com/fakeglance/fakeglance/scenarios/internal/codec"

// A ReadOption says how a text is read. The zero ReadOption changes nothing.
type ReadOption struct{ noFiles string }

// NoFiles is for a text that comes from elsewhere, as over a network: an image or a
// download whose data are those of a file is a problem, with the reason as its
// message, and the file is not looked at.
func NoFiles(reason string) ReadOption { return ReadOption{noFiles: reason} }

// read reads a text into *v.
func read(file string, src []byte, v any, opts []ReadOption) *codec.Source {
	s := language.Read(file, src, v)
	for _, opt := range opts {
		s.NoFiles = opt.noFiles
	}
	return s
}

// Parse reads a scenario from YAML or JSON. Problems and [Fault.Place] refer to
// it as file, and files with the data of images are looked for relative to it;
// these must exist. A scenario without a name gets that of the file, without its
// extension.
//
// The error is [Problems]: everything that is wrong, each with its position.
func Parse(file string, src []byte, opts ...ReadOption) (*Scenario, error) {
	return Merge(Part{File: file, Text: src, opts: opts})
}

// Load opens scenarios and merges them in order, as [Merge] does. Each name is one
// that [Open] knows. Without names, Load returns an empty scenario.
//
// The error is [Problems], unless a file could not be read or a name is unknown.
func Load(names ...string) (*Scenario, error) {
	parts, err := Open(names...)
	if err != nil {
		return nil, err
	}
	return Merge(parts...)
}

// Decode reads one value of this package, or another struct of such values, from
// YAML or JSON, as strictly as [Parse] reads a scenario. V is a *Fault, an *Image,
// and so on; its earlier value is lost. The error is [Problems].
func Decode(file string, src []byte, v any, opts ...ReadOption) error {
	return check(v, read(file, src, v, opts))
}

// Change reads some keys of an image from YAML or JSON, as strictly as [Decode], and
// puts their values in place of the image's own. Lists are not joined. The error
// is [Problems]; then the image is as it was.
func (i *Image) Change(file string, src []byte, opts ...ReadOption) error {
	var part Image
	source := read(file, src, &part, opts)
	if err := check(&part, source); err != nil {
		return err
	}
	language.Replace(i, &part, source)
	return nil
}

// Clone returns a copy of the scenario that shares nothing with it.
func (s *Scenario) Clone() *Scenario { return codec.DeepCopy(s) }

// Clone returns a copy of the fault that shares nothing with it.
func (f Fault) Clone() Fault { return codec.DeepCopy(f) }

// Clone returns a copy of the limit that shares nothing with it.
func (l Limit) Clone() Limit { return codec.DeepCopy(l) }

package scenarios

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// A Part is one of the scenarios that [Merge] puts together: a text, or a value
// made in Go. The zero value is an empty text, which is an error.
type Part struct {
	File     string    // the name of the text's file, for positions and the scenario's name
	Text     []byte    // YAML or JSON
	Scenario *Scenario // in place of a text; nil: there is a text
	opts     []ReadOption
}

// Merge merges scenarios in order, and checks the result as a whole. A later part
// has its way:
//
//   - What it gives for a single key takes the place of what was there. A text gives
//     each key that is written in it; a value made in Go gives those that are not
//     zero. The outcome counts as a single key.
//   - Lists grow. But an image with the id of an earlier one, or a fault, user, token,
//     key or download with the name of one, changes that one: the keys it gives
//     replace the earlier ones, each with its whole value. Under a new name, an image
//     is still the one that an earlier outcome means.
//   - A fault of an earlier part is left out if it would be injected into every call
//     that a fault of a later part matches, and so are those that wait for it.
//
// If no part gives the scenario a name, it gets the names of the files, without
// their extensions, joined by plus signs.
//
// The result shares lists and maps with the values made in Go, and changes none of
// them. The error is [Problems], each with its position in its own part.
func Merge(parts ...Part) (*Scenario, error) {
	whole := new(Scenario)
	sources := make([]*codec.Source, len(parts))
	var names []string
	for i, part := range parts {
		over := part.Scenario
		if over != nil {
			sources[i] = language.Made(over)
		} else {
			over = new(Scenario)
			sources[i] = read(part.File, part.Text, over, part.opts)
			base := filepath.Base(part.File)
			names = append(names, strings.TrimSuffix(base, filepath.Ext(base)))
		}
		whole.merge(over, sources[:i+1])
	}
	if err := check(whole, sources...); err != nil {
		return nil, err
	}
	if whole.Name == "" {
		whole.Name = strings.Join(names, "+")
	}
	return whole, nil
}

// Merge merges a scenario made in Go onto s, as [Merge] merges a later part, but
// checks nothing. Lists that s does not have are shared with over afterwards.
func (s *Scenario) Merge(over *Scenario) {
	s.merge(over, []*codec.Source{language.Made(over)})
}

// merge merges a scenario that was read from the last of the sources onto s, which
// was read from those before it.
func (s *Scenario) merge(over *Scenario, sources []*codec.Source) {
	images, earlier := s.Images, len(s.Faults)
	language.Merge(s, over, sources[len(sources)-1])
	if len(over.Outcome.Gone)+len(over.Outcome.Kept) == 0 {
		s.Outcome.Gone = renamed(s.Outcome.Gone, images, s.Images)
		s.Outcome.Kept = renamed(s.Outcome.Kept, images, s.Images)
	}
	out := overridden(s.Faults, earlier, over.Faults)
	if len(out) == 0 {
		return
	}
	var kept []int
	var faults []Fault
	for i := range s.Faults {
		if !out[i] {
			kept = append(kept, i)
			faults = append(faults, s.Faults[i])
		}
	}
	s.Faults = faults
	var whole *codec.Path
	for _, source := range sources {
		source.Remove(whole.Field("faults"), kept)
	}
}

// renamed returns the names of an outcome, with the ids of images whose names were
// changed by merging. The images from before are the first of those from after.
func renamed(names []string, before, after []Image) []string {
	own := false
	for k, name := range names {
		var ids []string
		for i := range before {
			old, now := &before[i], &after[i]
			if old.Name != now.Name && old.mayBeCalled(name) && !now.mayBeCalled(name) {
				ids = append(ids, now.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		if !own {
			names, own = slices.Clone(names), true // it may be shared
		}
		if !slices.ContainsFunc(after, func(i Image) bool { return i.mayBeCalled(name) }) {
			names[k], ids = ids[0], ids[1:]
		}
		names = append(names, ids...)
	}
	return names
}

// overridden returns which of merged faults have to be left out: the earlier ones
// that would leave no call to one of the later ones, and those that wait for them.
// The first of the faults are the earlier ones, some of which the later ones, over,
// may have changed.
func overridden(faults []Fault, earlier int, over []Fault) map[int]bool {
	if earlier == 0 || len(over) == 0 {
		return nil
	}
	changed := make(map[string]bool, len(over))
	for i := range over {
		changed[over[i].Name] = over[i].Name != ""
	}
	isLater := func(i int) bool { return i >= earlier || changed[faults[i].Name] }

	out := make(map[int]bool)
	var u unconditional
	for i := range faults {
		if isLater(i) {
			for _, j := range u.before(&faults[i]) {
				out[j] = true
			}
		} else {
			u.add(i, &faults[i])
		}
	}
	if len(out) == 0 {
		return nil
	}

	waiting := make(map[string][]int) // by the name of the fault they wait for
	byName := make(map[string]int)
	for i := range faults {
		if name := faults[i].Name; name != "" {
			byName[name] = i
		}
		if after := faults[i].After; after != "" {
			waiting[after] = append(waiting[after], i)
		}
	}
	// A later fault that waits for an overridden one is a mistake, and has to find it.
	needed := make(map[int]bool)
	for i := range faults {
		if !isLater(i) {
			continue
		}
		for j, ok := byName[faults[i].After]; ok && !needed[j]; j, ok = byName[faults[j].After] {
			needed[j] = true
		}
	}
	for i := range needed {
		delete(out, i)
	}
	next := make([]int, 0, len(out))
	for i := range out {
		next = append(next, i)
	}
	for len(next) > 0 {
		name := faults[next[0]].Name
		next = next[1:]
		for _, i := range waiting[name] {
			if !isLater(i) && !out[i] {
				out[i] = true
				next = append(next, i)
			}
		}
	}
	return out
}

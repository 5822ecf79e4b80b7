package glance

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
)

// storable says why Glance's database would not take an image: no characters
// beyond the basic plane of Unicode, no larger numbers. Glance tells it only
// when all else is right.
func storable(img *registry.Image) error {
	if wide(img.Name) {
		return dialect.ValueFourByte.With("Name")
	}
	if wide(img.Owner) {
		return dialect.ValueFourByte.With("Owner")
	}
	for _, name := range slices.Sorted(maps.Keys(img.Properties)) {
		if wide(name) {
			return dialect.PropertyNameFourByte
		}
		if wide(img.Properties[name]) {
			return dialect.ValueFourByte.With(titled(name))
		}
	}
	if img.MinDisk > math.MaxInt32 {
		return dialect.ValueTooLarge.With("min_disk", math.MaxInt32)
	}
	if img.MinRAM > math.MaxInt32 {
		return dialect.ValueTooLarge.With("min_ram", math.MaxInt32)
	}
	if slices.ContainsFunc(img.Tags, wide) {
		return dialect.TagFourByte
	}
	return nil
}

// titled returns a text as Python's str.title writes it: the first letter of each
// word in upper case, all others in lower case.
func titled(s string) string {
	within := false
	return strings.Map(func(r rune) rune {
		first := !within
		within = unicode.IsLetter(r)
		if first {
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

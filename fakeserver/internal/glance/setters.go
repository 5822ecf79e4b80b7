package glance

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The functions that set an attribute. The values fit the image's schema.

func setID(img *registry.Image, v any) error {
	img.ID = v.(string)
	return nil
}

// setOtherID makes a patch be saved to an image that is not there.
func setOtherID(_ *registry.Image, v any) error { return wire.ImageUnknown.With(v) }

func setName(img *registry.Image, v any) error {
	img.NoName = v == nil
	return setText("name", &img.Name, v)
}

func setOwner(img *registry.Image, v any) error { return setText("owner", &img.Owner, v) }

// setText sets a text that may be null. Glance's database takes no characters
// beyond the basic plane of Unicode.
func setText(name string, to *string, v any) error {
	text, _ := v.(string)
	if wide(text) {
		return wire.ValueWide.With(titled(name))
	}
	*to = text
	return nil
}

func setVisibility(img *registry.Image, v any) error {
	img.Visibility = scenarios.Visibility(v.(string))
	return nil
}

func setProtected(img *registry.Image, v any) error {
	img.Protected = v.(bool)
	return nil
}

func setHidden(img *registry.Image, v any) error {
	img.OSHidden = v.(bool)
	return nil
}

func setDiskFormat(img *registry.Image, v any) error {
	return setFormat(img, "disk_format", &img.DiskFormat, v)
}

func setContainerFormat(img *registry.Image, v any) error {
	return setFormat(img, "container_format", &img.ContainerFormat, v)
}

// setFormat sets a format, which stands fast once an image has data.
func setFormat(img *registry.Image, name string, to *string, v any) error {
	if img.Status != scenarios.Queued && img.Status != scenarios.Importing {
		return wire.FormatSettled.With(name)
	}
	*to, _ = v.(string)
	return nil
}

func setMinDisk(img *registry.Image, v any) (err error) {
	img.MinDisk, err = amount("min_disk", v)
	return err
}

func setMinRAM(img *registry.Image, v any) (err error) {
	img.MinRAM, err = amount("min_ram", v)
	return err
}

// amount is a number of gigabytes or megabytes.
func amount(name string, v any) (int, error) {
	n, err := v.(json.Number).Float64()
	switch {
	case n < 0:
		return 0, wire.ValueNegative.With(repr(v), name)
	case err != nil || n > math.MaxInt32:
		return 0, wire.ValueTooLarge.With(name, math.MaxInt32)
	}
	return int(n), nil
}

func setTags(img *registry.Image, v any) error {
	list := v.([]any)
	if len(list) > maxTags {
		return wire.TooManyTags.With(len(list), maxTags)
	}
	tags := make([]string, len(list))
	for i, tag := range list {
		tags[i] = tag.(string)
		if wide(tags[i]) {
			return wire.TagWide
		}
	}
	slices.Sort(tags)
	img.Tags = slices.Compact(tags)
	return nil
}

// setProperty sets a free property. The image's properties must be its own: see
// ownProperties.
func setProperty(img *registry.Image, name string, v any) error {
	text, ok := v.(string)
	switch {
	case wide(name):
		return wire.PropertyNameWide
	case wide(text):
		return wire.ValueWide.With(titled(name))
	case !ok:
		delete(img.Properties, name) // null, which few properties may be, is as good as none
		return nil
	}
	img.Properties[name] = text
	return nil
}

// ownProperties gives an image properties that may be written to.
func ownProperties(img *registry.Image) {
	img.Properties = maps.Clone(img.Properties)
	if img.Properties == nil {
		img.Properties = make(map[string]string)
	}
}

// wide reports whether a text has a character that takes four bytes in UTF-8.
func wide(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > 0xffff })
}

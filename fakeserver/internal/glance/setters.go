package glance

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The functions that set an attribute. The values fit the image's schema.

func setID(img *registry.Image, v any) error {
	img.ID = v.(string)
	return nil
}

// setOtherID makes a patch be saved to an image that is not there.
func setOtherID(_ *registry.Image, v any) error { return dialect.ImageUnknown.With(v) }

func setName(img *registry.Image, v any) error {
	img.NoName = v == nil
	img.Name, _ = v.(string)
	return nil
}

func setOwner(img *registry.Image, v any) error {
	img.Owner, _ = v.(string)
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
		return dialect.FormatNotQueued.With(name)
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

// amount is a number of gigabytes or megabytes. Of too large a one only that is
// kept: see storable.
func amount(name string, v any) (int, error) {
	n, err := v.(json.Number).Float64()
	switch {
	case n < 0:
		return 0, dialect.ValueNegative.With(pyjson.Repr(v), name)
	case err != nil:
		n = math.Inf(1)
	}
	return int(min(n, math.MaxInt32+1)), nil
}

func setTags(img *registry.Image, v any) error {
	list := v.([]any)
	if len(list) > maxTags {
		return dialect.TagsTooMany.With(len(list), maxTags)
	}
	tags := make([]string, len(list))
	for i, tag := range list {
		tags[i] = tag.(string)
	}
	slices.Sort(tags)
	img.Tags = slices.Compact(tags)
	return nil
}

// setProperty sets a free property. The image's properties must be its own: see
// ownProperties.
func setProperty(img *registry.Image, name string, v any) {
	text, ok := v.(string)
	if !ok {
		delete(img.Properties, name) // null, which few properties may be, is as good as none
		return
	}
	img.Properties[name] = text
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

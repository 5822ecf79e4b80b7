package glance

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The quotas of one image.
const (
	maxTags       = 128
	maxProperties = 128
	maxMembers    = 128
)

// An attribute is a field of an image that is not one of its custom properties,
// or a name that no custom property can have.
type attribute struct {
	name   string
	create access // what a POST may do with it
	update access // what a PATCH may do with it
	set    func(img *registry.Image, v any) error
}

// access is what a client may do with an attribute.
type access uint8

const (
	settable     access = iota // set it, to a value that the schema allows
	property                   // anything: it is a custom property
	ignored                    // set it, without effect
	readOnly                   // nothing
	answerOnly                 // nothing: it is part of answers only
	reserved                   // nothing: Glance keeps the name for itself
	reservedLate               // nothing either, but the rest of the body is checked first
)

// attributes is the table of all attributes. If a body has several errors, the
// answer is that of the attribute that comes first here.
var attributes = []attribute{
	{"tags", settable, settable, setTags},

	{"created_at", readOnly, readOnly, nil},
	{"updated_at", readOnly, readOnly, nil},
	{"status", readOnly, readOnly, nil},
	{"checksum", readOnly, readOnly, nil},
	{"size", readOnly, readOnly, nil},
	{"virtual_size", readOnly, readOnly, nil},
	{"os_hash_algo", ignored, readOnly, nil},
	{"os_hash_value", ignored, readOnly, nil},
	{"locations", reservedLate, reservedLate, nil}, // for which a PATCH has its own rules

	{"id", settable, readOnly, setID},
	{"name", settable, settable, setName},
	{"visibility", settable, settable, setVisibility},
	{"min_disk", settable, settable, setMinDisk},
	{"min_ram", settable, settable, setMinRAM},
	{"protected", settable, settable, setProtected},
	{"owner", settable, settable, setOwner},
	{"disk_format", settable, settable, setDiskFormat},
	{"container_format", settable, settable, setContainerFormat},
	{"os_hidden", settable, settable, setHidden},

	{"direct_url", answerOnly, readOnly, nil},
	{"self", answerOnly, readOnly, nil},
	{"file", answerOnly, readOnly, nil},
	{"schema", answerOnly, readOnly, nil},
	{"stores", answerOnly, property, nil},

	{"location", reserved, reserved, nil},
	{"deleted", reserved, reserved, nil},
	{"deleted_at", reserved, reserved, nil},

	// Glance applies a patch to a Python object that also has these names.
	{"image_id", property, settable, setOtherID},
	{"base", property, ignored, nil},
	{"context", property, ignored, nil},
	{"deactivate", property, ignored, nil},
	{"delete", property, ignored, nil},
	{"extra_properties", property, ignored, nil},
	{"get_data", property, ignored, nil},
	{"helper", property, ignored, nil},
	{"member", property, ignored, nil},
	{"notifier", property, ignored, nil},
	{"reactivate", property, ignored, nil},
	{"repo", property, ignored, nil},
	{"set_data", property, ignored, nil},
}

// reservedPrefix is how the names of Glance's own properties begin.
const reservedPrefix = "os_glance"

// attributeOf returns the row of a name. A custom property has none in the table.
func attributeOf(name string) attribute {
	if i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == name }); i >= 0 {
		return attributes[i]
	}
	if strings.HasPrefix(name, reservedPrefix) {
		return attribute{name: name, create: reserved, update: reserved}
	}
	return attribute{name: name, create: property, update: property}
}

// The functions that set an attribute. The schema has already checked the value.

func setID(img *registry.Image, v any) error {
	img.ID = v.(string)
	return nil
}

// setOtherID makes Glance save the patched image under an id that does not exist.
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

// setFormat sets a format, which cannot change once an image has data.
func setFormat(img *registry.Image, name string, to *string, v any) error {
	if img.Status != scenarios.Queued && img.Status != scenarios.Importing {
		return dialect.FormatNotQueued.With(name)
	}
	*to, _ = v.(string)
	return nil
}

func setMinDisk(img *registry.Image, v any) (err error) {
	img.MinDisk, err = parseAmount("min_disk", v)
	return err
}

func setMinRAM(img *registry.Image, v any) (err error) {
	img.MinRAM, err = parseAmount("min_ram", v)
	return err
}

// parseAmount returns a number of gigabytes or megabytes. One that is too large
// becomes a number that checkStorable refuses.
func parseAmount(name string, v any) (int, error) {
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

// setProperty sets a custom property. ownProperties must have been called for the
// image before.
func setProperty(img *registry.Image, name string, v any) {
	text, ok := v.(string)
	if !ok {
		delete(img.Properties, name) // null, which few properties may be: the property is removed
		return
	}
	img.Properties[name] = text
}

// ownProperties gives an image a copy of its properties, which may be changed.
func ownProperties(img *registry.Image) {
	img.Properties = maps.Clone(img.Properties)
	if img.Properties == nil {
		img.Properties = make(map[string]string)
	}
}

// hasFourByte reports whether a text has a character that takes four bytes in UTF-8.
func hasFourByte(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > 0xffff })
}

// checkStorable returns an error if Glance's database cannot store an image: its
// texts have no four-byte characters, and its numbers have 32 bits. Everything
// else is checked first.
func checkStorable(img *registry.Image) error {
	if hasFourByte(img.Name) {
		return dialect.ValueFourByte.With("Name")
	}
	if hasFourByte(img.Owner) {
		return dialect.ValueFourByte.With("Owner")
	}
	for _, name := range slices.Sorted(maps.Keys(img.Properties)) {
		if hasFourByte(name) {
			return dialect.PropertyNameFourByte
		}
		if hasFourByte(img.Properties[name]) {
			return dialect.ValueFourByte.With(titled(name))
		}
	}
	if img.MinDisk > math.MaxInt32 {
		return dialect.ValueTooLarge.With("min_disk", math.MaxInt32)
	}
	if img.MinRAM > math.MaxInt32 {
		return dialect.ValueTooLarge.With("min_ram", math.MaxInt32)
	}
	if slices.ContainsFunc(img.Tags, hasFourByte) {
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

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

// Quotas of a single image.
const (
	maxTags       = 128
	maxProperties = 128
	maxMembers    = 128
)

// An attribute is what an image has beside its free properties, or a name that
// no free property can have.
type attribute struct {
	name   string
	create access // what a POST may do with it
	update access // what a PATCH may do with it
	set    func(img *registry.Image, v any) error
}

// access is what a client may do with an attribute.
type access uint8

const (
	settable access = iota // set it, to a value that fits the schema
	free                   // as it likes: it is a property
	lost                   // set it, without any effect
	readOnly               // nothing
	outward                // nothing: it is only how an image looks from outside
	reserved               // nothing: Glance keeps the name for itself
	guarded                // nothing: so too, but this is told only when all else is right
)

// attributes is the table of them. Of several errors of a body, that of the
// attribute that stands first is told.
var attributes = []attribute{
	{"tags", settable, settable, setTags},

	{"created_at", readOnly, readOnly, nil},
	{"updated_at", readOnly, readOnly, nil},
	{"status", readOnly, readOnly, nil},
	{"checksum", readOnly, readOnly, nil},
	{"size", readOnly, readOnly, nil},
	{"virtual_size", readOnly, readOnly, nil},
	{"os_hash_algo", lost, readOnly, nil},
	{"os_hash_value", lost, readOnly, nil},
	{"locations", guarded, guarded, nil}, // a PATCH has rules of its own for them

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

	{"direct_url", outward, readOnly, nil},
	{"self", outward, readOnly, nil},
	{"file", outward, readOnly, nil},
	{"schema", outward, readOnly, nil},
	{"stores", outward, free, nil},

	{"location", reserved, reserved, nil},
	{"deleted", reserved, reserved, nil},
	{"deleted_at", reserved, reserved, nil},

	// A patch is applied to an object that has these names too.
	{"image_id", free, settable, setOtherID},
	{"base", free, lost, nil},
	{"context", free, lost, nil},
	{"deactivate", free, lost, nil},
	{"delete", free, lost, nil},
	{"extra_properties", free, lost, nil},
	{"get_data", free, lost, nil},
	{"helper", free, lost, nil},
	{"member", free, lost, nil},
	{"notifier", free, lost, nil},
	{"reactivate", free, lost, nil},
	{"repo", free, lost, nil},
	{"set_data", free, lost, nil},
}

// reservedPrefix begins the names of properties that are Glance's own.
const reservedPrefix = "os_glance"

// attributeOf is the row for a name; of a free property one that says so.
func attributeOf(name string) attribute {
	if i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == name }); i >= 0 {
		return attributes[i]
	}
	if strings.HasPrefix(name, reservedPrefix) {
		return attribute{name: name, create: reserved, update: reserved}
	}
	return attribute{name: name, create: free, update: free}
}

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

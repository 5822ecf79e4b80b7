package glance

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
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

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

	{name: "created_at", create: readOnly, update: readOnly},
	{name: "updated_at", create: readOnly, update: readOnly},
	{name: "status", create: readOnly, update: readOnly},
	{name: "checksum", create: readOnly, update: readOnly},
	{name: "size", create: readOnly, update: readOnly},
	{name: "virtual_size", create: readOnly, update: readOnly},
	{name: "os_hash_algo", create: lost, update: readOnly},
	{name: "os_hash_value", create: lost, update: readOnly},
	{name: "locations", create: guarded, update: guarded}, // a PATCH has rules of its own for them

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

	{name: "direct_url", create: outward, update: readOnly},
	{name: "self", create: outward, update: readOnly},
	{name: "file", create: outward, update: readOnly},
	{name: "schema", create: outward, update: readOnly},
	{name: "stores", create: outward, update: free},

	{name: "location", create: reserved, update: reserved},
	{name: "deleted", create: reserved, update: reserved},
	{name: "deleted_at", create: reserved, update: reserved},

	// A patch is applied to an object that has these names too.
	{"image_id", free, settable, setOtherID},
	{name: "base", create: free, update: lost},
	{name: "context", create: free, update: lost},
	{name: "deactivate", create: free, update: lost},
	{name: "delete", create: free, update: lost},
	{name: "extra_properties", create: free, update: lost},
	{name: "get_data", create: free, update: lost},
	{name: "helper", create: free, update: lost},
	{name: "member", create: free, update: lost},
	{name: "notifier", create: free, update: lost},
	{name: "reactivate", create: free, update: lost},
	{name: "repo", create: free, update: lost},
	{name: "set_data", create: free, update: lost},
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

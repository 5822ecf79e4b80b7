package glance

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The attributes that IMS gives its images follow the vendors' documentation. They
// are properties of the image; Glance itself knows nothing of them.

// cloudImageSchemaText is Glance's schema of an image with the disk formats of IMS.
var cloudImageSchemaText = sync.OnceValue(func() string {
	const last = `"ploop"`
	return strings.Replace(imageSchemaText, last, last+`, "zvhd2", "zvhd"`, 1)
})

// setCloudDefaults gives a new image what IMS assumes of one of which only the name
// is known.
func setCloudDefaults(img *registry.Image) {
	img.DiskFormat, img.ContainerFormat = "zvhd2", "bare"
	img.Visibility = scenarios.Private
}

// The properties of IMS that have a meaning here.
const (
	imageKind    = "__imagetype"
	imageSize    = "__image_size"
	osVersion    = "__os_version"
	environment  = "virtual_env_type"
	forArm       = "__support_arm"
	kindGold     = "gold"    // of the platform
	kindPrivate  = "private" // of the caller's project
	kindShared   = "shared"  // of another project, or of the caller's with members
	otherVersion = "Other Linux(64 bit)"
)

// impliedAttributes has the attributes that every image has for IMS, with their
// values for an image whose properties do not say otherwise.
var impliedAttributes = map[string]func(wire.Caller, *registry.Image) string{
	imageKind:             kindOf,
	imageSize:             sizeOf,
	osVersion:             func(wire.Caller, *registry.Image) string { return otherVersion },
	"__os_type":           func(_ wire.Caller, img *registry.Image) string { return systemOf(img).family },
	"__platform":          func(_ wire.Caller, img *registry.Image) string { return systemOf(img).platform },
	"__os_bit":            bitsOf,
	"__isregistered":      func(wire.Caller, *registry.Image) string { return "true" },
	"__image_source_type": func(wire.Caller, *registry.Image) string { return "uds" },
	environment:           environmentOf,
}

// addCloudAttributes gives a new image the attributes that its client has not set, as
// its owner sees them.
func addCloudAttributes(img *registry.Image) {
	owner := wire.Caller{ProjectID: img.Owner}
	for name, value := range impliedAttributes {
		if _, given := img.Properties[name]; !given {
			img.Properties[name] = value(owner, img)
		}
	}
}

// setCloudSize sets the size that IMS shows as a property, once the image has data.
func setCloudSize(img *registry.Image) {
	ownProperties(img)
	img.Properties[imageSize] = strconv.FormatInt(img.Size, 10)
}

// cloudFilters returns the filters of a query that are about IMS's attributes, which
// every image has, and the rest of the query. Of a parameter that is repeated each
// value will do.
func (a *API) cloudFilters(who wire.Caller, q query) (filters []filter, rest query) {
	rest = slices.Clone(q)
	if !a.Dialect.CloudAttributes {
		return nil, rest
	}
	for _, p := range q {
		implied, ok := impliedAttributes[p.key]
		if !ok {
			continue
		}
		if values := rest.popAll(p.key); len(values) > 0 {
			filters = append(filters, func(img *registry.Image) bool {
				value, ok := img.Properties[p.key]
				if !ok {
					value = implied(who, img)
				}
				return slices.Contains(values, value)
			})
		}
	}
	return filters, rest
}

// architectureFilter selects the images for one of the architectures x86 and arm.
func architectureFilter(kinds []string) filter {
	return func(img *registry.Image) bool {
		if img.Properties[forArm] == "true" {
			return slices.Contains(kinds, "arm")
		}
		return slices.Contains(kinds, "x86")
	}
}

// setCloudSharing makes a private image with members a shared one, and one that has
// lost its last member a private one.
func setCloudSharing(img *registry.Image) {
	_, ofIMS := img.Properties[imageKind]
	switch {
	case len(img.Members) > 0:
		img.Visibility = scenarios.Shared
	case ofIMS:
		img.Visibility = scenarios.Private
	}
	setCloudKind(img)
}

// setCloudKind changes what IMS calls an image that has such a property, after its
// visibility or its members have changed.
func setCloudKind(img *registry.Image) {
	if _, ok := img.Properties[imageKind]; !ok {
		return
	}
	ownProperties(img)
	delete(img.Properties, imageKind)
	img.Properties[imageKind] = kindOf(wire.Caller{ProjectID: img.Owner}, img)
}

// kindOf returns what IMS calls an image: its property of that name, or gold for an
// image of the platform, private for one's own, shared for others and for one's own
// that has members.
func kindOf(who wire.Caller, img *registry.Image) string {
	switch kind, ok := img.Properties[imageKind]; {
	case ok:
		return kind
	case img.Visibility == scenarios.Public:
		return kindGold
	case owns(who, img) && len(img.Members) == 0:
		return kindPrivate
	}
	return kindShared
}

// sizeOf returns the size of an image as IMS writes it: 0 before it has data.
func sizeOf(_ wire.Caller, img *registry.Image) string {
	return strconv.FormatInt(max(img.Size, 0), 10)
}

// environmentOf returns what an image runs on: a virtual machine, unless it is the
// image of a CD.
func environmentOf(_ wire.Caller, img *registry.Image) string {
	if img.DiskFormat == "iso" {
		return "IsoImage"
	}
	return "FusionCompute"
}

// bitsOf returns the width of an image's operating system, which its version names.
func bitsOf(_ wire.Caller, img *registry.Image) string {
	if v := img.Properties[osVersion]; strings.Contains(v, "32bit") || strings.Contains(v, "32 bit") {
		return "32"
	}
	return "64"
}

// A system is an operating system as IMS classifies it.
type system struct {
	prefix   string // of the names of its versions, in lower case
	family   string // __os_type
	platform string // __platform
}

var systems = []system{
	{"windows", "Windows", "Windows"},
	{"ubuntu", "Linux", "Ubuntu"},
	{"redhat", "Linux", "RedHat"},
	{"red hat", "Linux", "RedHat"},
	{"suse", "Linux", "SUSE"},
	{"opensuse", "Linux", "OpenSUSE"},
	{"centos", "Linux", "CentOS"},
	{"debian", "Linux", "Debian"},
	{"oracle linux", "Linux", "Oracle Linux"},
	{"fedora", "Linux", "Fedora"},
	{"coreos", "Linux", "CoreOS"},
	{"euleros", "Linux", "EulerOS"},
	{"other(", "Other", "Other"},
}

// systemOf returns the operating system of an image, which its version names. One
// that IMS does not know is some Linux.
func systemOf(img *registry.Image) system {
	version := strings.ToLower(img.Properties[osVersion])
	for _, s := range systems {
		if strings.HasPrefix(version, s.prefix) {
			return s
		}
	}
	return system{family: "Linux", platform: "Other"}
}

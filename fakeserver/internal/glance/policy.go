package glance

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The rules are those of Glance's own policy since 2023.1, which the recorded
// answers come from: an admin may do all; everybody else acts for a project.

// visible reports whether a caller may see an image at all. What is not visible
// is not found.
func visible(who wire.Caller, img *registry.Image) bool {
	if who.Roles.Has(wire.Admin) {
		return true
	}
	switch img.Visibility {
	case scenarios.Public, scenarios.Community:
		return true
	case scenarios.Shared:
		if _, ok := img.Member(who.ProjectID); ok && who.ProjectID != "" {
			return true
		}
	}
	return owns(who, img)
}

// owns reports whether an image belongs to the caller's project.
func owns(who wire.Caller, img *registry.Image) bool {
	return who.ProjectID != "" && who.ProjectID == img.Owner
}

// mayChange reports whether a caller may change or delete an image it can see.
func mayChange(who wire.Caller, img *registry.Image) bool {
	return who.Roles.Has(wire.Admin) || owns(who, img) && who.Roles.Has(wire.Member)
}

package glance

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
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

// Actions that Glance's policy names and that are no operation of their own.
const (
	modifyImage     = "modify_image"
	publicize       = "publicize_image"
	communitize     = "communitize_image"
	getLocation     = "get_image_location"
	setLocation     = "set_image_location"
	deleteLocations = "delete_image_location"
	accessTasks     = "tasks_api_access"
)

// administers reports whether a caller is an admin as the policies of calls
// about no image mean it: for a project, not for the whole system.
func administers(who wire.Caller) bool { return who.Roles.Has(wire.Admin) && !who.System }

// found reports whether Glance's database shows an image to a caller. Its policy
// has the last word on it: see mayGet.
func found(who wire.Caller, img *registry.Image) bool {
	return visible(who, img) || img.Owner == ""
}

// mayGet reports whether the policy lets a caller see an image that it finds.
func mayGet(who wire.Caller, img *registry.Image) bool {
	if who.System || who.Roles.Has(wire.Admin) {
		return !who.System
	}
	return who.Roles.Has(wire.Reader) && (owns(who, img) || img.Visibility != scenarios.Private)
}

// change says why a caller may not do what only an image's owner may do with it,
// and nil if it may.
func change(who wire.Caller, img *registry.Image, action string) error {
	if mayChange(who, img) && !who.System {
		return nil
	}
	return refused(who, img, action)
}

// refused is the answer to a caller whose action the policy does not allow.
func refused(who wire.Caller, img *registry.Image, action string) error {
	if !mayGet(who, img) {
		return dialect.NoRoute
	}
	return dialect.NotAuthorized.With(action)
}

// show says why a caller may not give an image a visibility. Anybody may hide
// what it may change.
func showTo(who wire.Caller, img *registry.Image, v scenarios.Visibility) error {
	switch {
	case v == scenarios.Public && (who.System || !who.Roles.Has(wire.Admin)):
		return dialect.NotAuthorized.With(publicize)
	case v == scenarios.Community && (who.System || !mayChange(who, img)):
		return dialect.NotAuthorized.With(communitize)
	}
	return nil
}

// adminOnly says why a caller may not do what is for admins alone, and nil if it may.
func adminOnly(c *wire.Call, action string) error {
	if !administers(c.Caller) {
		return dialect.NotAuthorized.With(action)
	}
	return nil
}

package glance

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The rules are those of Glance's default policy since release 2023.1, as
// recorded: an admin may do everything, everybody else acts for a project.

// visible reports whether Glance's database shows an image to a caller.
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

// Actions in Glance's policy that are not operations of their own.
const (
	modifyImage     = "modify_image"
	publicize       = "publicize_image"
	communitize     = "communitize_image"
	getLocation     = "get_image_location"
	setLocation     = "set_image_location"
	deleteLocations = "delete_image_location"
	accessTasks     = "tasks_api_access"
)

// isAdmin reports whether a caller is an admin as the policies mean it of calls
// that are not about one image: for a project, not for the whole system.
func isAdmin(who wire.Caller) bool { return who.Roles.Has(wire.Admin) && !who.System }

// canFind reports whether Glance looks up an image for a caller at all; for
// others there is no such image. The policy then decides: see mayGet.
func canFind(who wire.Caller, img *registry.Image) bool {
	return visible(who, img) || img.Owner == ""
}

// mayGet reports whether the policy lets a caller see an image that it can find.
func mayGet(who wire.Caller, img *registry.Image) bool {
	if who.System || who.Roles.Has(wire.Admin) {
		return !who.System
	}
	return who.Roles.Has(wire.Reader) && (owns(who, img) || img.Visibility != scenarios.Private)
}

// authorizeChange returns an error unless the caller may do with an image what
// only its owner may. action is the name that the policy has for it.
func authorizeChange(who wire.Caller, img *registry.Image, action string) error {
	if mayChange(who, img) && !who.System {
		return nil
	}
	return forbidden(who, img, action)
}

// forbidden returns the error for an action that the policy does not allow.
func forbidden(who wire.Caller, img *registry.Image, action string) error {
	if !mayGet(who, img) {
		return dialect.NoRoute
	}
	return dialect.NotAuthorized.With(action)
}

// authorizeVisibility returns an error unless the caller may give an image this
// visibility. Whoever may change an image may make it private or shared.
func authorizeVisibility(who wire.Caller, img *registry.Image, v scenarios.Visibility) error {
	switch {
	case v == scenarios.Public && (who.System || !who.Roles.Has(wire.Admin)):
		return dialect.NotAuthorized.With(publicize)
	case v == scenarios.Community && (who.System || !mayChange(who, img)):
		return dialect.NotAuthorized.With(communitize)
	}
	return nil
}

// authorizeAdmin returns an error unless the caller is an admin.
func authorizeAdmin(c *wire.Call, action string) error {
	if !isAdmin(c.Caller) {
		return dialect.NotAuthorized.With(action)
	}
	return nil
}

package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var updateHandlers = handlers{
	scenarios.ModifyImage: (*API).ModifyImage,
}

// ModifyImage is PATCH /v2/images/{image_id}, and PATCH /v2/cloudimages/{image_id}. The patch is applied as a whole or
// not at all.
func (a *API) ModifyImage(c *wire.Call) (wire.Reply, error) {
	edits, err := a.parsePatch(c)
	if err != nil {
		return wire.Reply{}, err
	}
	img, err := a.update(c, dialect.ImageUnknown, func(img *registry.Image) error {
		if len(edits) == 0 {
			return nil // changes nothing, not even updated_at, so everybody may do it
		}
		img.UpdatedAt = c.Now
		before := img.Visibility
		if err := applyPatch(c.Caller, img, edits); err != nil {
			return err
		}
		if a.Dialect.CloudAttributes && img.Visibility != before {
			setCloudKind(img)
		}
		return nil
	})
	if err != nil {
		return wire.Reply{}, err
	}
	return imageReply(http.StatusOK, img, c.Caller), nil
}

func applyPatch(who wire.Caller, img *registry.Image, edits []edit) error {
	before := img.Properties
	ownProperties(img)
	for _, e := range edits {
		if err := e.apply(who, img); err != nil {
			return err
		}
	}
	if n := len(img.Properties); n > maxProperties && hasNewName(img.Properties, before) {
		return dialect.PropertiesTooMany.With(n, maxProperties)
	}
	if err := checkStorable(img); err != nil {
		return err
	}
	if !canFind(who, img) {
		return dialect.UpdateInvisible.With(img.ID)
	}
	return nil
}

// hasNewName reports whether properties has a name that before lacks.
func hasNewName(properties, before map[string]string) bool {
	for name := range properties {
		if _, ok := before[name]; !ok {
			return true
		}
	}
	return false
}

func (e edit) apply(who wire.Caller, img *registry.Image) error {
	if e.root() == "locations" {
		return e.applyLocations(who, img)
	}
	attr := attributeOf(e.root())
	if err := e.authorize(who, img); err != nil {
		return err
	}
	_, isProperty := img.Properties[attr.name]
	isAttribute := attr.update != property
	switch {
	case e.op == "remove" && isAttribute:
		return dialect.PropertyNotRemovable.With(attr.name)
	case e.op != "add" && !isAttribute && !isProperty:
		return dialect.PropertyUnknown.With(attr.name)
	case e.op == "add" && e.draft == draft4 && (isAttribute || isProperty):
		return dialect.PropertyPresent.With(attr.name)
	case e.op == "remove":
		delete(img.Properties, attr.name)
		return nil
	case attr.update == settable:
		return attr.set(img, e.value)
	case attr.update == ignored:
		return nil
	}
	setProperty(img, attr.name, e.value)
	return nil
}

// authorize returns an error unless the caller may make the edit. Replacing the
// owner is for admins, but adding one is not: recorded.
func (e edit) authorize(who wire.Caller, img *registry.Image) error {
	if e.root() == "owner" && e.op == "replace" && !who.Roles.Has(wire.Admin) {
		return dialect.OwnerForbidden
	}
	if v, ok := e.value.(string); ok && e.root() == "visibility" {
		if err := authorizeVisibility(who, img, scenarios.Visibility(v)); err != nil {
			return err
		}
	}
	return authorizeChange(who, img, modifyImage)
}

// applyLocations refuses all edits of an image's locations, as Glance does if it
// is configured not to show them.
func (e edit) applyLocations(who wire.Caller, img *registry.Image) error {
	switch list, _ := e.value.([]any); {
	case e.op == "replace" && len(list) == 0:
		return dialect.LocationsEmpty
	case e.op == "remove":
		if who.System || !who.Roles.Has(wire.Admin) {
			return forbidden(who, img, deleteLocations)
		}
		return dialect.LocationsInvisible.With("remove")
	}
	if err := authorizeChange(who, img, setLocation); err != nil {
		return err
	}
	if e.op == "replace" {
		return dialect.LocationsInvisible.With("update")
	}
	return dialect.LocationsInvisible.With("add")
}

package glance

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// maxPropertyName is the maximum length of a property's name, in characters. A
// PATCH does not check it.
const maxPropertyName = 255

var createHandlers = handlers{
	scenarios.AddImage: (*API).AddImage,
}

// AddImage is POST /v2/images.
func (a *API) AddImage(c *wire.Call) (wire.Reply, error) {
	fields, err := a.parseNewImage(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if err := authorizeAdd(c, fields); err != nil {
		return wire.Reply{}, err
	}
	img, err := a.newImage(c, fields)
	if err != nil {
		return wire.Reply{}, err
	}
	if img.ID == "" {
		img.ID = a.Images.NewID(a.Seed)
	}
	if err := a.Images.Add(img); errors.Is(err, registry.ErrExists) {
		return wire.Reply{}, dialect.CreateDuplicate.With(img.ID)
	}
	return imageReply(http.StatusCreated, img, c.Caller).
		Set("Location", c.Base()+"/v2/images/"+img.ID).
		Set("OpenStack-image-store-ids", strings.Join(storeIDs, ",")).
		Set("OpenStack-image-import-methods", strings.Join(importMethods, ",")), nil
}

// parseNewImage returns the body of a POST once it has passed the checks that need
// nothing but the body.
func (a *API) parseNewImage(c *wire.Call) (pyjson.Object, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	fields, ok := body.(pyjson.Object)
	if !ok {
		return nil, dialect.Internal // recorded: a list makes Glance fail
	}
	for _, attr := range attributes {
		if _, ok := fields.Get(attr.name); ok && attr.create == answerOnly {
			return nil, dialect.AttributeReadOnly.With(attr.name)
		}
	}
	if err := a.checkImage(fields); err != nil {
		return nil, err
	}
	for _, f := range fields {
		switch {
		case utf8.RuneCountInString(f.Key) > maxPropertyName:
			return nil, dialect.PropertyNameLong
		case attributeOf(f.Key).create == reserved:
			return nil, dialect.CreateReserved.With(f.Key)
		}
	}
	return fields, nil
}

// authorizeAdd returns an error unless the caller may create this image.
func authorizeAdd(c *wire.Call, fields pyjson.Object) error {
	who := c.Caller
	img := &registry.Image{Owner: who.ProjectID}
	owner, given := fields.Get("owner")
	if given {
		img.Owner, _ = owner.(string)
	}
	if who.System || !mayChange(who, img) {
		if img.Owner != who.ProjectID {
			return dialect.CreateForOther.With(pyjson.Str(owner))
		}
		return dialect.NotAuthorized.With(string(c.Operation))
	}
	visibility, _ := fields.Get("visibility")
	text, _ := visibility.(string)
	return authorizeVisibility(who, img, scenarios.Visibility(text))
}

// newImage returns the image that a POST describes. Its id is empty if the body has
// none.
func (a *API) newImage(c *wire.Call, fields pyjson.Object) (*registry.Image, error) {
	img := &registry.Image{
		NoName: true, Status: scenarios.Queued, Visibility: scenarios.Shared, Owner: c.Caller.ProjectID,
		Size: registry.Null, VirtualSize: registry.Null,
		CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if a.Dialect.CloudAttributes {
		setCloudDefaults(img)
	}
	for _, attr := range attributes {
		v, ok := fields.Get(attr.name)
		if !ok {
			continue
		}
		if err := attr.setNew(img, v); err != nil {
			return nil, err
		}
	}
	if err := setNewProperties(img, fields); err != nil {
		return nil, err
	}
	if a.Dialect.CloudAttributes {
		addCloudAttributes(img)
	}
	return img, checkStorable(img)
}

func (attr attribute) setNew(img *registry.Image, v any) error {
	switch attr.create {
	case settable:
		return attr.set(img, v)
	case readOnly:
		return dialect.AttributeReadOnly.With(attr.name)
	case reservedLate:
		return dialect.AttributeReserved.With(attr.name)
	}
	return nil
}

// setNewProperties sets the custom properties that a POST describes. The quota
// counts ignored attributes too.
func setNewProperties(img *registry.Image, fields pyjson.Object) error {
	ownProperties(img)
	n := 0
	for _, f := range fields {
		access := attributeOf(f.Key).create
		if access == property || access == ignored {
			n++
		}
		if access != property {
			continue
		}
		setProperty(img, f.Key, f.Value)
	}
	if n > maxProperties {
		return dialect.PropertiesTooMany.With(n, maxProperties)
	}
	return nil
}

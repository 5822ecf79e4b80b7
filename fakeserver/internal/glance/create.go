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

// maxPropertyName is how long a property's name may be, in characters. Only a
// POST looks.
const maxPropertyName = 255

var createHandlers = handlers{
	scenarios.AddImage: (*API).AddImage,
}

// AddImage is POST /v2/images.
func (a *API) AddImage(c *wire.Call) (wire.Reply, error) {
	fields, err := newFields(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if err := mayAdd(c, fields); err != nil {
		return wire.Reply{}, err
	}
	img, err := newImage(c, fields)
	if err != nil {
		return wire.Reply{}, err
	}
	if img.ID == "" {
		img.ID = a.Images.NewID(a.Seed)
	}
	if err := a.Images.Add(img); errors.Is(err, registry.ErrExists) {
		return wire.Reply{}, dialect.CreateDuplicate.With(img.ID)
	}
	return imageReply(http.StatusCreated, img).
		Set("Location", c.Base()+"/v2/images/"+img.ID).
		Set("OpenStack-image-store-ids", strings.Join(storeIDs, ",")).
		Set("OpenStack-image-import-methods", strings.Join(importMethods, ",")), nil
}

// newFields is the body of a POST, as far as it can be judged by itself.
func newFields(c *wire.Call) (pyjson.Object, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	fields, ok := body.(pyjson.Object)
	if !ok {
		return nil, dialect.Internal // recorded: what a list makes of a real Glance
	}
	for _, attr := range attributes {
		if _, ok := fields.Get(attr.name); ok && attr.create == outward {
			return nil, dialect.AttributeReadOnly.With(attr.name)
		}
	}
	if err := checkImage(fields); err != nil {
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

// mayAdd says why a caller may not create such an image, and nil if it may.
func mayAdd(c *wire.Call, fields pyjson.Object) error {
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
	return showTo(who, img, scenarios.Visibility(text))
}

// newImage is the image that a POST asks for, without an id if that names none.
func newImage(c *wire.Call, fields pyjson.Object) (*registry.Image, error) {
	img := &registry.Image{
		NoName: true, Status: scenarios.Queued, Visibility: scenarios.Shared, Owner: c.Caller.ProjectID,
		Size: registry.Null, VirtualSize: registry.Null,
		CreatedAt: c.Now, UpdatedAt: c.Now,
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
	return img, storable(img)
}

func (attr attribute) setNew(img *registry.Image, v any) error {
	switch attr.create {
	case settable:
		return attr.set(img, v)
	case readOnly:
		return dialect.AttributeReadOnly.With(attr.name)
	case guarded:
		return dialect.AttributeReserved.With(attr.name)
	}
	return nil
}

// setNewProperties sets the free properties that a POST asks for. Those that
// are lost count too.
func setNewProperties(img *registry.Image, fields pyjson.Object) error {
	ownProperties(img)
	n := 0
	for _, f := range fields {
		access := attributeOf(f.Key).create
		if access == free || access == lost {
			n++
		}
		if access != free {
			continue
		}
		setProperty(img, f.Key, f.Value)
	}
	if n > maxProperties {
		return dialect.PropertiesTooMany.With(n, maxProperties)
	}
	return nil
}

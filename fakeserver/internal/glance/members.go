package glance

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var memberHandlers = handlers{
	scenarios.GetMembers:   (*API).GetMembers,
	scenarios.AddMember:    (*API).AddMember,
	scenarios.GetMember:    (*API).GetMember,
	scenarios.ModifyMember: (*API).ModifyMember,
	scenarios.DeleteMember: (*API).DeleteMember,
}

// AddMember is POST /v2/images/{image_id}/members.
func (a *API) AddMember(c *wire.Call) (wire.Reply, error) {
	name, err := parseMember(c)
	if err != nil {
		return wire.Reply{}, err
	}
	member := registry.Member{Project: pyjson.Str(name), Status: scenarios.MemberPending, CreatedAt: c.Now, UpdatedAt: c.Now}
	img, err := a.changeMembers(c, "create", func(img *registry.Image) error {
		if err := authorizeChange(c.Caller, img, string(c.Operation)); err != nil {
			return err
		}
		if n := len(img.Members) + 1; n > maxMembers {
			return dialect.MembersTooMany.With(img.ID, n, maxMembers)
		}
		if _, ok := img.Member(member.Project); ok {
			return dialect.MemberDuplicate.With(member.Project, img.ID)
		}
		if hasFourByte(member.Project) {
			return dialect.ValueFourByte.With("Member")
		}
		img.Members = append(slices.Clone(img.Members), member)
		return nil
	})
	if err != nil {
		return wire.Reply{}, err
	}
	body := appendMember(nil, img, name, member)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: body}, nil
}

// parseMember returns the project that a POST names: a string, or a number, which
// Glance accepts too.
func parseMember(c *wire.Call) (any, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	fields, ok := body.(pyjson.Object)
	if !ok {
		return nil, dialect.MemberNotObject
	}
	name, ok := fields.Get("member")
	if !ok {
		return nil, dialect.MemberMissing
	}
	switch v := name.(type) {
	case string:
		if v != "" {
			return v, nil
		}
	case json.Number:
		if f, err := v.Float64(); f != 0 || err != nil {
			return v, nil
		}
	}
	if isFalse(name) {
		return nil, dialect.MemberEmpty
	}
	return nil, dialect.Internal // recorded: Glance's database cannot store such a value
}

// isFalse reports whether Python considers a value false. Strings and numbers that
// reach it do count as false.
func isFalse(v any) bool {
	switch v := v.(type) {
	case pyjson.Object:
		return len(v) == 0
	case []any:
		return len(v) == 0
	case bool:
		return !v
	}
	return true
}

// GetMembers is GET /v2/images/{image_id}/members. A member sees only itself.
func (a *API) GetMembers(c *wire.Call) (wire.Reply, error) {
	img, err := a.findShared(c, dialect.MembersListNotShared.With(c.ImageID()))
	if err != nil {
		return wire.Reply{}, err
	}
	b := []byte(`{"members": [`)
	n := 0
	for _, m := range img.Members {
		if !seesMember(c.Caller, img, m.Project) {
			continue
		}
		if n++; n > 1 {
			b = append(b, ", "...)
		}
		b = appendMember(b, img, m.Project, m)
	}
	b = append(b, `], "schema": "/v2/schemas/members"}`...)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: b}, nil
}

// GetMember is GET /v2/images/{image_id}/members/{member_id}.
func (a *API) GetMember(c *wire.Call) (wire.Reply, error) {
	img, err := a.findShared(c, dialect.MembersOnlyShared)
	if err != nil {
		return wire.Reply{}, err
	}
	i, err := findMember(c, img)
	if err != nil {
		return wire.Reply{}, err
	}
	return memberReply(img, img.Members[i]), nil
}

// ModifyMember is PUT /v2/images/{image_id}/members/{member_id}: a member accepts
// or rejects the image.
func (a *API) ModifyMember(c *wire.Call) (wire.Reply, error) {
	status, err := parseMemberStatus(c)
	if err != nil {
		return wire.Reply{}, err
	}
	var member registry.Member
	img, err := a.changeMembers(c, "update", func(img *registry.Image) error {
		i, err := findMember(c, img)
		if err != nil {
			return err
		}
		if !maySetMemberStatus(c.Caller, img) {
			return forbidden(c.Caller, img, string(c.Operation))
		}
		switch status {
		case string(scenarios.MemberPending), string(scenarios.MemberAccepted), string(scenarios.MemberRejected):
		default:
			return dialect.MemberStatusUnknown
		}
		img.Members = slices.Clone(img.Members)
		img.Members[i].Status, img.Members[i].UpdatedAt = scenarios.MemberStatus(status.(string)), c.Now
		member = img.Members[i]
		return nil
	})
	if err != nil {
		return wire.Reply{}, err
	}
	return memberReply(img, member), nil
}

// parseMemberStatus returns the status that a PUT asks for.
func parseMemberStatus(c *wire.Call) (any, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	fields, ok := body.(pyjson.Object)
	if !ok {
		return nil, dialect.MemberStatusNotObject
	}
	status, ok := fields.Get("status")
	if !ok {
		return nil, dialect.MemberStatusMissing
	}
	return status, nil
}

// DeleteMember is DELETE /v2/images/{image_id}/members/{member_id}.
func (a *API) DeleteMember(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	_, err := a.changeMembers(c, "delete", func(img *registry.Image) error {
		i, err := findMember(c, img)
		if err != nil {
			return err
		}
		if err := authorizeChange(c.Caller, img, string(c.Operation)); err != nil {
			return err
		}
		img.Members = slices.Delete(slices.Clone(img.Members), i, i+1)
		return nil
	})
	return wire.Reply{Status: http.StatusNoContent}, err // without a content type: recorded
}

// changeMembers changes the members of an image that can have some. Its updated_at stays as it
// is. verb is for the error message.
func (a *API) changeMembers(c *wire.Call, verb string, edit func(*registry.Image) error) (*registry.Image, error) {
	return a.update(c, dialect.ImageNotFound, func(img *registry.Image) error {
		if !a.canShare(img) {
			return dialect.MembersChangeNotShared.With(verb, img.ID)
		}
		if err := edit(img); err != nil {
			return err
		}
		if a.Dialect.CloudAttributes {
			setCloudSharing(img)
		}
		return nil
	})
}

// canShare reports whether an image can have members. IMS makes a private image a
// shared one with its first member.
func (a *API) canShare(img *registry.Image) bool {
	return img.Visibility == scenarios.Shared || a.Dialect.CloudAttributes && img.Visibility == scenarios.Private
}

// findShared returns the image whose members the caller asks for; notShared is the
// error for an image that cannot have members.
func (a *API) findShared(c *wire.Call, notShared error) (*registry.Image, error) {
	if err := noBody(c); err != nil {
		return nil, err
	}
	img, err := a.find(c, dialect.ImageNotFound)
	switch {
	case err != nil:
		return nil, err
	case !a.canShare(img):
		return nil, notShared
	case !mayGet(c.Caller, img):
		return nil, dialect.NoRoute
	}
	return img, nil
}

// seesMember reports whether a caller may know that a project is among the
// members of an image.
func seesMember(who wire.Caller, img *registry.Image, project string) bool {
	return who.Roles.Has(wire.Admin) || owns(who, img) || project == who.ProjectID
}

// maySetMemberStatus reports whether a caller may set the status of a membership
// that it can see. The member may, the owner may not.
func maySetMemberStatus(who wire.Caller, img *registry.Image) bool {
	return !who.System && (who.Roles.Has(wire.Admin) || who.Roles.Has(wire.Member) && !owns(who, img))
}

// findMember returns the index of the member that a call is about.
func findMember(c *wire.Call, img *registry.Image) (int, error) {
	project := c.Var("member_id")
	i := slices.IndexFunc(img.Members, func(m registry.Member) bool { return m.Project == project })
	switch {
	case !mayGet(c.Caller, img):
		return 0, dialect.NoRoute
	case i < 0 || !seesMember(c.Caller, img, project):
		return 0, dialect.MemberUnknown.With(project, img.ID)
	}
	return i, nil
}

func memberReply(img *registry.Image, m registry.Member) wire.Reply {
	body := appendMember(nil, img, m.Project, m)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: body}
}

// appendMember appends a member as the API shows it. name is the member's id as the
// client wrote it.
func appendMember(b []byte, img *registry.Image, name any, m registry.Member) []byte {
	b = append(b, `{"member_id": `...)
	if number, ok := name.(json.Number); ok {
		b = append(b, number...)
	} else {
		b = appendText(b, m.Project)
	}
	b = appendText(append(b, `, "image_id": `...), img.ID)
	b = appendText(append(b, `, "status": `...), string(m.Status))
	b = appendTime(append(b, `, "created_at": `...), m.CreatedAt)
	b = appendTime(append(b, `, "updated_at": `...), m.UpdatedAt)
	return append(b, `, "schema": "/v2/schemas/member"}`...)
}

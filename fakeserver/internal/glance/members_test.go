package glance_test

import (
	"fmt"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// memberImages returns images of every visibility, some with members.
func memberImages() []*registry.Image {
	var crowd []registry.Member
	for n := range 128 {
		crowd = append(crowd, registry.Member{Project: fmt.Sprint("p", n), Status: "pending"})
	}
	return []*registry.Image{
		{ID: "shared", Members: []registry.Member{
			{Project: "beta", Status: "pending", CreatedAt: now, UpdatedAt: now},
			{Project: "gamma", Status: "accepted", CreatedAt: now, UpdatedAt: now},
			{Project: "alpha", Status: "pending", CreatedAt: now, UpdatedAt: now},
		}},
		{ID: "hers", Owner: "gamma"},
		{ID: "private", Visibility: "private", Members: members("beta", "accepted")},
		{ID: "community", Visibility: "community"},
		{ID: "crowded", Members: crowd},
	}
}

// TestMembers compares with the answers of a real Glance.
func TestMembers(t *testing.T) {
	t.Parallel()
	const (
		add    = scenarios.AddMember
		show   = scenarios.GetMember
		list   = scenarios.GetMembers
		answer = scenarios.ModifyMember
		remove = scenarios.DeleteMember

		noImage  = "404 Image nosuch not found."
		noMember = "404 nosuch not found in the member list of the image shared."
		denied   = "403 You are not authorized to complete "
		form     = `, "image_id": "shared", "status": "pending", "created_at": "2024-06-01T00:00:00Z", "updated_at": "2024-06-01T00:00:00Z", "schema": "/v2/schemas/member"}`
		beta     = `{"member_id": "beta"` + form
		alpha    = `{"member_id": "alpha"` + form
	)
	for _, tt := range []struct {
		who   wire.Caller
		op    scenarios.Operation
		image string
		item  string
		body  string
		want  string // what the answer starts with
	}{
		{alice, add, "shared", "", `{"member": "delta"}`, `200 {"member_id": "delta"` + form},
		{alice, add, "shared", "", `{"member": 5}`, `200 {"member_id": 5` + form},
		{admin, add, "shared", "", `{"member": "delta"}`, "200"},
		{alice, add, "shared", "", `{"member": "beta"}`, "409 Member beta is duplicated for image shared"},
		{alice, add, "shared", "", `{}`, "400 Member to be added not specified"},
		{alice, add, "shared", "", `{"member": ""}`, "400 Member can't be empty"},
		{alice, add, "shared", "", `{"member": 0.0}`, "400 Member can't be empty"},
		{alice, add, "shared", "", `{"member": {}}`, "400 Member can't be empty"},
		{alice, add, "shared", "", `{"member": ["x"]}`, "500"},
		{alice, add, "shared", "", `{"member": "😀"}`, "400 Member can't contain 4 byte unicode characters."},
		{alice, add, "shared", "", `[]`, `400 Expected a member in the form: {"member": "image_id"}`},
		{alice, add, "shared", "", ``, "400 Body expected in request."},
		{alice, add, "nosuch", "", `{"member": "x"}`, noImage},
		{bob, add, "hers", "", `{"member": "x"}`, "404 Image hers not found."},
		{alice, add, "private", "", `{"member": "x"}`, "403 Not allowed to create members for image private."},
		{bob, add, "community", "", `{"member": "x"}`, "403 Not allowed to create members for image community."},
		{bob, add, "shared", "", `{"member": "x"}`, denied + "add_member action."},
		{rita, add, "shared", "", `{"member": "x"}`, denied + "add_member action."},
		{alice, add, "crowded", "", `{"member": "x"}`, "413 Image member limit exceeded for image crowded: The limit has been exceeded on the number of allowed image members for this image. Attempted: 129, Maximum: 128:"},

		{bob, show, "shared", "beta", "", "200 " + beta},
		{rita, show, "shared", "beta", "", "200 " + beta},
		{alice, show, "shared", "nosuch", "", noMember},
		{bob, show, "shared", "gamma", "", "404 gamma not found in the member list of the image shared."},
		{bob, show, "private", "beta", "", "404 Image private not found."},
		{alice, show, "private", "beta", "", "404 Only shared images have members."},
		{alice, show, "shared", "beta", "x", "400 A body is not expected with this request."},

		{bob, list, "shared", "", "", `200 {"members": [` + beta + `], "schema": "/v2/schemas/members"}`},
		{alice, list, "shared", "", "", `200 {"members": [` + beta + `, {"member_id": "gamma"`},
		{admin, list, "shared", "", "", `200 {"members": [` + beta + `, {"member_id": "gamma"`},
		{alice, list, "nosuch", "", "", noImage},
		{bob, list, "hers", "", "", "404 Image hers not found."},
		{alice, list, "private", "", "", "403 Not allowed to list members for image private: Only shared images have members."},
		{bob, list, "community", "", "", "403 Not allowed to list members for image community: Only shared images have members."},

		{bob, answer, "shared", "beta", `{"status": "accepted"}`, `200 {"member_id": "beta", "image_id": "shared", "status": "accepted"`},
		{bob, answer, "shared", "beta", `{"status": "pending"}`, "200 " + beta},
		{admin, answer, "shared", "gamma", `{"status": "rejected"}`, `200 {"member_id": "gamma", "image_id": "shared", "status": "rejected"`},
		{bob, answer, "shared", "beta", `{"status": "nosuch"}`, `400 Incorrect request: Status must be "pending", "accepted" or "rejected".`},
		{bob, answer, "shared", "beta", `{"status": ["accepted"]}`, `400 Incorrect request: Status must be`},
		{bob, answer, "shared", "beta", `{}`, "400 Status not specified"},
		{bob, answer, "shared", "beta", `[]`, `400 Expected a status in the form: {"status": "status"}`},
		{alice, answer, "shared", "beta", `{"status": "accepted"}`, denied + "modify_member action."},
		{alice, answer, "shared", "alpha", `{"status": "accepted"}`, denied + "modify_member action."},
		{alice, answer, "shared", "nosuch", `{"status": "nosuch"}`, noMember},
		{bob, answer, "shared", "gamma", `{"status": "accepted"}`, "404 gamma not found in the member list of the image shared."},
		{alice, answer, "private", "beta", `{"status": "accepted"}`, "403 Not allowed to update members for image private."},
		{bob, answer, "nosuch", "beta", `{"status": "accepted"}`, noImage},

		{alice, remove, "shared", "beta", "", "204"},
		{admin, remove, "shared", "gamma", "", "204"},
		{bob, remove, "shared", "beta", "", denied + "delete_member action."},
		{rita, remove, "shared", "beta", "", denied + "delete_member action."},
		{bob, remove, "shared", "gamma", "", "404 gamma not found in the member list of the image shared."},
		{alice, remove, "shared", "nosuch", "", noMember},
		{alice, remove, "private", "beta", "", "403 Not allowed to delete members for image private."},
		{alice, remove, "nosuch", "beta", "", noImage},
	} {
		api := newAPI(memberImages()...)
		got := oneLine(call{who: tt.who, op: tt.op, image: tt.image, item: tt.item, body: tt.body}.send(api))
		check(t, got, tt.want)
		if img, ok := api.Images.Get(tt.image); ok && !img.UpdatedAt.Equal(img.CreatedAt) {
			t.Errorf("%s of %s changed updated_at", tt.op, tt.image)
		}
	}
}

// TestMembership follows a membership from its creation to its deletion.
func TestMembership(t *testing.T) {
	t.Parallel()
	api := newAPI(&registry.Image{ID: "image"})
	send := func(who wire.Caller, op scenarios.Operation, item, body, want string) {
		t.Helper()
		check(t, oneLine(call{who: who, op: op, image: "image", item: item, kind: patch21, body: body}.send(api)), want)
	}
	send(bob, scenarios.GetMembers, "", "", "404")
	send(alice, scenarios.AddMember, "", `{"member": "beta"}`, "200")
	send(bob, scenarios.ModifyMember, "beta", `{"status": "accepted"}`, "200")
	send(bob, scenarios.GetMember, "beta", "", `200 {"member_id": "beta", "image_id": "image", "status": "accepted"`)

	// An image that becomes private and then shared again still has its members.
	send(alice, scenarios.ModifyImage, "", `[{"op": "replace", "path": "/visibility", "value": "private"}]`, "200")
	send(bob, scenarios.GetMember, "beta", "", "404 Image image not found.")
	send(alice, scenarios.ModifyImage, "", `[{"op": "replace", "path": "/visibility", "value": "shared"}]`, "200")
	send(bob, scenarios.GetMember, "beta", "", "200")

	send(alice, scenarios.DeleteMember, "beta", "", "204")
	send(alice, scenarios.DeleteMember, "beta", "", "404")
	send(bob, scenarios.GetMember, "beta", "", "404")
}

package glance_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A call is a request for one operation.
type call struct {
	who   wire.Caller
	op    scenarios.Operation
	image string // id of the image
	item  string // the member or the tag
	kind  string // content type
	body  string
}

// operations are the operations that a call can be for, with their HTTP methods and
// handlers.
var operations = map[scenarios.Operation]struct {
	method string
	do     func(*glance.API, *wire.Call) (wire.Reply, error)
}{
	scenarios.AddImage:       {"POST", (*glance.API).AddImage},
	scenarios.ModifyImage:    {"PATCH", (*glance.API).ModifyImage},
	scenarios.DeleteImage:    {"DELETE", (*glance.API).DeleteImage},
	scenarios.AddMember:      {"POST", (*glance.API).AddMember},
	scenarios.GetMember:      {"GET", (*glance.API).GetMember},
	scenarios.GetMembers:     {"GET", (*glance.API).GetMembers},
	scenarios.ModifyMember:   {"PUT", (*glance.API).ModifyMember},
	scenarios.DeleteMember:   {"DELETE", (*glance.API).DeleteMember},
	scenarios.AddImageTag:    {"PUT", (*glance.API).AddTag},
	scenarios.DeleteImageTag: {"DELETE", (*glance.API).DeleteTag},
}

func (a call) send(api *glance.API) (wire.Reply, error) {
	op := operations[a.op]
	req := httptest.NewRequest(op.method, "http://cloud.example:9292/v2/images", strings.NewReader(a.body))
	if a.body == "" {
		req.ContentLength = 0
	}
	if a.kind != "" {
		req.Header.Set("Content-Type", a.kind)
	}
	c := &wire.Call{Request: req, Address: wire.AddressOf(req), Operation: a.op, Caller: a.who, Now: now, Body: []byte(a.body)}
	c.Vars[0].Name, c.Vars[0].Value = "image_id", a.image
	c.Vars[1].Name, c.Vars[1].Value = "member_id", a.item
	if a.op == scenarios.AddImageTag || a.op == scenarios.DeleteImageTag {
		c.Vars[1].Name = "tag"
	}
	return op.do(api, c)
}

// oneLine returns an answer as one line: its status, and its body or the message of
// its error. A long message is cut after its first paragraph.
func oneLine(rep wire.Reply, err error) string {
	if err == nil {
		return strings.TrimSpace(fmt.Sprint(rep.Status, " ", string(rep.Body)))
	}
	message, _, _ := strings.Cut(err.Error(), "\n\n")
	return fmt.Sprint(problemOf(err).Status, " ", message)
}

// problemOf returns the row of the table of errors that an error belongs to, or an
// empty row if there is none.
func problemOf(err error) *dialect.Problem {
	var e *dialect.Error
	var p *dialect.Problem
	switch {
	case errors.As(err, &e):
		return e.Problem
	case errors.As(err, &p):
		return p
	}
	return &dialect.Problem{}
}

// newAPI returns an API with these images, after it has set their missing attributes.
// Each image's name is its id.
func newAPI(images ...*registry.Image) *glance.API {
	for _, img := range images {
		img.Name = img.ID
		img.Owner = cmp.Or(img.Owner, "alpha")
		img.Status = cmp.Or(img.Status, "queued")
		img.Visibility = cmp.Or(img.Visibility, "shared")
		img.Size, img.VirtualSize = registry.Null, registry.Null
		img.CreatedAt = now.AddDate(0, -1, 0)
		img.UpdatedAt = img.CreatedAt
	}
	return &glance.API{Dialect: dialect.Of(scenarios.Glance), Images: registry.New(images), Seed: 1}
}

// getImage returns an image of an API.
func getImage(t testing.TB, api *glance.API, id string) *registry.Image {
	t.Helper()
	img, ok := api.Images.Get(id)
	if !ok {
		t.Fatalf("there is no image %s", id)
	}
	return img
}

// check reports an error unless the answer starts with want and contains all parts.
func check(t testing.TB, got, want string, parts ...string) {
	t.Helper()
	if !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, part := range parts {
		if part != "" && !strings.Contains(got, part) {
			t.Errorf("got  %s\nwant it to contain %s", got, part)
		}
	}
}

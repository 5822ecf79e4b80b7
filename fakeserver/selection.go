package fakeserver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Selection is some of a server's requests. What a client sends by the way, such
// as signing in, then is nothing that a test has to know:
//
//	srv.OnlyOperations(scenarios.DeleteImage).CheckRequests(t, "DELETE * 503", "DELETE * 204")
//
// What selects nothing by mistake, such as an operation that does not exist, or the
// name of an image where its id is wanted, is an error of CheckRequests and
// WaitRequests; Requests panics.
type Selection struct {
	sandbox *sandbox.Sandbox
	filter  journal.Filter
	mistake error // nil: none
}

// OnlyOperations selects the requests of the operations; without any, those of
// the image API about images: no calls to Keystone, and none that ask for versions,
// schemas or the server's health.
func (b *box) OnlyOperations(ops ...scenarios.Operation) *Selection {
	if len(ops) == 0 {
		ops = imageOperations()
	}
	sel := &Selection{sandbox: b.sandbox, filter: journal.Filter{Operations: slices.Clone(ops)}}
	for _, op := range ops {
		sel.mistake = cmp.Or(sel.mistake, op.Validate())
	}
	return sel
}

// imageOperations are the operations on images, their tasks and their copies:
// what is below /v2, but for what a client finds out there about the service.
func imageOperations() []scenarios.Operation {
	var ops []scenarios.Operation
	for _, e := range scenarios.Endpoints() {
		about, below := strings.CutPrefix(e.Path, "/v2/")
		if below && !strings.HasPrefix(about, "schemas/") && !strings.HasPrefix(about, "info/") {
			ops = append(ops, e.Operation)
		}
	}
	return ops
}

// OnlyImage selects the requests about the image with the id.
func (b *box) OnlyImage(id string) *Selection {
	return b.everything().OnlyImage(id)
}

func (b *box) everything() *Selection { return &Selection{sandbox: b.sandbox} }

// OnlyImage selects of these requests the ones about the image with the id.
func (sel *Selection) OnlyImage(id string) *Selection {
	narrow := *sel
	narrow.filter.Image = id
	narrow.mistake = cmp.Or(sel.mistake, sel.sandbox.WantID(id), aboutImages(sel.filter.Operations))
	return &narrow
}

// Requests are the selected requests, as [Server.Requests] has them.
func (sel *Selection) Requests() []Request {
	if sel.mistake != nil {
		panic("fakeserver: the requests cannot be selected: " + sel.mistake.Error())
	}
	records := sel.sandbox.Requests(sel.filter)
	requests := make([]Request, len(records))
	for i := range records {
		requests[i] = newRequest(&records[i])
	}
	return requests
}

// WaitRequests returns once the answers of n of the selected requests are known,
// or with the context's error. See [Server.WaitRequests]. Requests that the
// journal has dropped do not count.
func (sel *Selection) WaitRequests(ctx context.Context, n int) error {
	if sel.mistake != nil {
		return sel.mistake
	}
	return sel.sandbox.WaitRequests(ctx, n, sel.filter)
}

// CheckRequests is [Server.CheckRequests] of the selected requests.
func (sel *Selection) CheckRequests(t TB, want ...string) {
	t.Helper()
	if sel.mistake != nil {
		t.Errorf("the requests cannot be checked: %v", sel.mistake)
		return
	}
	if problem := sel.sandbox.CheckRequests(sel.filter, want); problem != "" {
		t.Errorf("%s", problem)
	}
}

// aboutImages is an error if none of the operations is about one image, so that no
// request of theirs has an image's id.
func aboutImages(ops []scenarios.Operation) error {
	for _, op := range ops {
		if op.HasImage() {
			return nil
		}
	}
	if len(ops) == 0 {
		return nil
	}
	return fmt.Errorf("%s is not about one image", ops[0])
}

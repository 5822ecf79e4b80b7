package fakeserver

import (
	"context"
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
}

// OnlyOperations selects the requests of the operations; without any, those of
// the image API about images: no calls to Keystone, and none that ask for versions,
// schemas or the server's health.
func (b *box) OnlyOperations(ops ...scenarios.Operation) *Selection {
	if len(ops) == 0 {
		ops = imageOperations()
	}
	return &Selection{b.sandbox, journal.Filter{Operations: slices.Clone(ops)}}
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
	return &narrow
}

// Requests are the selected requests, as [Server.Requests] has them.
func (sel *Selection) Requests() []Request {
	if err := sel.sandbox.CheckFilter(sel.filter); err != nil {
		panic("fakeserver: the requests cannot be selected: " + err.Error())
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
	if err := sel.sandbox.CheckFilter(sel.filter); err != nil {
		return err
	}
	return sel.sandbox.WaitRequests(ctx, n, sel.filter)
}

// CheckRequests is [Server.CheckRequests] of the selected requests.
func (sel *Selection) CheckRequests(t TB, want ...string) {
	t.Helper()
	if problem := sel.sandbox.CheckRequests(sel.filter, want); problem != "" {
		t.Errorf("%s", problem)
	}
}

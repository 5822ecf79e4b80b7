package keystone

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// TestHandlers compares the handlers with the endpoints of the identity API: each
// endpoint has a handler, and each operation exactly one.
func TestHandlers(t *testing.T) {
	t.Parallel()
	endpoints := make(map[scenarios.Operation]bool)
	for _, e := range scenarios.Endpoints() {
		if !strings.HasPrefix(e.Path, "/identity") {
			continue
		}
		endpoints[e.Operation] = true
		if HandlerOf(e.Operation) == nil {
			t.Errorf("%s %s (%s) has no handler", e.Method, e.Path, e.Operation)
		}
	}
	seen := make(map[scenarios.Operation]bool)
	for _, chapter := range chapters {
		for op := range chapter {
			if !endpoints[op] {
				t.Errorf("the handler of %s has no endpoint", op)
			}
			if seen[op] {
				t.Errorf("%s has two handlers", op)
			}
			seen[op] = true
		}
	}
	if op := scenarios.DeleteImage; HandlerOf(op) != nil {
		t.Errorf("%s has a handler here", op)
	}
}

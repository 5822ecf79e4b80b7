package fakeserver_test

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestIdentityHandlers compares the handlers of the identity API with its
// endpoints: neither has something that the other lacks.
func TestIdentityHandlers(t *testing.T) {
	t.Parallel()
	endpoints := make(map[scenarios.Operation]bool)
	for _, e := range scenarios.Endpoints() {
		if !strings.HasPrefix(e.Path, "/identity") {
			continue
		}
		endpoints[e.Operation] = true
		if keystone.Handlers[e.Operation] == nil {
			t.Errorf("%s %s (%s) has no handler", e.Method, e.Path, e.Operation)
		}
	}
	for op := range keystone.Handlers {
		if !endpoints[op] {
			t.Errorf("the handler of %s has no endpoint", op)
		}
	}
}

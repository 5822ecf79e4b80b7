package ids_test

import (
	"regexp"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
)

func TestUUID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := make(map[string]bool)
	for seed := range uint64(3) {
		for _, kind := range []ids.Kind{ids.Image, ids.Request, ids.Task} {
			for n := range uint64(1000) {
				id := ids.UUID(seed, kind, n)
				if !form.MatchString(id) {
					t.Fatalf("UUID(%d, %d, %d) = %q is no version 4 UUID", seed, kind, n, id)
				}
				if seen[id] {
					t.Fatalf("UUID(%d, %d, %d) = %q came before", seed, kind, n, id)
				}
				seen[id] = true
			}
		}
	}
	if a, b := ids.UUID(7, ids.Image, 1), ids.UUID(7, ids.Image, 1); a != b {
		t.Errorf("the same arguments gave %q and %q", a, b)
	}
}

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
					t.Fatalf("UUID(%d, %d, %d) = %q, which is not a version 4 UUID", seed, kind, n, id)
				}
				if seen[id] {
					t.Fatalf("UUID(%d, %d, %d) = %q, which other arguments gave before", seed, kind, n, id)
				}
				seen[id] = true
			}
		}
	}
}

// Users write identifiers into their tests, so these must not change from one version
// to the next.
func TestUUIDIsStable(t *testing.T) {
	t.Parallel()
	if got, want := ids.UUID(7, ids.Image, 1), "e038e4c6-7100-4b47-9a28-a0de1f27af41"; got != want {
		t.Errorf("UUID(7, Image, 1) = %q, want %q", got, want)
	}
}

// The first outputs of the reference implementation of SplitMix64 with seed 0,
// whose state grows by the constant that Mix adds.
func TestMix(t *testing.T) {
	t.Parallel()
	state := uint64(0)
	for i, want := range []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f} {
		if got := ids.Mix(state); got != want {
			t.Errorf("output %d is %#x, want %#x", i+1, got, want)
		}
		state += 0x9e3779b97f4a7c15
	}
}

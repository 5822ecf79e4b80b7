package registry_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Work is done once when it is due, in the order of time, and changes images by the
// rules of Update.
func TestAfter(t *testing.T) {
	t.Parallel()
	r := registry.New([]*registry.Image{{ID: "a", Status: scenarios.Saving}, {ID: "gone", Status: scenarios.Saving}})
	var now atomic.Int64
	r.Clock = func() time.Time { return time.Unix(now.Load(), 0) }
	if err := r.Delete("gone", r.Clock(), nil, func(*registry.Image) error { return nil }); err != nil {
		t.Fatal(err)
	}
	var order []int
	become := func(n int, id string, status scenarios.Status, want error) func(registry.Update) {
		return func(update registry.Update) {
			order = append(order, n)
			_, err := update(id, func(img *registry.Image) error { img.Status = status; return nil })
			if transition := new(registry.TransitionError); errors.As(err, &transition) {
				err = errIllegal
			}
			if !errors.Is(err, want) {
				t.Errorf("%d: changing %s returns %v, want %v", n, id, err, want)
			}
		}
	}
	r.After(time.Unix(30, 0), become(4, "a", scenarios.Killed, errIllegal))
	r.After(time.Unix(10, 0), become(1, "gone", scenarios.Active, registry.ErrUnknown))
	r.After(time.Unix(20, 0), become(2, "a", scenarios.Active, nil))
	r.After(time.Unix(20, 0), become(3, "a", scenarios.Deactivated, nil))
	for _, test := range []struct {
		now    int64
		order  []int
		status scenarios.Status
	}{
		{9, nil, scenarios.Saving},
		{10, []int{1}, scenarios.Saving},
		{25, []int{1, 2, 3}, scenarios.Deactivated},
		{30, []int{1, 2, 3, 4}, scenarios.Deactivated},
		{99, []int{1, 2, 3, 4}, scenarios.Deactivated},
	} {
		now.Store(test.now)
		img, _ := r.Get("a")
		if img.Status != test.status || !slices.Equal(order, test.order) {
			t.Errorf("at %d: the image is %s after %v, want %s after %v", test.now, img.Status, order, test.status, test.order)
		}
	}
}

var errIllegal = errors.New("an illegal change of status")

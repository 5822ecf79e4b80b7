package registry_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// importing returns a registry of queued images by these names, which are their
// ids too, each of them in an import that takes so long. Completed has the images
// whose imports are complete, in order. Now is the time on its clock.
func importing(t *testing.T, takes map[string]time.Duration) (r *registry.Registry, completed func() []string, now *atomic.Int64) {
	t.Helper()
	var images []*registry.Image
	for id := range takes {
		images = append(images, &registry.Image{ID: id, Status: scenarios.Queued})
	}
	now = new(atomic.Int64)
	r = registry.New(images)
	r.Clock = func() time.Time { return time.Unix(0, now.Load()) }
	var mu sync.Mutex
	var done []string
	for id, d := range takes {
		_, err := r.Update(id, func(img *registry.Image) error {
			img.Status = scenarios.Importing
			img.Import = &registry.Import{Due: time.Unix(0, int64(d)), Finish: func(img *registry.Image) {
				img.Status = scenarios.Active
				mu.Lock()
				done = append(done, id)
				mu.Unlock()
			}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return r, func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(done) }, now
}

// Whatever looks first at the images completes what is due, in the order of time.
func TestImportsAreCompletedWhenLookedAt(t *testing.T) {
	t.Parallel()
	looks := map[string]func(*registry.Registry){
		"Get":    func(r *registry.Registry) { r.Get("other") },
		"Show":   func(r *registry.Registry) { r.Show("other", scenarios.GetImage, time.Time{}) },
		"All":    func(r *registry.Registry) { r.All() },
		"List":   func(r *registry.Registry) { _, _ = r.List(registry.Query{Limit: 1}) },
		"Update": func(r *registry.Registry) { _, _ = r.Update("other", func(*registry.Image) error { return nil }) },
		"Delete": func(r *registry.Registry) {
			_ = r.Delete("other", time.Time{}, nil, func(*registry.Image) error { return nil })
		},
	}
	for name, look := range looks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, completed, now := importing(t, map[string]time.Duration{"c": 3, "a": 1, "d": 4, "b": 2})
			for _, step := range []struct {
				at   int64
				want []string
			}{{0, nil}, {1, []string{"a"}}, {3, []string{"a", "b", "c"}}, {9, []string{"a", "b", "c", "d"}}} {
				now.Store(step.at)
				look(r)
				if got := completed(); !slices.Equal(got, step.want) {
					t.Errorf("at %d: completed %v, want %v", step.at, got, step.want)
				}
			}
			for _, img := range r.All() {
				if img.Status != scenarios.Active || img.Import != nil {
					t.Errorf("image %s is %s", img.ID, img.Status)
				}
			}
		})
	}
}

// An image that is deleted, or in another import by then, is left alone.
func TestImportsThatAreOver(t *testing.T) {
	t.Parallel()
	r, completed, now := importing(t, map[string]time.Duration{"deleted": 1, "again": 1})
	if err := r.Delete("deleted", time.Time{}, nil, func(*registry.Image) error { return nil }); err != nil {
		t.Fatal(err)
	}
	_, err := r.Update("again", func(img *registry.Image) error {
		img.Import = &registry.Import{Due: time.Unix(0, 5), Finish: func(img *registry.Image) { img.Status = scenarios.Queued }}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range []scenarios.Status{1: scenarios.Importing, 4: scenarios.Importing, 5: scenarios.Queued} {
		now.Store(int64(at))
		if img, _ := r.Get("again"); want != "" && img.Status != want {
			t.Errorf("at %d: the image is %s, want %s", at, img.Status, want)
		}
	}
	if got := completed(); len(got) > 0 {
		t.Errorf("completed %v, want nothing", got)
	}
}

// However many look at once, an import is completed once, and nobody sees the
// image as it was when others have seen it complete.
func TestImportsAreCompletedOnce(t *testing.T) {
	t.Parallel()
	for range 100 {
		r, completed, now := importing(t, map[string]time.Duration{"a": 1, "b": 1})
		var all sync.WaitGroup
		now.Store(1)
		for i := range 20 {
			all.Add(1)
			go func() {
				defer all.Done()
				if i%2 == 0 {
					_, _ = r.Update("a", func(img *registry.Image) error { img.Name = "changed"; return nil })
				}
				if img, _ := r.Get("a"); img.Status != scenarios.Active {
					t.Errorf("the image is %s", img.Status)
				}
			}()
		}
		all.Wait()
		if got := completed(); len(got) != 2 {
			t.Fatalf("completed %v, want each import once", got)
		}
	}
}

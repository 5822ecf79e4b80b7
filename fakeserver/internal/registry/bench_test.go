package registry_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

var sizes = []int{1, 1_000, 100_000, 1_000_000}

func seeded(b *testing.B, n int) ([]*registry.Image, *registry.Registry) {
	b.Helper()
	images, err := registry.Seed([]scenarios.Image{{Name: "image-{n}", Count: n}}, 1, start)
	if err != nil {
		b.Fatal(err)
	}
	return images, registry.New(images)
}

// BenchmarkDelete deletes images and adds a new one for each. The time includes adding
// and compaction.
func BenchmarkDelete(b *testing.B) {
	for name, stay := range map[string]*scenarios.Linger{"deleted": nil, "lingering": {For: time.Hour}} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/images=%d", name, n), func(b *testing.B) {
				images, reg := seeded(b, n)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					old := images[i%n]
					if err := reg.Delete(old.ID, start, always(stay), allowed); err != nil {
						b.Fatal(err)
					}
					img := *old
					img.ID, img.CreatedAt = ids.UUID(2, ids.Image, uint64(i)), start.Add(time.Duration(i))
					if err := reg.Add(&img); err != nil {
						b.Fatal(err)
					}
					images[i%n] = &img
				}
			})
		}
	}
}

// BenchmarkSeed measures how long it takes to create many images.
func BenchmarkSeed(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("images=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				seeded(b, n)
			}
		})
	}
}

package glance_test

import (
	"fmt"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// BenchmarkList lists a page of 25 images, out of a growing number of images.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{1, 1_000, 100_000, 1_000_000} {
		images, err := registry.Seed([]scenarios.Image{{Name: "image-{n}", Owner: "alpha", Count: n}}, 1, now)
		if err != nil {
			b.Fatal(err)
		}
		caller := alice
		caller.ProjectID = images[0].Owner
		api := &glance.API{Dialect: dialect.Of(scenarios.Glance), Images: registry.New(images)}
		for _, q := range []struct{ name, query string }{
			{"default", ""},
			{"marker", "marker=" + images[n/2].ID},
			{"sort", "sort=name:asc"},
			{"name", "name=image-1"},
		} {
			b.Run(fmt.Sprintf("%s/images=%d", q.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := list(api, caller, q.query); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package registry_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

var start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// three returns the images a, b and c, created an hour apart.
func three() []*registry.Image {
	var images []*registry.Image
	for i, id := range []string{"a", "b", "c"} {
		at := start.Add(time.Duration(i) * time.Hour)
		images = append(images, &registry.Image{
			ID: id, Name: string('z' - rune(i)), Status: scenarios.Active, CreatedAt: at, UpdatedAt: at,
		})
	}
	return images
}

func allowed(*registry.Image) error { return nil }

// names joins the ids of the images, which are one letter each.
func names(images []*registry.Image) string {
	var ids string
	for _, img := range images {
		ids += img.ID
	}
	return ids
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		delete string
		query  registry.Query
		want   string
		err    error
	}{
		{name: "newest first", query: registry.Query{Limit: -1}, want: "cba"},
		{name: "oldest first", query: registry.Query{Limit: -1, Oldest: true}, want: "abc"},
		{name: "in another order", query: registry.Query{Limit: -1, Order: byName}, want: "cba"},
		{name: "limited", query: registry.Query{Limit: 2}, want: "cb"},
		{name: "limited to zero", query: registry.Query{}, want: ""},
		{name: "after a marker", query: registry.Query{Limit: -1, Marker: "b"}, want: "a"},
		{name: "oldest after a marker", query: registry.Query{Limit: -1, Marker: "b", Oldest: true}, want: "c"},
		{name: "unknown marker", query: registry.Query{Limit: -1, Marker: "d"}, err: registry.ErrUnknown},
		{name: "unknown marker of an empty page", query: registry.Query{Marker: "d"}, err: registry.ErrUnknown},
		{name: "deleted marker", delete: "b", query: registry.Query{Limit: -1, Marker: "b"}, err: registry.ErrUnknown},
		{
			name: "deleted marker that is allowed", delete: "b",
			query: registry.Query{Limit: -1, Marker: "b", MayMark: func(_ *registry.Image, deleted bool) bool { return deleted }},
			want:  "a",
		},
		{
			name:  "marker that does not match",
			query: registry.Query{Limit: -1, Marker: "b", Match: func(img *registry.Image) bool { return img.ID != "b" }},
			want:  "a",
		},
		{
			name: "after the marker by the query's Past",
			query: registry.Query{
				Limit: -1, Marker: "b", Order: byName, Past: func(a, b *registry.Image) int { return -byName(a, b) },
			},
			want: "c",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reg := registry.New(three())
			if tt.delete != "" {
				if err := reg.Delete(tt.delete, start, nil, allowed); err != nil {
					t.Fatal(err)
				}
			}
			got, err := reg.List(tt.query)
			if names(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("List: %q, %v; want %q, %v", names(got), err, tt.want, tt.err)
			}
		})
	}
}

func TestDeleteRejected(t *testing.T) {
	t.Parallel()
	reg, no := registry.New(three()), errors.New("no")
	if err := reg.Delete("a", start, nil, func(*registry.Image) error { return no }); !errors.Is(err, no) {
		t.Errorf("Delete: %v, want the error of the check", err)
	}
	if _, ok := reg.Get("a"); !ok {
		t.Error("the image was deleted although the check failed")
	}
}

func TestUpdateRejectsStatus(t *testing.T) {
	t.Parallel()
	reg := registry.New(three())
	_, err := reg.Update("a", func(img *registry.Image) error {
		img.Status = scenarios.Queued
		return nil
	})
	var transition *registry.TransitionError
	if !errors.As(err, &transition) || transition.From != scenarios.Active || transition.To != scenarios.Queued {
		t.Errorf("Update: %v, want a TransitionError from active to queued", err)
	}
	if img, _ := reg.Get("a"); img.Status != scenarios.Active {
		t.Errorf("the image is %s after a rejected update", img.Status)
	}
}

func TestUpdateKeepsIDAndAge(t *testing.T) {
	t.Parallel()
	reg := registry.New(three())
	img, err := reg.Update("a", func(img *registry.Image) error {
		img.ID, img.CreatedAt = "d", start.Add(time.Hour*99)
		return nil
	})
	if err != nil || img.ID != "a" || !img.CreatedAt.Equal(start) {
		t.Errorf("Update: %+v, %v; want the old id and creation time", img, err)
	}
}

// always returns a function that returns stay.
func always(stay *scenarios.Linger) func() *scenarios.Linger {
	return func() *scenarios.Linger { return stay }
}

func TestLingerWhere(t *testing.T) {
	t.Parallel()
	for _, in := range []scenarios.Operation{scenarios.GetImage, scenarios.GetImages} {
		reg := registry.New(three())
		stay := &scenarios.Linger{For: time.Minute, In: []scenarios.Operation{in}}
		if err := reg.Delete("b", start, always(stay), allowed); err != nil {
			t.Fatal(err)
		}
		if _, ok := reg.Show("b", scenarios.GetImage, start); ok != (in == scenarios.GetImage) {
			t.Errorf("lingering in %s: shown by get_image: %v", in, ok)
		}
		page, err := reg.List(registry.Query{Limit: -1, Now: start})
		if listed := slices.ContainsFunc(page, func(img *registry.Image) bool { return img.ID == "b" }); err != nil || listed != (in == scenarios.GetImages) {
			t.Errorf("lingering in %s: shown by get_images: %v, %v", in, listed, err)
		}
	}
}

func TestNewRejectsDuplicates(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("New accepted two images with the same id")
		}
	}()
	registry.New(append(three(), three()[0]))
}

func TestSeed(t *testing.T) {
	t.Parallel()
	in := []scenarios.Image{
		{Name: "n{n}", Count: 3, Tags: []string{"b", "a", "b"}, Members: []scenarios.Member{{Project: "p"}}},
		{ID: "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", Data: scenarios.Data{Text: "abc"}},
	}
	got, err := registry.Seed(in, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	again, err := registry.Seed(in, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	for i, img := range got {
		if img.ID != again[i].ID || !img.CreatedAt.Equal(again[i].CreatedAt) {
			t.Errorf("image %d is %s, created %v, then %s, created %v", i, img.ID, img.CreatedAt, again[i].ID, again[i].CreatedAt)
		}
		if !img.CreatedAt.Before(start) || i > 0 && !got[i-1].CreatedAt.Before(img.CreatedAt) {
			t.Errorf("image %d was created at %v: not before the start, or not after the image before it", i, img.CreatedAt)
		}
	}
	if img := got[2]; img.Name != "n3" || !slices.Equal(img.Tags, []string{"a", "b"}) || !img.Members[0].CreatedAt.Equal(img.CreatedAt) {
		t.Errorf("the third image is %+v", img)
	}
	if img := got[3]; !img.NoName || img.Size != 3 || img.Sums.Checksum() != "900150983cd24fb0d6963f7d28e17f72" || img.Sums.HashAlgo() != "sha512" || img.DiskFormat != "raw" {
		t.Errorf("the image with data is %+v", img)
	}
}

// Checksum and hash are computed from the data, unless the scenario gives them. Some
// of the data is so large that the test ends only if sums are not computed before they
// are needed.
func TestSums(t *testing.T) {
	t.Parallel()
	const (
		zeros       = "693e9af84d3dfcc71e640e005bdc5e2e" // md5 of three zero bytes
		zerosSHA512 = "6d518f8b31d1882feace10a9215f5d8cf5afe037652a1d11d9c1408d988c2a4f71a5edfc85d0712fa3f4e21b2c0a244c8c0d333bab454311e24067d2a83e5e59"
		given       = "900150983cd24fb0d6963f7d28e17f72"
	)
	const huge = 1 << 50
	for _, test := range []struct {
		name  string
		image scenarios.Image
		want  [3]string
	}{
		{"no data", scenarios.Image{}, [3]string{}},
		{"zero bytes", scenarios.Image{Data: scenarios.Data{Bytes: 3}}, [3]string{zeros, "sha512", zerosSHA512}},
		{"no data, but a hash", scenarios.Image{OSHashValue: given}, [3]string{"", "sha512", given}},
		{"data and a checksum", scenarios.Image{Data: scenarios.Data{Bytes: 3}, Checksum: given}, [3]string{given, "sha512", zerosSHA512}},
		{"data and a hash", scenarios.Image{Data: scenarios.Data{Bytes: 3}, OSHashAlgo: "md5", OSHashValue: given}, [3]string{zeros, "md5", given}},
		{
			"huge data, and all sums",
			scenarios.Image{Data: scenarios.Data{Bytes: huge}, Checksum: given, OSHashAlgo: "md5", OSHashValue: given},
			[3]string{given, "md5", given},
		},
	} {
		images, err := registry.Seed([]scenarios.Image{test.image, {Data: scenarios.Data{Bytes: huge}}}, 1, start)
		if err != nil {
			t.Fatal(err)
		}
		sums := images[0].Sums
		if got := [3]string{sums.Checksum(), sums.HashAlgo(), sums.HashValue()}; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// Many goroutines delete the same images, and list, show and add images: each image
// is deleted once.
func TestDeleteOnce(t *testing.T) {
	t.Parallel()
	images, err := registry.Seed([]scenarios.Image{{Name: "{n}", Count: 200}}, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	reg := registry.New(images)
	deleted := make([]atomic.Int32, len(images))
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			var stay *scenarios.Linger
			if n%2 == 0 {
				stay = &scenarios.Linger{Reads: 1}
			}
			for i, img := range images {
				switch err := reg.Delete(img.ID, start, always(stay), allowed); {
				case err == nil:
					deleted[i].Add(1)
				case !errors.Is(err, registry.ErrUnknown):
					t.Errorf("Delete: %v", err)
				}
				_, _ = reg.List(registry.Query{Limit: 3, Marker: img.ID, Now: start})
				_, _ = reg.Show(img.ID, scenarios.GetImage, start)
				if err := reg.Add(&registry.Image{ID: fmt.Sprint(n, "-", i), CreatedAt: start}); err != nil {
					t.Errorf("Add: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for i := range deleted {
		if n := deleted[i].Load(); n != 1 {
			t.Errorf("image %d was deleted %d times", i, n)
		}
	}
	if got, want := reg.Len(), 16*len(images); got != want {
		t.Errorf("there are %d images, want %d", got, want)
	}
}

// A lingering image is shown exactly as often as its linger says, however many clients
// list and show it at the same time. With -race this fails if a read is counted without the
// lock for writing.
func TestLingeringReadsAreCountedExactly(t *testing.T) {
	t.Parallel()
	const reads, clients, tries = 500, 20, 50
	reg := registry.New(three())
	if err := reg.Delete("b", start, always(&scenarios.Linger{Reads: reads}), allowed); err != nil {
		t.Fatal(err)
	}
	isB := func(img *registry.Image) bool { return img.ID == "b" }
	var shown atomic.Int64
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			for range tries {
				if n%2 == 0 {
					page, err := reg.List(registry.Query{Limit: -1, Now: start})
					if err != nil {
						t.Errorf("List: %v", err)
					}
					if slices.ContainsFunc(page, isB) {
						shown.Add(1)
					}
				} else if _, ok := reg.Show("b", scenarios.GetImage, start); ok {
					shown.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := shown.Load(); got != reads {
		t.Errorf("the deleted image was shown %d times in %d tries, want %d", got, clients*tries, reads)
	}
	if _, ok := reg.Lingers("b", start); ok {
		t.Error("the deleted image still lingers after its last read")
	}
}

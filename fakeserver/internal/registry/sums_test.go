package registry

import (
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Sums are computed for as long as somebody uses them: those that a scenario gives in
// part, too.
func TestSumsInUse(t *testing.T) {
	t.Parallel()
	images, err := Seed([]scenarios.Image{{Checksum: "900150983cd24fb0d6963f7d28e17f72", Data: scenarios.Data{Bytes: 1 << 50}}}, 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var one, other SumsInUse
	New(images).Use(&one)
	New(images).Use(&other)
	computed := make(chan string)
	go func() { computed <- images[0].Sums.HashValue() }()
	one.Close()
	if images[0].Sums.of.ended.Load() {
		t.Error("the sums are not computed any more, though somebody uses them")
	}
	other.Close()
	if got := <-computed; got != "" {
		t.Errorf("the sum of a petabyte is %s after no time", got)
	}
}

// The sums of images that come later are in use, too, however they come.
func TestSumsOfLaterImages(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, bring := range map[string]func(r *Registry, old *Image, later *Sums) error{
		"added": func(r *Registry, _ *Image, later *Sums) error {
			return r.Add(&Image{ID: "another", Sums: later})
		},
		"updated": func(r *Registry, old *Image, later *Sums) error {
			_, err := r.Update(old.ID, func(img *Image) error { img.Sums = later; return nil })
			return err
		},
		"replaced": func(r *Registry, old *Image, later *Sums) error {
			next := *old
			next.Sums = later
			return r.Replace(old, &next)
		},
		"imported": func(r *Registry, old *Image, later *Sums) error {
			imp := &Import{Due: now, Finish: func(img *Image) { img.Sums = later }}
			_, err := r.Update(old.ID, func(img *Image) error { img.Import = imp; return nil })
			r.Settle()
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, later := &Image{ID: "old", CreatedAt: now}, sumsOfZeros(1<<50)
			r := New([]*Image{old})
			var used SumsInUse
			r.Use(&used)
			if err := bring(r, old, later); err != nil {
				t.Fatal(err)
			}
			used.Close()
			if !later.ended.Load() {
				t.Error("the sums are computed, though nobody uses them any more")
			}
		})
	}
}

// What is computed takes no room among the sums in use.
func TestSumsInUseForgets(t *testing.T) {
	t.Parallel()
	var used SumsInUse
	for range 10_000 {
		s := sumsOfZeros(1)
		used.add(s)
		s.get()
	}
	if n := len(used.sums); n > 100 {
		t.Errorf("%d sums are in use, of which all are known", n)
	}
}

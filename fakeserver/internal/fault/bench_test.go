package fault_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

func imageID(i int) string { return fmt.Sprintf("%08x-5c61-48ff-b4f3-0ad4e5e3ba90", i) }

// otherImages returns n faults, each for an image that the call does not name.
func otherImages(n int) []scenarios.Fault {
	faults := make([]scenarios.Fault, n)
	for i := range faults {
		faults[i].Match = scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}, Image: imageID(i)}
	}
	return faults
}

func BenchmarkDecide(b *testing.B) {
	load := []struct {
		name   string
		faults func(n int) []scenarios.Fault
	}{
		{"otherOperation", func(n int) []scenarios.Fault {
			faults := otherImages(n)
			for i := range faults {
				faults[i].Match.Operation[0] = scenarios.GetImage
			}
			return faults
		}},
		{"otherImage", otherImages},
		{"thisImage", func(n int) []scenarios.Fault {
			faults := otherImages(n)
			faults[n/2].Match.Image = ubuntu
			return faults
		}},
		{"exhaustedGlobs", func(n int) []scenarios.Fault {
			faults := otherImages(n)
			for i := range faults {
				faults[i].Match.Image = "ubuntu-*"
				faults[i].Times = 1
			}
			return faults
		}},
	}
	for _, l := range load {
		for _, n := range []int{10, 1_000, 10_000} {
			in := newInjector(l.faults(n)...)
			if l.name == "exhaustedGlobs" {
				injections(in, n)
			}
			in.Decide(deletion())
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				c := deletion()
				for b.Loop() {
					in.Decide(c)
				}
			})
			b.Run(fmt.Sprintf("%s/%d/parallel", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					c := deletion()
					for pb.Next() {
						in.Decide(c)
					}
				})
			})
		}
	}
}

// BenchmarkAddDecideRemove measures adding and removing a fault among many others.
func BenchmarkAddDecideRemove(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := newInjector(otherImages(n)...)
			for b.Loop() {
				name, err := in.Add(scenarios.Fault{Inject: answer503})
				if err != nil {
					b.Fatal(err)
				}
				in.Decide(deletion())
				in.Remove(name)
			}
		})
	}
}

func BenchmarkMisses(b *testing.B) {
	in := newInjector(otherImages(10_000)...)
	c := deletion()
	d := in.Decide(c)
	b.ReportAllocs()
	for b.Loop() {
		if got := slices.Collect(d.Misses(c)); len(got) != 10_000 {
			b.Fatal(len(got))
		}
	}
}

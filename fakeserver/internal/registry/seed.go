package registry

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/scenarios"
)

const idLen = len("00000000-0000-4000-8000-000000000000")

// Seed makes the images of a scenario. Those without a creation time were created
// just before start, in the order of the scenario. The error is that of reading
// the data file of an image.
func Seed(images []scenarios.Image, seed uint64, start time.Time) ([]*Image, error) {
	total := 0
	for _, in := range images {
		total += max(in.Count, 1)
	}
	all := make([]*Image, 0, total)
	same := newSharer()
	var made strings.Builder // the derived ids, one after the other: one allocation for all
	for _, in := range images {
		data, err := imageData(in.Data)
		if err != nil {
			return nil, fmt.Errorf("image %q: %w", in.Name, err)
		}
		template, count := same.image(in, data), max(in.Count, 1)
		for n := range count {
			img := template
			if n < count-1 { // copies share maps and slices, so that a million of them fit in memory
				another := *template
				img = &another
			}
			age := time.Duration(total-len(all)) * time.Microsecond
			img.setTimes(start.Add(-age))
			if in.Count > 0 {
				img.Name = strings.ReplaceAll(in.Name, "{n}", strconv.Itoa(n+1))
			}
			if img.ID == "" {
				at := made.Len()
				if at == 0 {
					made.Grow((total - len(all)) * idLen)
				}
				made.Write(ids.AppendUUID(nil, seed, ids.Image, uint64(len(all))))
				img.ID = made.String()[at:]
			}
			all = append(all, img)
		}
	}
	return all, nil
}

// A sharer makes the images of a scenario share what they have in common: most
// have the same formats, owner and tags, and many of them have to fit in memory.
type sharer struct {
	texts  map[string]string
	owners map[string]string // project ids by name
	tags   map[string][]string
	sums   map[sums]*Sums
}

func newSharer() *sharer {
	return &sharer{make(map[string]string), make(map[string]string), make(map[string][]string), make(map[sums]*Sums)}
}

// maxShared is how many values of each kind are shared. More are not common.
const maxShared = 1000

// shared returns what the map has for a key, or else what made makes.
func shared[K comparable, V any](m map[K]V, key K, made func() V) V {
	v, ok := m[key]
	if !ok {
		v = made()
		if len(m) < maxShared {
			m[key] = v
		}
	}
	return v
}

func (s *sharer) text(t string) string { return shared(s.texts, t, func() string { return t }) }

func (s *sharer) owner(name string) string {
	return shared(s.owners, name, func() string { return scenarios.ProjectID(name) })
}

func (s *sharer) tagList(tags []string) []string {
	if len(tags) == 0 {
		return nil
	}
	return shared(s.tags, strings.Join(tags, "\x00"), func() []string { return sorted(tags) })
}

func (s *sharer) sumsOf(in *scenarios.Image, data *Data) *Sums {
	given := sums{in.Checksum, in.OSHashAlgo, in.OSHashValue}
	if data != nil {
		return given.with(data)
	}
	return shared(s.sums, given, func() *Sums { return given.with(nil) })
}

// image makes an image from its description in a scenario, without times.
func (s *sharer) image(in scenarios.Image, data *Data) *Image {
	img := &Image{
		ID: in.ID, Name: in.Name, NoName: in.Name == "",
		Status:     scenarios.Status(s.text(string(orElse(in.Status, scenarios.Active)))),
		Visibility: scenarios.Visibility(s.text(string(orElse(in.Visibility, scenarios.Shared)))),
		Owner:      s.owner(orElse(in.Owner, scenarios.DefaultProject)),
		Protected:  in.Protected, OSHidden: in.OSHidden, InUseBy: in.InUseBy,
		DiskFormat: s.text(in.DiskFormat), ContainerFormat: s.text(in.ContainerFormat),
		MinDisk: in.MinDisk, MinRAM: in.MinRAM,
		Size: in.Size, VirtualSize: in.VirtualSize,
		Sums:      s.sumsOf(&in, data),
		CreatedAt: in.CreatedAt, UpdatedAt: in.UpdatedAt,
		Tags: s.tagList(in.Tags), Properties: maps.Clone(in.Properties),
		Data: data,
	}
	for _, m := range in.Members {
		img.Members = append(img.Members, Member{
			Project: scenarios.ProjectID(m.Project), Status: orElse(m.Status, scenarios.MemberPending),
		})
	}
	if data != nil {
		setDefault(&img.Size, data.Size)
		setDefault(&img.DiskFormat, "raw")
		setDefault(&img.ContainerFormat, "bare")
	}
	if img.Size == 0 && data == nil && img.Status != scenarios.Active {
		img.Size = Null
	}
	if img.VirtualSize == 0 {
		img.VirtualSize = Null
	}
	return img
}

// setTimes sets the times that the scenario does not give. The list of members,
// which has times too, becomes the image's own.
func (img *Image) setTimes(at time.Time) {
	setDefault(&img.CreatedAt, at)
	setDefault(&img.UpdatedAt, img.CreatedAt)
	img.Members = slices.Clone(img.Members)
	for i := range img.Members {
		img.Members[i].CreatedAt, img.Members[i].UpdatedAt = img.CreatedAt, img.CreatedAt
	}
}

// orElse returns v, or other if v is the zero value.
func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

func setDefault[T comparable](v *T, other T) { *v = orElse(*v, other) }

// sorted returns a sorted copy without duplicates.
func sorted(tags []string) []string {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	return slices.Compact(tags)
}

// imageData returns the data of a scenario's image; nil: it has none.
func imageData(in scenarios.Data) (*Data, error) {
	if in == (scenarios.Data{}) {
		return nil, nil
	}
	return OpenData(in)
}

// OpenData returns the data that a scenario describes. The error is that of
// reading their file.
func OpenData(in scenarios.Data) (*Data, error) {
	switch {
	case in.File != "":
		f, err := os.Open(in.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return ReadData(f, 0, true)
	case in.Bytes > 0:
		return &Data{Size: in.Bytes, Sums: sumsOfZeros(in.Bytes)}, nil
	}
	return ReadData(strings.NewReader(in.Text), 0, true)
}

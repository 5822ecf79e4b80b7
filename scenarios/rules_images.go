package scenarios

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// maxImages is how many images a scenario may have, over all counts.
const maxImages = 2_000_000

func (c *checker) images(p *codec.Path, images []Image) {
	total := 0
	for i := range images {
		c.image(p.Item(i), &images[i])
		before := total
		total += min(max(images[i].Count, 1), maxImages)
		if before <= maxImages && total > maxImages { // of the others nothing is to be said
			c.Problem(p.Item(i), "with these images there are %d: want at most %d in all", total, maxImages)
		}
	}
}

func (c *checker) image(p *codec.Path, i *Image) {
	if i.ID != "" && !IsUUID(i.ID) {
		c.Problem(p.Field("id"), "want a UUID such as 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, got %q", i.ID)
	}
	if i.ID != "" && i.Count > 1 {
		c.Problem(p.Field("count"), "%d images cannot share one id: leave the id out", i.Count)
	}
	if i.Data != (Data{}) {
		c.imageData(p, i)
	}
	c.hashes(p, i)
	if len(i.Properties) > 0 {
		c.properties(p.Field("properties"), i.Properties)
	}
	if len(i.Tags) > 1 {
		c.tags(p.Field("tags"), i.Tags)
	}
}

func (c *checker) properties(p *codec.Path, properties map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		switch {
		case slices.Contains(baseAttributes, key):
			c.Problem(p.Field(key), "%s is an attribute that every image has, not a free property", key)
		case key == "" || utf8.RuneCountInString(key) > 255:
			c.Problem(p.Field(key), "want a name of 1 to 255 characters")
		}
	}
}

// baseAttributes are Glance's own attributes, whose names free properties cannot
// have.
var baseAttributes = []string{
	"id", "name", "status", "visibility", "owner", "protected",
	"disk_format", "container_format", "min_disk", "min_ram", "size", "virtual_size",
	"checksum", "os_hash_algo", "os_hash_value", "tags", "os_hidden", "created_at", "updated_at",
	"self", "file", "schema", "locations", "direct_url",
}

func (c *checker) tags(p *codec.Path, tags []string) {
	seen := make(map[string]bool, len(tags))
	for i, tag := range tags {
		if seen[tag] {
			c.Problem(p.Item(i), "%q is given twice", tag)
		}
		seen[tag] = true
	}
}

func (c *checker) imageData(p *codec.Path, i *Image) {
	size := c.data(p.Field("data"), &i.Data)
	if i.Status == Queued {
		c.Problem(p.Field("data"), "a queued image has no data yet")
	}
	if i.Size != 0 && size >= 0 && i.Size != size {
		c.Problem(p.Field("size"), "%d contradicts the data, which has %d bytes", i.Size, size)
	}
}

// data checks data and returns its size; -1: not known.
func (c *checker) data(p *codec.Path, d *Data) int64 {
	var kinds []string
	size := int64(-1)
	if d.Text != "" {
		kinds, size = append(kinds, "text"), int64(len(d.Text))
	}
	if d.File != "" {
		kinds, size = append(kinds, "a file"), c.dataFile(p.Field("file"), d)
	}
	if d.Bytes != 0 {
		kinds, size = append(kinds, "bytes"), d.Bytes
	}
	if len(kinds) > 1 {
		c.Problem(p, "has %s: want only one of them", codec.Enumerate(kinds, "and"))
		return -1
	}
	return size
}

// dataFile finds the file of data, whose name is relative to the scenario file,
// and replaces the name by the full path. It returns the file's size; -1: not
// known. Names that were given in Go are left to whoever opens the files.
func (c *checker) dataFile(p *codec.Path, d *Data) int64 {
	if reason := c.NoFiles(p); reason != "" {
		c.Problem(p, "%s", reason)
		return -1
	}
	scenario, ok := c.File(p)
	if !ok {
		return -1
	}
	full := d.File
	if !filepath.IsAbs(full) {
		full = filepath.Join(filepath.Dir(scenario), full)
	}
	full, err := filepath.Abs(full)
	if err != nil {
		c.Problem(p, "%v", err)
		return -1
	}
	info, err := os.Stat(full)
	switch {
	case err != nil:
		c.Problem(p, "%v", err)
		return -1
	case !info.Mode().IsRegular():
		c.Problem(p, "%s is not a regular file", full)
		return -1
	}
	d.File = full
	return info.Size()
}

// hashLengths are the lengths of the known hashes in hexadecimal digits.
var hashLengths = map[string]int{"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}

func (c *checker) hashes(p *codec.Path, i *Image) {
	if i.Checksum != "" && (len(i.Checksum) != 32 || !isHex(i.Checksum)) {
		c.Problem(p.Field("checksum"), "%q is not an MD5 hash: want 32 hexadecimal digits", i.Checksum)
	}
	if i.OSHashValue == "" {
		return
	}
	algo := i.OSHashAlgo
	if algo == "" {
		algo = "sha512"
	}
	length, known := hashLengths[algo]
	if !known {
		length = len(i.OSHashValue)
	}
	if len(i.OSHashValue) != length || !isHex(i.OSHashValue) {
		c.Problem(p.Field("os_hash_value"), "%q is not a %s hash: want %d hexadecimal digits", i.OSHashValue, algo, length)
	}
}

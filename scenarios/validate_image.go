package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

func (c *checker) images(images []Image) {
	all := root.field("images")
	for i := range images {
		c.image(all.item(i), &images[i])
	}
	unique(c, all, "id", images, func(i *Image) string { return strings.ToLower(i.ID) })
}

func (c *checker) image(p *path, i *Image) {
	if i.ID != "" && !IsUUID(i.ID) {
		c.problem(p.field("id"), "%q is no UUID such as 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", i.ID)
	}
	if i.ID != "" && i.Count > 1 {
		c.problem(p.field("count"), "%d images cannot have one id: leave the id out", i.Count)
	}
	c.data(p, i)
	c.hashes(p, i)
	for _, key := range sortedKeys(i.Properties) {
		switch {
		case slices.Contains(baseAttributes, key):
			c.problem(p.field("properties").field(key), "%s is an attribute of every image, no free property", key)
		case key == "" || utf8.RuneCountInString(key) > 255:
			c.problem(p.field("properties").field(key), "want a name of 1 to 255 characters")
		}
	}
	c.tags(p, i.Tags)
	if len(i.Members) > 1 {
		unique(c, p.field("members"), "project", i.Members, func(m *Member) string { return m.Project })
	}
}

func (c *checker) tags(p *path, tags []string) {
	if len(tags) < 2 {
		return
	}
	seen := make(map[string]bool, len(tags))
	for i, tag := range tags {
		if seen[tag] {
			c.problem(p.field("tags").item(i), "%q is given twice", tag)
		}
		seen[tag] = true
	}
}

// baseAttributes are Glance's own, that no free property can be called.
var baseAttributes = []string{
	"id", "name", "status", "visibility", "owner", "protected",
	"disk_format", "container_format", "min_disk", "min_ram", "size", "virtual_size",
	"checksum", "os_hash_algo", "os_hash_value", "tags", "os_hidden", "created_at", "updated_at",
	"self", "file", "schema", "locations", "direct_url",
}

func (c *checker) data(p *path, i *Image) {
	size := c.content(p, &i.Data)
	if i.Data != (Data{}) && i.Status == Queued {
		c.problem(p.field("data"), "a queued image has no data yet")
	}
	if i.Size != 0 && size >= 0 && i.Size != size {
		c.problem(p.field("size"), "%d contradicts the data, which has %d bytes", i.Size, size)
	}
}

// content checks the key data of a record, and returns the size of what it
// stands for; -1: there is none, or it is not known.
func (c *checker) content(p *path, d *Data) int64 {
	var kinds []string
	size := int64(-1)
	if d.Text != "" {
		kinds, size = append(kinds, "text"), int64(len(d.Text))
	}
	if d.File != "" {
		kinds, size = append(kinds, "a file"), c.file(p.field("data").field("file"), d)
	}
	if d.Bytes != 0 {
		kinds, size = append(kinds, "bytes"), d.Bytes
	}
	if len(kinds) > 1 {
		c.problem(p.field("data"), "is both %s: want one of them", enumerate(kinds, "and"))
		return -1
	}
	return size
}

// file looks for a file of data beside the file that names it, and replaces the
// name by the full path. It returns its size; -1: not known. Names that were
// given in Go are left to who opens them.
func (c *checker) file(p *path, d *Data) int64 {
	s, _, _ := c.sources.find(p)
	if s == nil {
		return -1
	}
	full := d.File
	if !filepath.IsAbs(full) {
		full = filepath.Join(filepath.Dir(s.file), full)
	}
	full, err := filepath.Abs(full)
	if err != nil {
		c.problem(p, "%v", err)
		return -1
	}
	info, err := os.Stat(full)
	switch {
	case err != nil:
		c.problem(p, "%v", err)
		return -1
	case !info.Mode().IsRegular():
		c.problem(p, "%s is no regular file", full)
		return -1
	}
	d.File = full
	return info.Size()
}

// hashLengths are the digits of the hashes that are known.
var hashLengths = map[string]int{"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}

func (c *checker) hashes(p *path, i *Image) {
	if i.Checksum != "" && (len(i.Checksum) != 32 || !isHex(i.Checksum)) {
		c.problem(p.field("checksum"), "%q is no MD5: want 32 hexadecimal digits", i.Checksum)
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
		c.problem(p.field("os_hash_value"), "%q is no %s: want %d hexadecimal digits", i.OSHashValue, algo, length)
	}
}

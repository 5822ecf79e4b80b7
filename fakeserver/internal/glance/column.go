package glance

import (
	"cmp"
	"strconv"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
)

// A column is one of the columns in which Glance keeps its images: what lists
// are filtered and sorted by. A kind of its own has each way of comparing.
type column struct {
	kind kind
	of   func(*registry.Image) value
}

type kind uint8

const (
	relation   kind = iota // a table of its own; Glance fails when asked to compare it
	plainText              // given in full
	listedText             // may be one of a list: in:a,b
	number
	moment
)

// A value is what an image has in a column: a text, or else a number, or neither.
type value struct {
	text   string
	number int64
	null   bool
}

// columns is every column that a query may name. Any other key of a query is a
// property's.
var columns = map[string]column{
	"id":               {listedText, func(img *registry.Image) value { return value{text: img.ID} }},
	"name":             {listedText, func(img *registry.Image) value { return value{text: img.Name, null: img.NoName} }},
	"status":           {listedText, func(img *registry.Image) value { return value{text: string(img.Status)} }},
	"disk_format":      {listedText, func(img *registry.Image) value { return textOrNull(img.DiskFormat) }},
	"container_format": {listedText, func(img *registry.Image) value { return textOrNull(img.ContainerFormat) }},

	"visibility":    {plainText, func(img *registry.Image) value { return value{text: string(img.Visibility)} }},
	"owner":         {plainText, func(img *registry.Image) value { return textOrNull(img.Owner) }},
	"checksum":      {plainText, func(img *registry.Image) value { return textOrNull(img.Sums.Checksum()) }},
	"os_hash_algo":  {plainText, func(img *registry.Image) value { return textOrNull(img.Sums.HashAlgo()) }},
	"os_hash_value": {plainText, func(img *registry.Image) value { return textOrNull(img.Sums.HashValue()) }},

	"size":         {number, func(img *registry.Image) value { return sizeOrNull(img.Size) }},
	"virtual_size": {number, func(img *registry.Image) value { return sizeOrNull(img.VirtualSize) }},
	"min_disk":     {number, func(img *registry.Image) value { return value{number: int64(img.MinDisk)} }},
	"min_ram":      {number, func(img *registry.Image) value { return value{number: int64(img.MinRAM)} }},
	"protected":    {number, func(img *registry.Image) value { return truth(img.Protected) }},
	"os_hidden":    {number, func(img *registry.Image) value { return truth(img.OSHidden) }},

	"created_at": {moment, func(img *registry.Image) value { return micros(img.CreatedAt) }},
	"updated_at": {moment, func(img *registry.Image) value { return micros(img.UpdatedAt) }},

	"tags":      {kind: relation},
	"members":   {kind: relation},
	"locations": {kind: relation},
}

func textOrNull(s string) value { return value{text: s, null: s == ""} }

func sizeOrNull(n int64) value {
	if n == registry.Null {
		return value{null: true}
	}
	return value{number: n}
}

func truth(b bool) value {
	if b {
		return value{number: 1}
	}
	return value{}
}

// micros is a time as precise as Glance keeps it.
func micros(t time.Time) value { return value{number: t.UnixMicro()} }

// compare orders values as databases do: a null before all others.
func (v value) compare(w value) int {
	if v.null || w.null {
		return cmp.Compare(truth(w.null).number, truth(v.null).number)
	}
	return v.compareFilled(w)
}

// compareFilled is compare with zero, or an empty text, in the place of a null.
func (v value) compareFilled(w value) int {
	if c := cmp.Compare(v.number, w.number); c != 0 {
		return c
	}
	return cmp.Compare(v.text, w.text)
}

// compareNumber compares a column with a number, whatever the column's kind. A
// time is beyond all numbers.
func (k kind) compareNumber(v value, n int64) int {
	switch k {
	case number:
		return cmp.Compare(v.number, n)
	case moment:
		return +1
	}
	return cmp.Compare(v.text, strconv.FormatInt(n, 10))
}

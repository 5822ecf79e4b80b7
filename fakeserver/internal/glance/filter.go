package glance

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
)

// A filter reports whether a list shows an image.
type filter func(*registry.Image) bool

// allOf returns the filter for images that pass all of several filters.
func allOf(filters []filter) filter {
	return func(img *registry.Image) bool {
		for _, matches := range filters {
			if !matches(img) {
				return false
			}
		}
		return true
	}
}

// newFilter returns the filter of one parameter. If no column has its name, it is
// about a property.
func newFilter(p parameter) (filter, error) {
	if name, ok := strings.CutSuffix(p.key, "_min"); ok {
		return rangeFilter(name, p.value, func(c int) bool { return c >= 0 })
	}
	if name, ok := strings.CutSuffix(p.key, "_max"); ok {
		return rangeFilter(name, p.value, func(c int) bool { return c <= 0 })
	}
	col, ok := columns[p.key]
	if !ok {
		return propertyFilter(p), nil
	}
	switch col.kind {
	case plainText:
		return col.filter(func(v value) bool { return v.text == p.value }), nil
	case listedText:
		return listFilter(col, p.value)
	case number:
		n, ok := parseNumber(p.value)
		return col.filter(func(v value) bool { return ok && v.number == n }), nil
	case moment:
		return momentFilter(col, p)
	}
	return nil, dialect.Internal
}

// filter returns a filter by the value of the column. A null never matches.
func (col column) filter(matches func(value) bool) filter {
	return func(img *registry.Image) bool {
		v := col.get(img)
		return !v.null && matches(v)
	}
}

func propertyFilter(p parameter) filter {
	return func(img *registry.Image) bool {
		value, ok := img.Properties[p.key]
		return ok && value == p.value
	}
}

func tagFilter(tag string) filter {
	return func(img *registry.Image) bool { return slices.Contains(img.Tags, tag) }
}

// rangeFilter compares a column with a number. Glance fails if there is no such
// column.
func rangeFilter(name, bound string, matches func(int) bool) (filter, error) {
	n, fits, ok := parseInt(bound)
	if !ok {
		return nil, dialect.ListRangeNotNumber
	}
	col, known := columns[name]
	if !known || col.kind == relation || !fits {
		return nil, dialect.Internal
	}
	return col.filter(func(v value) bool { return matches(col.kind.compareNumber(v, n)) }), nil
}

func listFilter(col column, expression string) (filter, error) {
	operator, operand := splitOperator(expression)
	switch operator {
	case "in":
		list, err := splitList(operand)
		return col.filter(func(v value) bool { return slices.Contains(list, v.text) }), err
	case "eq":
		return col.filter(func(v value) bool { return v.text == operand }), nil
	}
	return nil, dialect.ListOperatorUnknown.With(operator)
}

// comparisons has the results of a comparison that each operator accepts.
var comparisons = map[string]func(int) bool{
	"gt":  func(c int) bool { return c > 0 },
	"gte": func(c int) bool { return c >= 0 },
	"lt":  func(c int) bool { return c < 0 },
	"lte": func(c int) bool { return c <= 0 },
	"eq":  func(c int) bool { return c == 0 },
	"neq": func(c int) bool { return c != 0 },
}

func momentFilter(col column, p parameter) (filter, error) {
	operator, operand := splitOperator(p.value)
	t, ok := parseTime(operand)
	if !ok {
		return nil, dialect.ListTimeMalformed.With(p.key)
	}
	matches, ok := comparisons[operator]
	if !ok {
		return nil, dialect.ListTimeOperatorUnknown
	}
	bound := micros(t)
	return col.filter(func(v value) bool { return matches(v.compare(bound)) }), nil
}

// splitOperator splits gt:2001-01-01 at the colon. A time without an operator may
// have colons too.
func splitOperator(expression string) (operator, operand string) {
	operator, operand, ok := strings.Cut(expression, ":")
	if _, isTime := parseTime(expression); !ok || isTime {
		return "eq", expression
	}
	return operator, operand
}

// A column is one of the columns of Glance's table of images, by which lists are
// filtered and sorted.
type column struct {
	kind kind
	get  func(*registry.Image) value
}

// A kind is the way in which the values of a column are compared.
type kind uint8

const (
	relation   kind = iota // a separate table; Glance fails if it has to compare it
	plainText              // compared as a whole
	listedText             // may be compared with a list: in:a,b
	number
	moment
)

// A value is what an image has in a column: a text, a number, or null.
type value struct {
	text   string
	number int64
	null   bool
}

// columns are all columns that a query may name. Every other key of a query is the
// name of a property.
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

// micros returns a time in microseconds, the precision of Glance's database.
func micros(t time.Time) value { return value{number: t.UnixMicro()} }

// compare orders values as databases do: null comes first.
func (v value) compare(w value) int {
	if v.null || w.null {
		return cmp.Compare(truth(w.null).number, truth(v.null).number)
	}
	return v.compareFilled(w)
}

// compareFilled is compare with zero, or an empty text, in place of null.
func (v value) compareFilled(w value) int {
	if c := cmp.Compare(v.number, w.number); c != 0 {
		return c
	}
	return cmp.Compare(v.text, w.text)
}

// compareNumber compares a value with a number as SQLite does. A time is greater
// than all numbers.
func (k kind) compareNumber(v value, n int64) int {
	switch k {
	case number:
		return cmp.Compare(v.number, n)
	case moment:
		return +1
	}
	return cmp.Compare(v.text, strconv.FormatInt(n, 10))
}

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

// A filter says which images a list shows.
type filter func(*registry.Image) bool

// all is the filter that holds where each of them does.
func all(filters []filter) filter {
	return func(img *registry.Image) bool {
		for _, holds := range filters {
			if !holds(img) {
				return false
			}
		}
		return true
	}
}

// newFilter is what one parameter asks for. A parameter that names no column
// names a property.
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

// filter is a filter by the column's value. A null answers to nothing.
func (col column) filter(holds func(value) bool) filter {
	return func(img *registry.Image) bool {
		v := col.of(img)
		return !v.null && holds(v)
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

// rangeFilter compares a column with a number. Asked for what is no column,
// Glance fails.
func rangeFilter(name, bound string, holds func(int) bool) (filter, error) {
	n, fits, ok := parseInt(bound)
	if !ok {
		return nil, dialect.ListRangeNotNumber
	}
	col, known := columns[name]
	if !known || col.kind == relation || !fits {
		return nil, dialect.Internal
	}
	return col.filter(func(v value) bool { return holds(col.kind.compareNumber(v, n)) }), nil
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

// comparisons holds what each operator asks of the outcome of a comparison.
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
	holds, ok := comparisons[operator]
	if !ok {
		return nil, dialect.ListTimeOperatorUnknown
	}
	bound := micros(t)
	return col.filter(func(v value) bool { return holds(v.compare(bound)) }), nil
}

// splitOperator cuts gt:2001-01-01 in two. A time has colons of its own.
func splitOperator(expression string) (operator, operand string) {
	operator, operand, ok := strings.Cut(expression, ":")
	if _, isTime := parseTime(expression); !ok || isTime {
		return "eq", expression
	}
	return operator, operand
}

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

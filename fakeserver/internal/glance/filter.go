package glance

import (
	"slices"
	"strings"

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

package glance

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
)

// sortable are the columns that a list may be sorted by, in the order in which the
// error message lists them.
var sortable = []string{"name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"}

// A sorting is an order of images: by its first key, among equals by the next, and
// so on.
type sorting []sortKey

type sortKey struct {
	column string
	desc   bool
}

// popSorting takes the order of the list out of a query. There are two ways to
// write it: sort_key and sort_dir, or sort.
func popSorting(q *query) (sorting, error) {
	if q.find("sort") < 0 {
		keys, dirs := q.popAll("sort_key"), q.popAll("sort_dir")
		if err := checkSorting(keys, dirs); err != nil {
			return nil, err
		}
		if len(dirs) > 1 && len(dirs) != len(keys) {
			return nil, dialect.ListSortDirs
		}
		return newSorting(keys, dirs), nil
	}
	if q.find("sort_key") >= 0 || q.find("sort_dir") >= 0 {
		return nil, dialect.ListSortMixed
	}
	var keys, dirs []string
	list, _ := q.pop("sort")
	for element := range strings.SplitSeq(strings.TrimSpace(list), ",") {
		key, dir, _ := strings.Cut(element, ":")
		if dir == "" {
			dir = "desc"
		}
		if err := checkSorting([]string{key}, []string{dir}); err != nil {
			return nil, err
		}
		keys, dirs = append(keys, key), append(dirs, dir)
	}
	return newSorting(keys, dirs), nil
}

func checkSorting(keys, dirs []string) error {
	for _, key := range keys {
		if key = strings.TrimSpace(key); !slices.Contains(sortable, key) {
			return dialect.ListSortKey.With(key, strings.Join(sortable, ", "))
		}
	}
	for _, dir := range dirs {
		if dir = strings.TrimSpace(dir); dir != "asc" && dir != "desc" {
			return dialect.ListSortDir.With(dir)
		}
	}
	return nil
}

// newSorting returns the order by the keys, each in its direction. A single
// direction is for all keys. Among equals, created_at and id decide.
func newSorting(keys, dirs []string) sorting {
	if len(keys) == 0 {
		keys = []string{"created_at"}
	}
	rest := len(dirs) != 1 || isDesc(dirs[0])
	var s sorting
	for i, key := range keys {
		desc := rest
		if len(dirs) > 1 {
			desc = isDesc(dirs[i])
		}
		s = append(s, sortKey{strings.TrimSpace(key), desc})
	}
	for _, name := range []string{"created_at", "id"} {
		if !slices.ContainsFunc(s, func(k sortKey) bool { return k.column == name }) {
			s = append(s, sortKey{name, rest})
		}
	}
	return s
}

func isDesc(dir string) bool { return strings.TrimSpace(dir) == "desc" }

// byAge reports whether the order is the one in which the registry keeps images.
func (s sorting) byAge() bool {
	return s[0].column == "created_at" && s[1].column == "id" && s[0].desc == s[1].desc
}

// order returns the comparison for sorting, in which null comes first.
func (s sorting) order() func(a, b *registry.Image) int { return s.by(value.compare) }

// past returns the comparison of an image with a marker, for which Glance takes null
// as zero. (On SQLite a marker without a size is greater than all sizes, and paging
// never ends.)
func (s sorting) past() func(img, marker *registry.Image) int { return s.by(value.compareFilled) }

func (s sorting) by(compare func(v, w value) int) func(a, b *registry.Image) int {
	cols := make([]column, len(s))
	for i, key := range s {
		cols[i] = columns[key.column]
	}
	return func(a, b *registry.Image) int {
		for i, col := range cols {
			if c := compare(col.get(a), col.get(b)); c != 0 {
				if s[i].desc {
					return -c
				}
				return c
			}
		}
		return 0
	}
}

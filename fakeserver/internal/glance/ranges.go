package glance

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
)

// A part is what a download asks for.
type part struct {
	partial        bool // false: the whole
	offset, length int64
}

// wanted is the part of data of a size that a request asks for, by Range or, as
// Glance takes it too, by Content-Range. A size that is not known is negative.
func wanted(h http.Header, size int64) (part, error) {
	if text := h.Get("Range"); text != "" {
		return byRange(text, size)
	}
	if text := h.Get("Content-Range"); text != "" {
		return byContentRange(text, size)
	}
	return part{length: max(size, 0)}, nil
}

var (
	rangeForm        = pattern(`(?i)^bytes *= *(\d*) *- *(\d*)`)
	contentRangeForm = pattern(`^bytes (\d+)-(\d+)/(\d+|\*)$`)
)

func byRange(text string, size int64) (part, error) {
	if strings.Contains(text, ",") {
		return part{}, dialect.RangeMultiple
	}
	m := rangeForm().FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" || m[1] != "" && m[2] != "" && position(m[1]) > position(m[2]) {
		return part{}, dialect.RangeInvalid.With("Range")
	}
	if size < 0 {
		return part{partial: true}, nil
	}
	if m[1] == "" { // the last so many bytes; more than there are, or none, are all
		n := position(m[2])
		if n == 0 || n > size {
			n = size
		}
		return part{true, size - n, n}, nil
	}
	first, last := position(m[1]), size-1
	if m[2] != "" {
		last = position(m[2])
	}
	if first >= size {
		return part{}, dialect.RangeStart.With("Range", size-1)
	}
	return part{true, first, min(last, size-1) - first + 1}, nil
}

func byContentRange(text string, size int64) (part, error) {
	m := contentRangeForm().FindStringSubmatch(text)
	if m == nil {
		return part{}, dialect.RangeInvalid.With("Content-Range")
	}
	first, last := position(m[1]), position(m[2])
	if first > last || m[3] != "*" && last >= position(m[3]) {
		return part{}, dialect.RangeInvalid.With("Content-Range")
	}
	if size < 0 {
		return part{partial: true}, nil
	}
	switch {
	case m[3] == "*" && last >= size:
		return part{}, dialect.ContentRangeStop.With(size - 1)
	case first >= size:
		return part{}, dialect.RangeStart.With("Content-Range", size-1)
	}
	return part{true, first, min(last, size-1) - first + 1}, nil
}

// position reads digits. What is too large for an int64 is as large as can be.
func position(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

package glance

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
)

// The values in a query, as Python and Glance's database parse them.

// parseNumber parses a number as a database does to compare it with an integer: 2
// and 2.0 are the same.
func parseNumber(s string) (int64, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	if strings.Trim(s, "+-.eE0123456789") != "" {
		return 0, false // neither 0x10 nor Inf
	}
	f, err := strconv.ParseFloat(s, 64)
	return int64(f), err == nil && float64(int64(f)) == f
}

// parseInt parses an integer as Python does: it may have a sign, white space around
// it and underscores inside. fits is false if it does not fit into 64 bits; n is
// then the nearest integer that does.
func parseInt(s string) (n int64, fits, ok bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return 0, false, false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false, false
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
	}
	n, err := strconv.ParseInt(sign+digits, 10, 64) // out of range: the nearest
	return n, err == nil, true
}

// pattern returns a regular expression that is compiled when it is first needed, so
// that programs do not have to wait for it at their start.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// isoTime matches what Glance accepts as a time: the forms of ISO 8601, and
// mixtures of them.
var isoTime = pattern(`^(\d{4})(?:(?:-(\d{1,2})|(\d{2}))(?:(?:-(\d{1,2})|(\d{2}))` +
	`(?:[ T](\d{2})(?::?(\d{2}))?(?::?(\d{1,2})(?:[.,](\d+))?)?(Z|([-+]\d{2}):?(\d{2})?)?)?)?)?$`)

func parseTime(s string) (time.Time, bool) {
	m := isoTime().FindStringSubmatch(strings.TrimSuffix(s, "\n"))
	if m == nil || m[3] != "" && m[4]+m[5] == "" { // 200101 is ambiguous: it could be a date with a two-digit year
		return time.Time{}, false
	}
	part := func(text string, missing int) int {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
		return missing
	}
	year, month, day := part(m[1], 0), part(m[2]+m[3], 1), part(m[4]+m[5], 1)
	hour, minute, second := part(m[6], 0), part(m[7], 0), part(m[8], 0)
	nanos := part((m[9] + "000000")[:6], 0) * 1000
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if year == 0 || t.Month() != time.Month(month) || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	east := time.Duration(part(m[11], 0)) * time.Hour
	minutes := time.Duration(part(m[12], 0)) * time.Minute
	if strings.HasPrefix(m[11], "-") {
		minutes = -minutes
	}
	east += minutes
	return t.Add(-east), east.Abs() < 24*time.Hour
}

// inList matches one element of a list: a quoted one, one up to the next comma, or
// an empty one before a comma.
var inList = pattern(`"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,`)

// splitList returns the elements of a list like a,"b,c",d. A quote after a
// backslash does not end an element; the backslash stays in it.
func splitList(s string) ([]string, error) {
	if err := checkQuotes(s); err != nil {
		return nil, err
	}
	var list []string
	for _, m := range inList().FindAllStringSubmatch(s, -1) {
		list = append(list, m[1]+m[2])
	}
	return list, nil
}

// checkQuotes refuses a list with quotes that are not closed, or that are inside an
// element.
func checkQuotes(s string) error {
	open := false
	for i := range len(s) {
		if s[i] != '"' || i > 0 && s[i-1] == '\\' {
			continue
		}
		if !open && i > 0 && s[i-1] != ',' {
			return dialect.ListQuoteBefore.With(s)
		}
		if open && i+1 < len(s) && s[i+1] != ',' {
			return dialect.ListQuoteAfter.With(s)
		}
		open = !open
	}
	if open {
		return dialect.ListQuoteOpen.With(s)
	}
	return nil
}

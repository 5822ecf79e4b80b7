package glance

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
)

// parseNumber reads a number as a database does that compares it with an
// integer: 2 and 2.0 are the same.
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

// parseInt reads an integer as Python does: with a sign, space around it and
// underscores within. fits is false for one of more than 64 bits, whose sign is
// that of n.
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

// pattern is a regular expression that is made once it is needed: a program that
// imports the package would wait for it each time it starts.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// isoTime is what Glance takes for a time: the forms of ISO 8601, and what lies
// between them.
var isoTime = pattern(`^(\d{4})(?:(?:-(\d{1,2})|(\d{2}))(?:(?:-(\d{1,2})|(\d{2}))` +
	`(?:[ T](\d{2})(?::?(\d{2}))?(?::?(\d{1,2})(?:[.,](\d+))?)?(Z|([-+]\d{2}):?(\d{2})?)?)?)?)?$`)

func parseTime(s string) (time.Time, bool) {
	m := isoTime().FindStringSubmatch(strings.TrimSuffix(s, "\n"))
	if m == nil || m[3] != "" && m[4]+m[5] == "" { // 200101 might as well be a day: 20 01 01
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

// inList is one element of a list: quoted, or up to the next comma, or nothing
// before a comma.
var inList = pattern(`"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,`)

// splitList is the elements of a,"b,c",d. A backslash keeps a quote from ending
// an element, and stays in it.
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

// checkQuotes finds quotes that are not closed or stand within an element.
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

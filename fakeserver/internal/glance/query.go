package glance

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The number of images on a page: without a limit in the query, and at most.
const (
	defaultLimit = 25
	maxLimit     = 1000
)

// A listing is a query that has been parsed, except for its filters.
type listing struct {
	limit        int
	marker       string
	marked       bool // the query has a marker, which may be empty
	sort         sorting
	memberStatus string // that images shared with the caller must have; all: any
	hidden       bool
	protected    string // true or false; empty: any
	tags         []string
	rest         query // the parameters that filter
}

// The values that a query may have for visibility and member_status.
var (
	visibilities   = []string{"community", "public", "private", "shared", "all"}
	memberStatuses = []string{"pending", "accepted", "rejected", "all"}
)

// newListing parses a query. The order of the checks is Glance's, so that a query
// with several errors gets the same answer.
func newListing(q query) (*listing, error) {
	l := &listing{rest: slices.Clone(q), memberStatus: string(scenarios.MemberAccepted), limit: defaultLimit}
	limit, limited := l.rest.pop("limit")
	l.marker, l.marked = l.rest.pop("marker")
	if status, ok := l.rest.pop("member_status"); ok {
		l.memberStatus = status
	}
	l.tags = l.rest.popAll("tag")
	if v, _ := l.rest.last("visibility"); v != "" && !slices.Contains(visibilities, v) {
		return nil, dialect.ListVisibilityInvalid.With(v)
	}
	if v, _ := l.rest.last("changes-since"); v != "" {
		return nil, dialect.ListChangesSince
	}
	if !slices.Contains(memberStatuses, l.memberStatus) {
		return nil, dialect.ListMemberStatusInvalid.With(l.memberStatus)
	}
	var err error
	if limited {
		if l.limit, err = parseLimit(limit); err != nil {
			return nil, err
		}
	}
	if l.sort, err = popSorting(&l.rest); err != nil {
		return nil, err
	}
	return l, l.popBooleans()
}

func parseLimit(s string) (int, error) {
	n, _, ok := parseInt(s)
	switch {
	case !ok:
		return 0, dialect.ListLimitNotNumber
	case n < 0:
		return 0, dialect.ListLimitNegative
	}
	return int(min(n, maxLimit)), nil
}

// popBooleans takes os_hidden and protected out of the filters. Glance allows
// upper case for os_hidden only.
func (l *listing) popBooleans() error {
	boolean := func(key, value string) error {
		if value != "true" && value != "false" {
			return dialect.ListNotBoolean.With(value, key)
		}
		return nil
	}
	if hidden := l.rest.popAll("os_hidden"); hidden != nil {
		value := strings.ToLower(hidden[len(hidden)-1])
		if err := boolean("os_hidden", value); err != nil {
			return err
		}
		l.hidden = value == "true"
	}
	if protected := l.rest.popAll("protected"); protected != nil {
		l.protected = protected[len(protected)-1]
		return boolean("protected", l.protected)
	}
	return nil
}

// comparesSums reports whether the query looks at the checksums of images.
func (l *listing) comparesSums() bool {
	return slices.ContainsFunc(l.rest, func(p parameter) bool {
		return strings.HasPrefix(p.key, "checksum") || strings.HasPrefix(p.key, "os_hash_")
	})
}

// filter returns everything that the query, and what the caller may see, demand of
// an image.
func (l *listing) filter(who wire.Caller) (filter, error) {
	rest := slices.Clone(l.rest)
	filters := []filter{
		l.visibilityFilter(who, &rest),
		func(img *registry.Image) bool { return img.OSHidden == l.hidden && img.Status != scenarios.Killed },
	}
	if l.protected != "" {
		protected := l.protected == "true"
		filters = append(filters, func(img *registry.Image) bool { return img.Protected == protected })
	}
	rest.popAll("deleted") // never listed
	for _, key := range []string{"properties", "changes-since"} {
		if rest.find(key) >= 0 {
			return nil, dialect.Internal // Glance uses these names internally, and fails
		}
	}
	for _, tag := range l.popTags(&rest) {
		filters = append(filters, tagFilter(tag))
	}
	asked := rest.dict()
	for _, key := range []string{"checksum", "os_hash_value"} {
		if first, ok := rest.pop(key); ok {
			asked = append(asked, parameter{key, first}) // the first value counts as well as the last
		}
	}
	for _, p := range asked {
		f, err := newFilter(p)
		if err != nil {
			return nil, err
		}
		filters = append(filters, f)
	}
	return allOf(filters), nil
}

// popTags takes out of a query the tags that an image must have. Without tag,
// Glance reads tags as a list of characters.
func (l *listing) popTags(rest *query) []string {
	if len(l.tags) > 0 {
		rest.popAll("tags")
		tags := make([]string, len(l.tags))
		for i, tag := range l.tags {
			tags[i] = strings.TrimSpace(tag)
		}
		return tags
	}
	letters, _ := rest.pop("tags")
	return strings.Split(letters, "")
}

// visibilityFilter returns the filter for what a caller sees in a list. An admin
// sees everything; others see public images, their own, and shared ones that they
// have accepted. Community images of others are listed only on request.
func (l *listing) visibilityFilter(who wire.Caller, rest *query) filter {
	visibility, asked := rest.pop("visibility")
	return func(img *registry.Image) bool {
		switch {
		case asked && visibility != "all" && string(img.Visibility) != visibility:
			return false
		case !asked && img.Visibility == scenarios.Community && !owns(who, img):
			return false
		}
		return l.visible(who, img)
	}
}

func (l *listing) visible(who wire.Caller, img *registry.Image) bool {
	if who.Roles.Has(wire.Admin) || owns(who, img) {
		return true
	}
	switch img.Visibility {
	case scenarios.Public, scenarios.Community:
		return true
	case scenarios.Shared:
		member, ok := img.Member(who.ProjectID)
		return ok && who.ProjectID != "" && (l.memberStatus == "all" || string(member.Status) == l.memberStatus)
	}
	return false
}

// A query is the part of a URL after the question mark, in its order. Glance keeps
// it in a multidict: if a parameter is repeated, some of its code takes the first
// value and leaves the others in, some takes the last.
type query []parameter

type parameter struct{ key, value string }

// parseQuery parses a query as WebOb does. It reports false if the query is not
// valid UTF-8.
func parseQuery(raw string) (query, bool) {
	var q query
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		p := parameter{unescape(key), unescape(value)}
		if !utf8.ValidString(p.key) || !utf8.ValidString(p.value) {
			return nil, false
		}
		q = append(q, p)
	}
	return q, true
}

// unescape decodes the escapes of a query as WebOb does: %4 means %04, and invalid
// escapes stay as they are.
func unescape(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	head, rest, found := strings.Cut(s, "%")
	if !found {
		return s
	}
	b := []byte(head)
	for part := range strings.SplitSeq(rest, "%") {
		n := min(2, len(part))
		c, err := strconv.ParseUint(strings.TrimSpace(part[:n]), 16, 8)
		if err != nil {
			b, n = append(b, '%'), 0
		} else {
			b = append(b, byte(c))
		}
		b = append(b, part[n:]...)
	}
	return string(b)
}

func (q query) find(key string) int {
	return slices.IndexFunc(q, func(p parameter) bool { return p.key == key })
}

// last returns the last value of a parameter.
func (q query) last(key string) (value string, ok bool) {
	for _, p := range slices.Backward(q) {
		if p.key == key {
			return p.value, true
		}
	}
	return "", false
}

// pop removes the first occurrence of a parameter and returns its value.
func (q *query) pop(key string) (value string, ok bool) {
	i := q.find(key)
	if i < 0 {
		return "", false
	}
	value = (*q)[i].value
	*q = slices.Delete(*q, i, i+1)
	return value, true
}

// popAll removes all occurrences of a parameter and returns their values.
func (q *query) popAll(key string) (values []string) {
	for {
		value, ok := q.pop(key)
		if !ok {
			return values
		}
		values = append(values, value)
	}
}

// dict returns the query with each key once: at its first place, with its last
// value.
func (q query) dict() query {
	var d query
	for _, p := range q {
		if i := d.find(p.key); i >= 0 {
			d[i].value = p.value
		} else {
			d = append(d, p)
		}
	}
	return d
}

// link returns the path of a list with this query.
func (q query) link(path string) string {
	link, sep := path, "?"
	for _, p := range q {
		link += sep + url.QueryEscape(p.key) + "=" + url.QueryEscape(p.value)
		sep = "&"
	}
	return link
}

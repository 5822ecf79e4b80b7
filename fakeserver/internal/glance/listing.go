package glance

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// How many images a page has.
const (
	defaultLimit = 25
	maxLimit     = 1000
)

// A listing is a query understood, but for its filters.
type listing struct {
	limit        int
	marker       string
	marked       bool // there is a marker, if only an empty one
	sort         sorting
	memberStatus string // of the images shared with the caller
	hidden       bool
	protected    string // true or false; empty: any
	tags         []string
	rest         query // the filters
}

// What a query may ask of visibility and member_status.
var (
	visibilities   = []string{"community", "public", "private", "shared", "all"}
	memberStatuses = []string{"pending", "accepted", "rejected", "all"}
)

// newListing reads a query. The order of the checks is Glance's: of several
// errors it tells the same one.
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

// popBooleans takes os_hidden and protected out of the filters. Only of one of
// them Glance takes the capitals as well.
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

// filter is all that a query asks of the images it lists for a caller.
func (l *listing) filter(who wire.Caller) (filter, error) {
	rest := slices.Clone(l.rest)
	filters := []filter{
		l.sightFilter(who, &rest),
		func(img *registry.Image) bool { return img.OSHidden == l.hidden && img.Status != scenarios.Killed },
	}
	if l.protected != "" {
		protected := l.protected == "true"
		filters = append(filters, func(img *registry.Image) bool { return img.Protected == protected })
	}
	rest.popAll("deleted") // never listed
	for _, key := range []string{"properties", "changes-since"} {
		if rest.find(key) >= 0 {
			return nil, dialect.Internal // Glance means something of its own by them, and fails
		}
	}
	for _, tag := range l.popTags(&rest) {
		filters = append(filters, tagFilter(tag))
	}
	asked := rest.dict()
	for _, key := range []string{"checksum", "os_hash_value"} {
		if first, ok := rest.pop(key); ok {
			asked = append(asked, parameter{key, first}) // of these, the first counts too
		}
	}
	for _, p := range asked {
		f, err := newFilter(p)
		if err != nil {
			return nil, err
		}
		filters = append(filters, f)
	}
	return all(filters), nil
}

// popTags is the tags that an image must have. Without tag, tags is a list, of
// characters.
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

// sightFilter is what the caller sees in a list: an admin, everything; others
// what is public, their own, and what is shared with them and accepted.
// Community images of others show only to those who ask for them.
func (l *listing) sightFilter(who wire.Caller, rest *query) filter {
	visibility, asked := rest.pop("visibility")
	return func(img *registry.Image) bool {
		switch {
		case asked && visibility != "all" && string(img.Visibility) != visibility:
			return false
		case !asked && img.Visibility == scenarios.Community && !owns(who, img):
			return false
		}
		return l.inSight(who, img)
	}
}

func (l *listing) inSight(who wire.Caller, img *registry.Image) bool {
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

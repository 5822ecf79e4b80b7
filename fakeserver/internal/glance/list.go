package glance

import (
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var listHandlers = handlers{
	scenarios.GetImages: (*API).GetImages,
}

// GetImages is GET /v2/images, and GET /v2/cloudimages.
func (a *API) GetImages(c *wire.Call) (wire.Reply, error) {
	if c.Pattern == cloudImages {
		return a.getCloudImages(c)
	}
	q, ok := parseQuery(c.Request.URL.RawQuery)
	if !ok {
		return wire.Reply{}, dialect.QueryUndecodable
	}
	own, asked := a.cloudFilters(c.Caller, q)
	l, err := newListing(asked)
	if err != nil {
		return wire.Reply{}, err
	}
	if !mayList(c.Caller) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(scenarios.GetImages))
	}
	match, err := l.filter(c.Caller)
	if err != nil {
		return wire.Reply{}, err
	}
	images, err := a.page(c, l, allOf(append(own, match)))
	if err != nil {
		return wire.Reply{}, err
	}
	body := appendPage(make([]byte, 0, 512+imageLen*len(images)), images, c.Caller, q.dict(), len(images) == l.limit)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: body}, nil
}

// mayList reports whether a caller may list images at all. Callers for the whole
// system may not.
func mayList(who wire.Caller) bool {
	return !who.System && (who.Roles.Has(wire.Admin) || who.Roles.Has(wire.Reader) && who.ProjectID != "")
}

// maxID is the length of the longest id that Glance looks up, in characters.
const maxID = 36

// page returns the images of one page of a listing.
func (a *API) page(c *wire.Call, l *listing, match filter) ([]*registry.Image, error) {
	q := registry.Query{Match: match, Oldest: !l.sort[0].desc, Limit: l.limit, Now: c.Now}
	if !l.sort.byAge() {
		q.Order, q.Past = l.sort.order(), l.sort.past()
	}
	if l.marked {
		if utf8.RuneCountInString(l.marker) > maxID {
			return nil, dialect.ListMarkerTooLong.With()
		}
		if l.marker == "" {
			return nil, dialect.ListMarkerUnknown.With("")
		}
		q.Marker = l.marker
	}
	if l.comparesSums() {
		for _, img := range a.Images.All() {
			img.Sums.Checksum() // computed here, while the images are not locked
		}
	}
	forbidden := false
	q.MayMark = func(img *registry.Image, gone bool) bool {
		forbidden = !gone && !visible(c.Caller, img)
		return !forbidden && (!gone || c.Caller.Roles.Has(wire.Admin))
	}
	images, err := a.Images.List(q)
	switch {
	case forbidden:
		return nil, dialect.ListMarkerInvisible.With(l.marker)
	case errors.Is(err, registry.ErrUnknown):
		return nil, dialect.ListMarkerUnknown.With(l.marker)
	}
	return images, err
}

// imageLen is roughly the length of one image in a page, in bytes.
const imageLen = 768

// appendImages appends an object with the images of a page, as a caller sees them,
// without its closing brace.
func appendImages(b []byte, images []*registry.Image, who wire.Caller) []byte {
	b = append(b, `{"images": [`...)
	for i, img := range images {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendImage(b, img, who)
	}
	return append(b, ']')
}

// appendPage appends a page as the image API shows it to a caller: the images, and links to
// the first page and, if this page is full, to the next.
func appendPage(b []byte, images []*registry.Image, who wire.Caller, q query, full bool) []byte {
	q.pop("marker")
	b = appendText(append(appendImages(b, images, who), `, "first": `...), q.link("/v2/images"))
	b = append(b, `, "schema": "/v2/schemas/images"`...)
	if full && len(images) > 0 {
		q = append(q, parameter{"marker", images[len(images)-1].ID})
		b = appendText(append(b, `, "next": `...), q.link("/v2/images"))
	}
	return append(b, '}')
}

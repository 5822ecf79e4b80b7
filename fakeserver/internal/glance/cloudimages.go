package glance

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// CloudImages is a path of IMS's own. OpenStack's service has nothing there.
const CloudImages = "/v2/cloudimages"

// cloudLimit is how many images a list of IMS's own has, unless asked for fewer.
const cloudLimit = 500

// getCloudImages is GET /v2/cloudimages: the same list as GET /v2/images, in
// IMS's own family of calls. Its clients confirm by it that an image is gone.
func (a *API) getCloudImages(c *wire.Call) (wire.Reply, error) {
	q, ok := parseQuery(c.Request.URL.RawQuery)
	if !ok {
		return wire.Reply{}, dialect.QueryUndecodable
	}
	// Of these the images say nothing.
	q.popAll("enterprise_project_id")
	q.popAll("flavor_id")
	kinds := q.popAll("__imagetype")
	l, err := newListing(q)
	if err != nil {
		return wire.Reply{}, err
	}
	if q.find("limit") < 0 {
		l.limit = cloudLimit
	}
	if !mayList(c.Caller) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(scenarios.GetImages))
	}
	shown, err := l.filter(c.Caller)
	if err != nil {
		return wire.Reply{}, err
	}
	if len(kinds) > 0 {
		shown = all([]filter{shown, func(img *registry.Image) bool {
			return slices.Contains(kinds, imageType(c.Caller, img))
		}})
	}
	images, err := a.page(c, l, shown)
	if err != nil {
		return wire.Reply{}, err
	}
	body := appendImages(make([]byte, 0, 512+imageLen*len(images)), images)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(body, '}')}, nil
}

// imageType is what IMS calls an image: gold for those of the platform. It may
// stand among its properties.
func imageType(who wire.Caller, img *registry.Image) string {
	if kind, ok := img.Properties["__imagetype"]; ok {
		return kind
	}
	switch {
	case img.Visibility == scenarios.Public:
		return "gold"
	case owns(who, img):
		return "private"
	}
	return "shared"
}

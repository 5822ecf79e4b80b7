package glance

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The paths of IMS's own calls about images.
const (
	cloudImages = "/v2/cloudimages"
	cloudImage  = "/v2/cloudimages/{image_id}"
)

// cloudLimit is the number of images on a page of IMS's own list, unless the query
// has a limit.
const cloudLimit = 500

// getCloudImages is GET /v2/cloudimages, IMS's own form of GET /v2/images. Its
// clients use it to confirm that an image is gone.
func (a *API) getCloudImages(c *wire.Call) (wire.Reply, error) {
	images, err := a.findCloudImages(c)
	if err != nil {
		return wire.Reply{}, err
	}
	body := appendImages(make([]byte, 0, 512+imageLen*len(images)), images, c.Caller)
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(body, '}')}, nil
}

// findCloudImages returns the images that the query of a call selects as IMS does.
func (a *API) findCloudImages(c *wire.Call) ([]*registry.Image, error) {
	q, ok := parseQuery(c.Request.URL.RawQuery)
	if !ok {
		return nil, dialect.QueryUndecodable
	}
	own, asked := a.cloudFilters(c.Caller, q)
	// The images have nothing that these could be compared with.
	asked.popAll("enterprise_project_id")
	asked.popAll("flavor_id")
	if kinds := asked.popAll("architecture"); len(kinds) > 0 {
		own = append(own, architectureFilter(kinds))
	}
	l, err := newListing(asked)
	if err != nil {
		return nil, err
	}
	if asked.find("limit") < 0 {
		l.limit = cloudLimit
	}
	if !mayList(c.Caller) {
		return nil, dialect.NotAuthorized.With(string(scenarios.GetImages))
	}
	match, err := l.filter(c.Caller)
	if err != nil {
		return nil, err
	}
	return a.page(c, l, allOf(append(own, match)))
}

// valueOf returns the value that a patch of IMS gives an attribute. Its clients write
// numbers and booleans as texts.
func valueOf(attribute string, v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	switch attribute {
	case "min_disk", "min_ram":
		if _, err := strconv.Atoi(text); err == nil {
			return json.Number(text)
		}
	case "protected", "os_hidden":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	}
	return v
}

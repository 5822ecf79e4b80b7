package glance

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// A tagSearch is the body of get_images_by_tags: the tags that images must have, or
// must not have.
type tagSearch struct {
	Action     string      `json:"action"` // filter or count
	All        []keyValues `json:"tags"`
	Any        []keyValues `json:"tags_any"`
	NotAll     []keyValues `json:"not_tags"`
	NotAny     []keyValues `json:"not_tags_any"`
	WithoutAny bool        `json:"without_any_tag"` // images without tags; the conditions above do not count then
	Matches    []keyValue  `json:"matches"`
	Limit      looseInt    `json:"limit"`  // nil: 10
	Offset     looseInt    `json:"offset"` // nil: 0
}

// looseInt is a number that some clients write as a text.
type looseInt struct{ n *int }

// UnmarshalJSON reads both.
func (v *looseInt) UnmarshalJSON(b []byte) error {
	n, err := strconv.Atoi(strings.Trim(string(b), `"`))
	if err != nil || n < 0 {
		return fmt.Errorf("want a number, got %s", b)
	}
	v.n = &n
	return nil
}

func (v looseInt) or(missing int) int {
	if v.n == nil {
		return missing
	}
	return *v.n
}

// tagSearchLimit is the number of images in an answer unless the request has a limit.
const tagSearchLimit = 10

// A taggedImage is an image as get_images_by_tags shows it.
type taggedImage struct {
	ID     string            `json:"resource_id"`
	Name   string            `json:"resource_name"`
	Detail map[string]string `json:"resource_detail"`
	Tags   []keyValue        `json:"tags"`
}

// GetImagesByTags is POST /v2/{project_id}/images/resource_instances/action: the
// images of the project that have tags, or their number.
func (a *API) GetImagesByTags(c *wire.Call) (wire.Reply, error) {
	var search tagSearch
	if err := parseCloudBody(c, &search); err != nil {
		return wire.Reply{}, err
	}
	if search.Action != "filter" && search.Action != "count" {
		return wire.Reply{}, dialect.BodyInvalid.With(fmt.Sprintf("the action is %q, not filter or count", search.Action))
	}
	if err := checkProject(c); err != nil {
		return wire.Reply{}, err
	}
	images, err := a.ownImages(c, search.match)
	if err != nil {
		return wire.Reply{}, err
	}
	total := len(images)
	if search.Action == "count" {
		return wire.JSON(http.StatusOK, map[string]any{"total_count": total}), nil
	}
	from := min(search.Offset.or(0), total)
	to := min(from+search.Limit.or(tagSearchLimit), total)
	found := []taggedImage{}
	for _, img := range images[from:to] {
		found = append(found, taggedImage{img.ID, img.Name, map[string]string{"status": string(img.Status)}, pairsOf(img)})
	}
	return wire.JSON(http.StatusOK, map[string]any{"resources": found, "total_count": total}), nil
}

// ownImages returns the images of the caller's project that match, the newest first.
func (a *API) ownImages(c *wire.Call, match func(*registry.Image) bool) ([]*registry.Image, error) {
	if !mayList(c.Caller) {
		return nil, dialect.NotAuthorized.With(string(c.Operation))
	}
	var found []*registry.Image
	for _, img := range slices.Backward(a.Images.All()) {
		if owns(c.Caller, img) && match(img) {
			found = append(found, img)
		}
	}
	return found, nil
}

func (s *tagSearch) match(img *registry.Image) bool {
	for _, m := range s.Matches {
		if m.Key == "resource_name" && img.Name != m.Value || m.Key == "resource_id" && img.ID != m.Value {
			return false
		}
	}
	if s.WithoutAny {
		return len(img.Tags) == 0
	}
	return (len(s.All) == 0 || allMatch(s.All, img)) && (len(s.Any) == 0 || anyMatches(s.Any, img)) &&
		(len(s.NotAll) == 0 || !allMatch(s.NotAll, img)) && !anyMatches(s.NotAny, img)
}

func allMatch(wanted []keyValues, img *registry.Image) bool {
	for _, k := range wanted {
		if !k.matches(img) {
			return false
		}
	}
	return true
}

func anyMatches(wanted []keyValues, img *registry.Image) bool {
	for _, k := range wanted {
		if k.matches(img) {
			return true
		}
	}
	return false
}

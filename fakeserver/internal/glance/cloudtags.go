package glance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The vendors' tags are pairs of a key and a value. In the image they are key=value,
// or the key alone, and each key occurs once.

var cloudTagHandlers = handlers{
	scenarios.GetImageTags:    (*API).GetImageTags,
	scenarios.ModifyImageTags: (*API).ModifyImageTags,
	scenarios.GetTags:         (*API).GetTags,
	scenarios.GetImagesByTags: (*API).GetImagesByTags,
}

// The paths of calls that share their operation with one of Glance's.
const (
	cloudTags = "/v2/{project_id}/images/{image_id}/tags"
	cloudTag  = "/v2/{project_id}/images/{image_id}/tags/{key}"

	cloudTagsV1  = "/v1/cloudimages/tags"
	deleteTagsV1 = "/v1/{project_id}/cloudimages/{image_id}/tags/delete"
)

type keyValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// pairOf returns the pair that a tag of an image is.
func pairOf(tag string) keyValue {
	key, value, _ := strings.Cut(tag, "=")
	return keyValue{key, value}
}

// pairsOf returns the tags of an image, which are an empty list rather than none.
func pairsOf(img *registry.Image) []keyValue {
	pairs := make([]keyValue, len(img.Tags))
	for i, tag := range img.Tags {
		pairs[i] = pairOf(tag)
	}
	return pairs
}

// tag returns the pair as a tag of an image.
func (p keyValue) tag() string {
	if p.Value == "" {
		return p.Key
	}
	return p.Key + "=" + p.Value
}

func (p keyValue) check() error {
	switch {
	case p.Key == "":
		return dialect.BodyInvalid.With("a tag has no key")
	case strings.Contains(p.Key, "="):
		return dialect.BodyInvalid.With(fmt.Sprintf("the key %q has a =", p.Key))
	}
	return nil
}

// checkProject returns an error unless the project in the path, if it has one, is the
// caller's.
func checkProject(c *wire.Call) error {
	if id := c.Var("project_id"); id != c.Caller.ProjectID && c.Pattern != cloudTagsV1 {
		return dialect.ProjectMismatch.With(id, c.Caller.ProjectID)
	}
	return nil
}

// parseCloudBody parses the body of a call into the struct that v points to.
func parseCloudBody(c *wire.Call, v any) error {
	if len(c.Body) == 0 {
		return dialect.BodyMissing
	}
	err := json.Unmarshal(c.Body, v)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return dialect.BodyInvalid.With(mismatch.Field + " must not be a " + mismatch.Value)
	case err != nil:
		return dialect.BodyInvalid.With(err)
	}
	return nil
}

// GetImageTags is GET /v2/{project_id}/images/{image_id}/tags.
func (a *API) GetImageTags(c *wire.Call) (wire.Reply, error) {
	if err := checkProject(c); err != nil {
		return wire.Reply{}, err
	}
	img, err := a.find(c, dialect.ImageUnknown)
	if err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"tags": pairsOf(img)}), nil
}

// ModifyImageTags is POST /v2/{project_id}/images/{image_id}/tags/action: it sets
// several tags, or deletes them. It is no error if a tag to delete is missing. DELETE
// /v1/{project_id}/cloudimages/{image_id}/tags/delete deletes them, too.
func (a *API) ModifyImageTags(c *wire.Call) (wire.Reply, error) {
	var req struct {
		Action string     `json:"action"`
		Tags   []keyValue `json:"tags"`
	}
	if err := parseCloudBody(c, &req); err != nil {
		return wire.Reply{}, err
	}
	if c.Pattern == deleteTagsV1 {
		req.Action = "delete"
	}
	switch req.Action {
	case "create":
		return a.setCloudTags(c, req.Tags)
	case "delete":
		return a.editCloudTags(c, req.Tags, func(_ *registry.Image, tags []string) ([]string, error) {
			for _, p := range req.Tags {
				tags = slices.DeleteFunc(tags, func(tag string) bool {
					has := pairOf(tag)
					return has.Key == p.Key && (p.Value == "" || has.Value == p.Value)
				})
			}
			return tags, nil
		})
	}
	return wire.Reply{}, dialect.BodyInvalid.With(fmt.Sprintf("the action is %q, not create or delete", req.Action))
}

// addCloudTag is POST /v2/{project_id}/images/{image_id}/tags.
func (a *API) addCloudTag(c *wire.Call) (wire.Reply, error) {
	var req struct {
		Tag keyValue `json:"tag"`
	}
	if err := parseCloudBody(c, &req); err != nil {
		return wire.Reply{}, err
	}
	return a.setCloudTags(c, []keyValue{req.Tag})
}

// addCloudTagV1 is PUT /v1/cloudimages/tags, whose body names the image. The tag is
// a pair, or a text as it is in the image.
func (a *API) addCloudTagV1(c *wire.Call) (wire.Reply, error) {
	var req struct {
		ImageID string   `json:"image_id"`
		Tag     string   `json:"tag"`
		Pair    keyValue `json:"image_tag"`
	}
	if err := parseCloudBody(c, &req); err != nil {
		return wire.Reply{}, err
	}
	if req.Tag != "" {
		req.Pair = pairOf(req.Tag)
	}
	about := *c
	about.Vars[0].Name, about.Vars[0].Value = "image_id", req.ImageID
	return a.setCloudTags(&about, []keyValue{req.Pair})
}

// deleteCloudTag is DELETE /v2/{project_id}/images/{image_id}/tags/{key}.
func (a *API) deleteCloudTag(c *wire.Call) (wire.Reply, error) {
	key := c.Var("key")
	return a.editCloudTags(c, nil, func(img *registry.Image, tags []string) ([]string, error) {
		left := slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return pairOf(tag).Key == key })
		if len(left) == len(tags) {
			return nil, dialect.TagKeyUnknown.With(img.ID, key)
		}
		return left, nil
	})
}

// setCloudTags sets tags of the image of a call. A value replaces the one that its
// key has.
func (a *API) setCloudTags(c *wire.Call, pairs []keyValue) (wire.Reply, error) {
	return a.editCloudTags(c, pairs, func(_ *registry.Image, tags []string) ([]string, error) {
		for _, p := range pairs {
			tags = slices.DeleteFunc(tags, func(tag string) bool { return pairOf(tag).Key == p.Key })
			tags = append(tags, p.tag())
		}
		return tags, nil
	})
}

// editCloudTags changes the tags of the image of a call in one step, once the pairs
// that the call names are found to be right. edit may write to the tags it is given.
func (a *API) editCloudTags(c *wire.Call, pairs []keyValue, edit func(*registry.Image, []string) ([]string, error)) (wire.Reply, error) {
	if err := checkProject(c); err != nil {
		return wire.Reply{}, err
	}
	for _, p := range pairs {
		if err := p.check(); err != nil {
			return wire.Reply{}, err
		}
	}
	return a.changeTags(c, func(img *registry.Image) error {
		tags, err := edit(img, slices.Clone(img.Tags))
		if err != nil {
			return err
		}
		list := make([]any, len(tags))
		for i, tag := range tags {
			list[i] = tag
		}
		if err := a.checkImage(pyjson.Object{{Key: "tags", Value: list}}); err != nil {
			return err
		}
		if err := setTags(img, list); err != nil {
			return err
		}
		return checkStorable(img)
	})
}

// GetTags is GET /v2/{project_id}/images/tags: the tags of all images of the project,
// each key once with all of its values. GET /v1/cloudimages/tags has the tags of the
// images that its query selects, as they are in the images.
func (a *API) GetTags(c *wire.Call) (wire.Reply, error) {
	if c.Pattern == cloudTagsV1 {
		return a.getTagsV1(c)
	}
	if err := checkProject(c); err != nil {
		return wire.Reply{}, err
	}
	images, err := a.ownImages(c, func(*registry.Image) bool { return true })
	if err != nil {
		return wire.Reply{}, err
	}
	all := []*keyValues{}
	for _, img := range images {
		for _, p := range pairsOf(img) {
			i := slices.IndexFunc(all, func(k *keyValues) bool { return k.Key == p.Key })
			if i < 0 {
				i, all = len(all), append(all, &keyValues{Key: p.Key})
			}
			if !slices.Contains(all[i].Values, p.Value) {
				all[i].Values = append(all[i].Values, p.Value)
			}
		}
	}
	return wire.JSON(http.StatusOK, map[string]any{"tags": all}), nil
}

func (a *API) getTagsV1(c *wire.Call) (wire.Reply, error) {
	images, err := a.findCloudImages(c)
	if err != nil {
		return wire.Reply{}, err
	}
	all := []string{}
	for _, img := range images {
		all = append(all, img.Tags...)
	}
	slices.Sort(all)
	return wire.JSON(http.StatusOK, map[string]any{"tags": slices.Compact(all)}), nil
}

// keyValues is a key and the values that it has, or may have.
type keyValues struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// matches reports whether an image has a tag with the key and one of the values;
// without values any will do.
func (k keyValues) matches(img *registry.Image) bool {
	return slices.ContainsFunc(img.Tags, func(tag string) bool {
		p := pairOf(tag)
		return p.Key == k.Key && (len(k.Values) == 0 || slices.Contains(k.Values, p.Value))
	})
}

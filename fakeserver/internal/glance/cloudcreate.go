package glance

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var cloudCreateHandlers = handlers{
	scenarios.AddCloudImage: (*API).AddCloudImage,
}

// The paths of calls that make an image from a file, besides POST /v2/cloudimages/action.
const (
	quickImport = "/v2/cloudimages/quickimport/action"
	actionV1    = "/v1/cloudimages/action" // Open Telekom Cloud's Terraform provider makes data disk images with it
	dataImages  = "/v1/cloudimages/dataimages/action"
)

// What IMS assumes of an image that is made by a job.
const (
	maxCloudName   = 128 // characters of its name
	defaultMinDisk = 40  // GB
)

// A cloudImageRequest is a description of an image to make. Keys that are not here have no
// effect on an image that clients can see.
type cloudImageRequest struct {
	Name        string     `json:"name"`
	Description string     `json:"description"`
	OSType      string     `json:"os_type"`
	OSVersion   string     `json:"os_version"`
	Type        string     `json:"type"`
	CMKID       string     `json:"cmk_id"`
	Firmware    string     `json:"hw_firmware_type"`
	Arch        string     `json:"architecture"`
	Enterprise  string     `json:"enterprise_project_id"`
	MinDisk     int        `json:"min_disk"`
	MinRAM      int        `json:"min_ram"`
	MaxRAM      int        `json:"max_ram"`
	Tags        []string   `json:"tags"` // each key.value
	ImageTags   []keyValue `json:"image_tags"`

	// What it is made from: exactly one of these, unless all is in DataImages.
	ImageURL   string `json:"image_url"` // bucket:file
	InstanceID string `json:"instance_id"`
	VolumeID   string `json:"volume_id"`

	DataImages []cloudImageRequest `json:"data_images"` // further images, of data disks
}

// AddCloudImage is POST /v2/cloudimages/action and the like: a job makes an image, of
// which the content is of no interest.
func (a *API) AddCloudImage(c *wire.Call) (wire.Reply, error) {
	var req cloudImageRequest
	if err := parseCloudBody(c, &req); err != nil {
		return wire.Reply{}, err
	}
	if owned := (&registry.Image{Owner: c.Caller.ProjectID}); c.Caller.System || !mayChange(c.Caller, owned) {
		return wire.Reply{}, dialect.NotAuthorized.With(string(c.Operation))
	}
	if err := req.checkSources(c.Pattern); err != nil {
		return wire.Reply{}, err
	}
	var made []*registry.Image
	if !req.onlyData() {
		img, err := a.newCloudImage(c, &req, req.isData(c.Pattern))
		if err != nil {
			return wire.Reply{}, err
		}
		made = append(made, img)
	}
	for i := range req.DataImages {
		img, err := a.newCloudImage(c, &req.DataImages[i], true)
		if err != nil {
			return wire.Reply{}, err
		}
		made = append(made, img)
	}
	return a.makeImages(c, req.kind(c.Pattern), made)
}

// makeImages adds images without data, and has a job complete them.
func (a *API) makeImages(c *wire.Call, kind jobKind, made []*registry.Image) (wire.Reply, error) {
	j := a.newJob(c, kind)
	for _, img := range made {
		img.ID = a.Images.NewID(a.Seed)
		if err := a.Images.Add(img); err != nil {
			return wire.Reply{}, err
		}
		j.images = append(j.images, a.newJobImage(c, kind, img))
	}
	return a.run(j, func(update registry.Update) (failure error) {
		for _, img := range j.images {
			_, err := update(img.id, func(img *registry.Image) error { a.completeCloudImage(img, j.due); return nil })
			if errors.Is(err, registry.ErrUnknown) {
				err = dialect.ImageUnknown.With(img.id) // it was deleted meanwhile
			}
			failure = cmp.Or(failure, err)
		}
		return failure
	}, func(update registry.Update) {
		for _, img := range j.images {
			// An error says that it is deleted, or was given another status meanwhile.
			_, _ = update(img.id, func(img *registry.Image) error {
				img.Status, img.UpdatedAt = scenarios.Killed, j.due
				return nil
			})
		}
	}), nil
}

// newJobImage returns an image of a job. Jobs that make the images of data disks from
// an action have parts, in which the providers look for the images.
func (a *API) newJobImage(c *wire.Call, kind jobKind, img *registry.Image) jobImage {
	made := jobImage{id: img.ID, name: img.Name}
	switch {
	case kind == jobOfDataVolumes:
		made.part, made.kind = a.newJobID(), jobOfDataVolume
	case kind == jobOfDataURL && c.Pattern == actionV1:
		made.part, made.kind = a.newJobID(), kind
	}
	return made
}

// completeCloudImage gives an image what it has once its job has succeeded, unless it
// was given another status meanwhile. IMS shows no data of such an image, but the size
// of its disk.
func (a *API) completeCloudImage(img *registry.Image, at time.Time) {
	if img.Status != scenarios.Saving {
		return
	}
	a.activate(img, registry.Empty(), nil)
	img.UpdatedAt = at
	ownProperties(img)
	img.Properties[imageSize] = strconv.FormatInt(int64(img.MinDisk)<<30, 10)
}

// onlyData reports whether there are only images of data disks to make.
func (r *cloudImageRequest) onlyData() bool { return len(r.DataImages) > 0 && r.sources() == 0 }

// isData reports whether the image itself is that of a data disk.
func (r *cloudImageRequest) isData(pattern string) bool {
	return pattern == dataImages || r.Type == "DataImage" || pattern == actionV1 && r.ImageURL != ""
}

// sources returns how many things the image itself is to be made from.
func (r *cloudImageRequest) sources() (n int) {
	for _, given := range []string{r.ImageURL, r.InstanceID, r.VolumeID} {
		if given != "" {
			n++
		}
	}
	return n
}

// checkSources returns an error unless the request says what to make the images from.
func (r *cloudImageRequest) checkSources(pattern string) error {
	fromFile := pattern == quickImport || pattern == dataImages
	switch n := r.sources(); {
	case fromFile && r.ImageURL == "":
		return dialect.BodyInvalid.With("image_url is missing")
	case n > 1, n == 0 && !r.onlyData():
		return dialect.BodyInvalid.With("want one of image_url, instance_id and volume_id, or data_images")
	case r.ImageURL != "" && r.MinDisk <= 0:
		return dialect.BodyInvalid.With("min_disk is missing")
	}
	for _, data := range r.DataImages {
		if data.sources() != 1 {
			return dialect.BodyInvalid.With("want a volume_id or an image_url in each of data_images")
		}
	}
	return nil
}

// kind returns the kind of the job that makes the images.
func (r *cloudImageRequest) kind(pattern string) jobKind {
	switch {
	case r.onlyData():
		return jobOfDataVolumes
	case r.isData(pattern) && r.ImageURL != "":
		return jobOfDataURL
	case r.ImageURL != "":
		return jobOfURL
	case r.InstanceID != "":
		return jobOfInstance
	}
	return jobOfVolume
}

// environments has the virtual_env_type of the types that a request may give.
var environments = map[string]string{
	"": "FusionCompute", "ECS": "FusionCompute", "FusionCompute": "FusionCompute",
	"BMS": "Ironic", "Ironic": "Ironic", "IsoImage": "IsoImage", "DataImage": "DataImage",
}

// newCloudImage returns the image that a request describes, as it is before it has
// data. It has no id yet.
func (a *API) newCloudImage(c *wire.Call, r *cloudImageRequest, data bool) (*registry.Image, error) {
	if err := checkCloudName(r.Name); err != nil {
		return nil, err
	}
	env, known := environments[r.Type]
	switch {
	case !known:
		return nil, dialect.BodyInvalid.With(fmt.Sprintf("unknown type %q", r.Type))
	case data:
		env = "DataImage"
	}
	img := &registry.Image{
		Name: r.Name, Status: scenarios.Saving, Owner: c.Caller.ProjectID,
		MinDisk: cmp.Or(r.MinDisk, defaultMinDisk), MinRAM: r.MinRAM, Size: registry.Null, VirtualSize: registry.Null,
		CreatedAt: c.Now, UpdatedAt: c.Now, Properties: make(map[string]string),
	}
	setCloudDefaults(img)
	if env == "IsoImage" {
		img.DiskFormat = "iso"
	}
	for name, value := range r.properties(env) {
		if value != "" {
			img.Properties[name] = value
		}
	}
	addCloudAttributes(img)
	tags, err := r.tags()
	if err != nil {
		return nil, err
	}
	if err := a.checkImage(pyjson.Object{{Key: "tags", Value: tags}}); err != nil {
		return nil, err
	}
	if err := setTags(img, tags); err != nil {
		return nil, err
	}
	return img, checkStorable(img)
}

func checkCloudName(name string) error {
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		return dialect.ImageNameForm.With(name)
	case utf8.RuneCountInString(name) > maxCloudName:
		return dialect.ImageNameLong.With(maxCloudName)
	}
	return nil
}

// properties returns the properties that a request gives an image; empty: it has none
// of that name.
func (r *cloudImageRequest) properties(env string) map[string]string {
	p := map[string]string{
		environment:             env,
		osVersion:               r.OSVersion,
		"__os_type":             r.OSType,
		"__description":         r.Description,
		"__system__cmkid":       r.CMKID,
		"hw_firmware_type":      cmp.Or(r.Firmware, "bios"),
		"enterprise_project_id": r.Enterprise,
	}
	if r.MaxRAM > 0 {
		p["max_ram"] = strconv.Itoa(r.MaxRAM)
	}
	if r.Arch == "arm" {
		p[forArm], p["hw_firmware_type"] = "true", "uefi"
	}
	switch {
	case r.ImageURL != "":
		p["__data_origin"], p["__root_origin"] = "file,"+r.ImageURL, "file"
	case r.InstanceID != "":
		p["__data_origin"] = "instance," + r.InstanceID
	case r.VolumeID != "":
		p["__data_origin"] = "volume," + r.VolumeID
	}
	return p
}

// tags returns the tags that a request gives an image, each key once.
func (r *cloudImageRequest) tags() ([]any, error) {
	pairs := r.ImageTags
	for _, text := range r.Tags {
		key, value, _ := strings.Cut(text, ".")
		pairs = append(pairs, keyValue{key, value})
	}
	list := []any{}
	seen := make(map[string]bool)
	for _, p := range pairs {
		if err := p.check(); err != nil {
			return nil, err
		}
		if seen[p.Key] {
			return nil, dialect.BodyInvalid.With(fmt.Sprintf("the tag %q is given twice", p.Key))
		}
		seen[p.Key] = true
		list = append(list, p.tag())
	}
	return list, nil
}

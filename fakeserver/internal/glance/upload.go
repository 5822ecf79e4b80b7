package glance

import (
	"cmp"
	"encoding/binary"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var uploadHandlers = handlers{
	scenarios.UploadImage: (*API).UploadImage,
	scenarios.StageImage:  (*API).StageImage,
}

// UploadImage is PUT /v2/images/{image_id}/file. The status of the image is saving
// while the data arrives; if the image is deleted meanwhile, the data is lost.
func (a *API) UploadImage(c *wire.Call) (wire.Reply, error) {
	if err := checkMediaType(c); err != nil {
		return wire.Reply{}, err
	}
	store, err := uploadStore(c)
	if err != nil {
		return wire.Reply{}, err
	}
	return a.receive(c, scenarios.Saving, string(c.Operation), func(img *registry.Image, data *registry.Data) {
		a.activate(img, data, []string{store})
	})
}

// StageImage is PUT /v2/images/{image_id}/stage: it stores data for a later import.
func (a *API) StageImage(c *wire.Call) (wire.Reply, error) {
	if err := checkMediaType(c); err != nil {
		return wire.Reply{}, err
	}
	return a.receive(c, scenarios.Uploading, modifyImage, func(img *registry.Image, data *registry.Data) {
		img.Staged, img.Size = data, data.Size
	})
}

// receive reads the data of a call. The image has the status during until the data
// is complete; then arrived stores the data. If the client disconnects before, the
// image becomes queued again.
func (a *API) receive(c *wire.Call, during scenarios.Status, action string, arrived func(*registry.Image, *registry.Data)) (wire.Reply, error) {
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if err := a.begin(c, during, action); err != nil {
		return wire.Reply{}, err
	}
	data, err := registry.ReadData(c.Request.Body, a.MaxImageSize, !a.DropData)
	if err != nil {
		_, _ = a.Images.Update(id, func(img *registry.Image) error {
			if img.Status == during { // or somebody has changed it meanwhile
				img.Status = scenarios.Queued
			}
			return nil
		})
		if errors.Is(err, registry.ErrTooLarge) {
			return wire.Reply{}, dialect.UploadTooLarge
		}
		return wire.Reply{}, dialect.UploadIncomplete.With(err)
	}
	_, err = a.Images.Update(id, func(img *registry.Image) error {
		if img.Status != during { // somebody has changed it meanwhile
			return dialect.StatusTransition.With(img.Status, during)
		}
		img.UpdatedAt = c.Now
		arrived(img, data)
		return nil
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = dialect.UploadGone.With(id)
	}
	return wire.NoContent(http.StatusNoContent), err
}

// begin gives an image the status that it has while its data arrives.
func (a *API) begin(c *wire.Call, during scenarios.Status, action string) error {
	_, err := a.update(c, dialect.ImageUnknown, func(img *registry.Image) error {
		if err := authorizeChange(c.Caller, img, action); err != nil {
			return err
		}
		if err := setStatus(img, during); err != nil {
			return err
		}
		img.UpdatedAt = c.Now
		return nil
	})
	return err
}

// setStatus changes the status of an image if Glance allows the transition.
func setStatus(img *registry.Image, to scenarios.Status) error {
	if img.Status == to || !registry.Legal(img.Status, to) {
		return dialect.StatusTransition.With(img.Status, to)
	}
	if to == scenarios.Saving {
		switch missing := missingFormats(img); len(missing) {
		case 0:
		case 1:
			return dialect.FormatMissing.With(missing[0])
		default:
			return dialect.FormatsMissing.With(strings.Join(missing, ", "))
		}
	}
	img.Status = to
	return nil
}

// missingFormats returns the attributes that an image still needs before it can
// have data.
func missingFormats(img *registry.Image) (names []string) {
	if img.DiskFormat == "" {
		names = append(names, "disk_format")
	}
	if img.ContainerFormat == "" {
		names = append(names, "container_format")
	}
	return names
}

// activate makes an image active once its data is complete.
func (a *API) activate(img *registry.Image, data *registry.Data, stores []string) {
	img.Status = scenarios.Active
	img.Data, img.Staged = data, nil
	img.Size, img.VirtualSize = data.Size, virtualSize(img, data)
	img.Sums = data.Sums
	if !a.Dialect.HidesStores {
		img.Stores = stores
	}
	if a.Dialect.CloudAttributes {
		setCloudSize(img)
	}
}

// virtualSize returns the size of the disk that the data contains, in bytes, as far
// as Glance determines it: for raw data that of the data, for qcow2 the one in its
// header. Glance does not look into containers.
func virtualSize(img *registry.Image, data *registry.Data) int64 {
	const header = 32
	size := int64(0)
	switch {
	case img.ContainerFormat != "bare":
	case img.DiskFormat == "raw":
		size = data.Size
	case img.DiskFormat == "qcow2":
		if b := data.Bytes(header); len(b) == header && string(b[:4]) == "QFI\xfb" {
			size = int64(binary.BigEndian.Uint64(b[24:]))
		}
	}
	if size <= 0 {
		return registry.Null
	}
	return size
}

// checkMediaType refuses data unless its type is application/octet-stream.
func checkMediaType(c *wire.Call) error {
	given := cmp.Or(c.Request.Header.Get("Content-Type"), "text/plain") // the type that Glance's server assumes
	if media, _, err := mime.ParseMediaType(given); err != nil || media != wire.TypeBinary {
		media, _, _ = strings.Cut(given, ";")
		return dialect.MediaTypeUnsupported.With(media)
	}
	return nil
}

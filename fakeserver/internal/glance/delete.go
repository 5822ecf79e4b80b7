package glance

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var deleteHandlers = handlers{
	scenarios.DeleteImage: (*API).DeleteImage,
}

// DeleteImage is DELETE /v2/images/{image_id}. The order of the checks is
// recorded: first the body, then whether the caller can find the image and may
// delete it, and last whether the image can be deleted.
func (a *API) DeleteImage(c *wire.Call) (wire.Reply, error) {
	if err := a.deleteBody(c); err != nil {
		return wire.Reply{}, err
	}
	id, err := a.imageID(c)
	if err != nil {
		return wire.Reply{}, err
	}
	err = a.Images.Delete(id, c.Now, c.Linger, func(img *registry.Image) error {
		if !canFind(c.Caller, img) {
			return registry.ErrUnknown
		}
		if err := authorizeChange(c.Caller, img, string(c.Operation)); err != nil {
			return notDeletable(c.Caller, img, err)
		}
		switch {
		case a.Dialect.KeepsUnfinished && isUnfinished(img):
			return dialect.DeleteUnfinished.With(id)
		case img.Protected:
			return dialect.DeleteProtected.With(id)
		case img.InUseBy != "":
			return dialect.DeleteInUse.With(id, img.InUseBy)
		}
		return nil
	})
	if errors.Is(err, registry.ErrUnknown) {
		err = dialect.DeleteUnknown.With(id)
	}
	return wire.NoContent(http.StatusNoContent), err
}

// notDeletable returns the error for a caller who may not delete an image. IMS has
// codes of its own for public images and for those of other projects.
func notDeletable(who wire.Caller, img *registry.Image, err error) error {
	switch {
	case !errors.Is(err, dialect.NotAuthorized):
		return err
	case img.Visibility == scenarios.Public:
		return dialect.DeletePublic.With(scenarios.DeleteImage)
	case !owns(who, img):
		return dialect.DeleteNotOwner.With(scenarios.DeleteImage)
	}
	return err
}

// isUnfinished reports whether an image is just getting its data. One that waits for
// it is not.
func isUnfinished(img *registry.Image) bool {
	switch img.Status {
	case scenarios.Saving, scenarios.Uploading, scenarios.Importing:
		return true
	}
	return false
}

// deleteBody checks the body of a deletion. Where the dialect allows one, it is an
// object of options, of which only delete_backup has a meaning.
func (a *API) deleteBody(c *wire.Call) error {
	if !a.Dialect.DeleteOptions {
		return noBody(c)
	}
	if len(c.Body) == 0 {
		return nil
	}
	var options struct {
		DeleteBackup *bool `json:"delete_backup"`
	}
	if err := json.Unmarshal(c.Body, &options); err != nil {
		return dialect.BodyInvalid.With(err)
	}
	return nil
}

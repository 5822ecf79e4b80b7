package glance

import (
	"io"
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// DownloadImage is GET /v2/images/{image_id}/file.
func (a *API) DownloadImage(c *wire.Call) (wire.Reply, error) {
	if err := noBody(c); err != nil {
		return wire.Reply{}, err
	}
	img, err := a.find(c, dialect.ImageUnknown)
	switch {
	case err != nil:
		return wire.Reply{}, err
	case !mayDownload(c.Caller, img):
		return wire.Reply{}, refused(c.Caller, img, string(c.Operation))
	case img.Status == scenarios.Deactivated && !c.Caller.Roles.Has(wire.Admin):
		return wire.Reply{}, dialect.DownloadForbidden
	}
	data, size := dataOf(img), img.Size // of a staged image the size is known before there are data
	if data != nil {
		size = data.Size
	}
	part, err := wanted(c.Request.Header, size)
	switch {
	case err != nil:
		return wire.Reply{}, err
	case size == registry.Null && part.partial:
		return crashed(), nil
	case data == nil:
		return wire.Reply{Status: http.StatusNoContent}, nil
	}
	rep := wire.Reply{
		Status: http.StatusOK, ContentType: wire.TypeBinary,
		Stream: io.LimitReader(data.Reader(part.offset), part.length), Length: part.length,
	}
	if checksum := img.Sums.Checksum(); checksum != "" {
		rep = rep.Set("Content-Md5", checksum)
	}
	if part.partial {
		rep.Status = http.StatusPartialContent
		rep = rep.Set("Content-Range", "bytes "+strconv.FormatInt(part.offset, 10)+"-"+
			strconv.FormatInt(part.offset+part.length-1, 10)+"/"+strconv.FormatInt(size, 10))
	}
	return rep, nil
}

// dataOf is what an image holds; nil: nothing yet. Of an active image that a
// scenario gave no data it is as many zero bytes as its size says.
func dataOf(img *registry.Image) *registry.Data {
	switch img.Status {
	case scenarios.Active, scenarios.Deactivated:
		if img.Data == nil {
			return registry.Zeros(max(img.Size, 0))
		}
		return img.Data
	}
	return nil
}

// mayDownload reports whether a caller may read the data of an image it finds.
// A reader may not: recorded.
func mayDownload(who wire.Caller, img *registry.Image) bool {
	return !who.System && (who.Roles.Has(wire.Admin) || who.Roles.Has(wire.Member) && visible(who, img))
}

// crashed is what a real Glance answers where it fails itself: recorded.
func crashed() wire.Reply {
	return wire.Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", NoRequestID: true}
}

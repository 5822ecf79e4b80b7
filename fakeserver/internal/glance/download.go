package glance

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var downloadHandlers = handlers{
	scenarios.DownloadImage: (*API).DownloadImage,
}

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

// A part is what a download asks for.
type part struct {
	partial        bool // false: the whole
	offset, length int64
}

// wanted is the part of data of a size that a request asks for, by Range or, as
// Glance takes it too, by Content-Range. A size that is not known is negative.
func wanted(h http.Header, size int64) (part, error) {
	if text := h.Get("Range"); text != "" {
		return byRange(text, size)
	}
	if text := h.Get("Content-Range"); text != "" {
		return byContentRange(text, size)
	}
	return part{length: max(size, 0)}, nil
}

var (
	rangeForm        = pattern(`(?i)^bytes *= *(\d*) *- *(\d*)`)
	contentRangeForm = pattern(`^bytes (\d+)-(\d+)/(\d+|\*)$`)
)

func byRange(text string, size int64) (part, error) {
	if strings.Contains(text, ",") {
		return part{}, dialect.RangeMultiple
	}
	m := rangeForm().FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" || m[1] != "" && m[2] != "" && position(m[1]) > position(m[2]) {
		return part{}, dialect.RangeInvalid.With("Range")
	}
	if size < 0 {
		return part{partial: true}, nil
	}
	if m[1] == "" { // the last so many bytes; more than there are, or none, are all
		n := position(m[2])
		if n == 0 || n > size {
			n = size
		}
		return part{true, size - n, n}, nil
	}
	first, last := position(m[1]), size-1
	if m[2] != "" {
		last = position(m[2])
	}
	if first >= size {
		return part{}, dialect.RangeStart.With("Range", size-1)
	}
	return part{true, first, min(last, size-1) - first + 1}, nil
}

func byContentRange(text string, size int64) (part, error) {
	m := contentRangeForm().FindStringSubmatch(text)
	if m == nil {
		return part{}, dialect.RangeInvalid.With("Content-Range")
	}
	first, last := position(m[1]), position(m[2])
	if first > last || m[3] != "*" && last >= position(m[3]) {
		return part{}, dialect.RangeInvalid.With("Content-Range")
	}
	if size < 0 {
		return part{partial: true}, nil
	}
	switch {
	case m[3] == "*" && last >= size:
		return part{}, dialect.ContentRangeStop.With(size - 1)
	case first >= size:
		return part{}, dialect.RangeStart.With("Content-Range", size-1)
	}
	return part{true, first, min(last, size-1) - first + 1}, nil
}

// position reads digits. What is too large for an int64 is as large as can be.
func position(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

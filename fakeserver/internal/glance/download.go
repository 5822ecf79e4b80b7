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
		return wire.Reply{}, forbidden(c.Caller, img, string(c.Operation))
	case img.Status == scenarios.Deactivated && !c.Caller.Roles.Has(wire.Admin):
		return wire.Reply{}, dialect.DownloadForbidden
	}
	data, size := dataOf(img), img.Size // a staged image has a size already, but no data to download
	if data != nil {
		size = data.Size
	}
	part, err := requestedPart(c.Request.Header, size)
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

// dataOf returns the data of an image; nil: it has none yet. If a scenario gives an
// active image only a size, its data are zero bytes.
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

// mayDownload reports whether a caller may download the data of an image that it
// can find. The role reader is not enough: recorded.
func mayDownload(who wire.Caller, img *registry.Image) bool {
	return !who.System && (who.Roles.Has(wire.Admin) || who.Roles.Has(wire.Member) && visible(who, img))
}

// crashed returns the answer of a Glance that fails unexpectedly: recorded.
func crashed() wire.Reply {
	return wire.Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", NoRequestID: true}
}

// A part is the part of the data that a download asks for.
type part struct {
	partial        bool // false: all of the data
	offset, length int64
}

// requestedPart returns the part that a request asks for, by Range or by
// Content-Range, which Glance accepts too. size is that of all data, in bytes;
// negative: unknown.
func requestedPart(h http.Header, size int64) (part, error) {
	if text := h.Get("Range"); text != "" {
		return parseRange(text, size)
	}
	if text := h.Get("Content-Range"); text != "" {
		return parseContentRange(text, size)
	}
	return part{length: max(size, 0)}, nil
}

var (
	rangeForm        = pattern(`(?i)^bytes *= *(\d*) *- *(\d*)`)
	contentRangeForm = pattern(`^bytes (\d+)-(\d+)/(\d+|\*)$`)
)

func parseRange(text string, size int64) (part, error) {
	if strings.Contains(text, ",") {
		return part{}, dialect.RangeMultiple
	}
	m := rangeForm().FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" || m[1] != "" && m[2] != "" && parsePosition(m[1]) > parsePosition(m[2]) {
		return part{}, dialect.RangeInvalid.With("Range")
	}
	if size < 0 {
		return part{partial: true}, nil
	}
	if m[1] == "" { // the last n bytes; if n is 0 or more than there are: all
		n := parsePosition(m[2])
		if n == 0 || n > size {
			n = size
		}
		return part{true, size - n, n}, nil
	}
	first, last := parsePosition(m[1]), size-1
	if m[2] != "" {
		last = parsePosition(m[2])
	}
	if first >= size {
		return part{}, dialect.RangeStart.With("Range", size-1)
	}
	return part{true, first, min(last, size-1) - first + 1}, nil
}

func parseContentRange(text string, size int64) (part, error) {
	m := contentRangeForm().FindStringSubmatch(text)
	if m == nil {
		return part{}, dialect.RangeInvalid.With("Content-Range")
	}
	first, last := parsePosition(m[1]), parsePosition(m[2])
	if first > last || m[3] != "*" && last >= parsePosition(m[3]) {
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

// parsePosition parses digits. If the number does not fit into an int64, it returns
// the largest one.
func parsePosition(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

package glance

import (
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// MinorVersion is the newest minor version of the image API: v2.16 is that of the
// Glance whose answers are recorded.
const MinorVersion = 16

// Choices is what Glance answers for /, and for every path that it has no
// version for, whatever the method: recorded.
func (a *API) Choices(c *wire.Call) (wire.Reply, error) {
	return versions(c, http.StatusMultipleChoices), nil
}

// GetVersions is / and /versions, which list the versions, and /v2 itself, which
// leads to /v2/, where there is nothing. The method does not matter.
func (a *API) GetVersions(c *wire.Call) (wire.Reply, error) {
	switch c.Pattern {
	case "/versions":
		return versions(c, http.StatusOK), nil
	case "/v2":
		return wire.Reply{Status: http.StatusFound, ContentType: "text/plain; charset=utf8"}.Set("Location", c.Base()+"/v2/"), nil
	}
	return a.Choices(c)
}

// versions is the list of versions: each minor one is a name for all of v2.
func versions(c *wire.Call, status int) wire.Reply {
	b := []byte(`{"versions": [`)
	state := "CURRENT"
	for minor := MinorVersion; minor >= 0; minor-- {
		b = append(b, `{"id": "v2.`...)
		b = strconv.AppendInt(b, int64(minor), 10)
		b = append(append(append(b, `", "status": "`...), state...), `", "links": [{"rel": "self", "href": `...)
		b = append(appendText(b, c.Base()+"/v2/"), `}]}`...)
		if minor > 0 {
			b = append(b, ", "...)
		}
		state = "SUPPORTED"
	}
	return wire.Reply{Status: status, ContentType: wire.TypeJSON, Body: append(b, "]}"...), NoRequestID: true}
}

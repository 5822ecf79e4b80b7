package glance

import (
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// Choices is GET /, and what Glance answers for every path that it has no
// version for, whatever the method: recorded.
func (a *API) Choices(c *wire.Call) (wire.Reply, error) {
	return versions(c, http.StatusMultipleChoices), nil
}

// GetVersions is GET /versions.
func (a *API) GetVersions(c *wire.Call) (wire.Reply, error) {
	return versions(c, http.StatusOK), nil
}

// GetPrefix is /v2 itself, with any method: it leads to /v2/, where there is nothing.
func (a *API) GetPrefix(c *wire.Call) (wire.Reply, error) {
	return wire.Reply{Status: http.StatusFound, ContentType: "text/plain; charset=utf8"}.Set("Location", c.Base()+"/v2/"), nil
}

// versions is the list of versions: each minor one is a name for all of v2.
func versions(c *wire.Call, status int) wire.Reply {
	b := []byte(`{"versions": [`)
	state := "CURRENT"
	for minor := wire.MinorVersion; minor >= 0; minor-- {
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

package glance

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// The answers of a healthy service.
const (
	healthJSON = "{\n    \"detailed\": false,\n    \"reasons\": [\n        \"OK\"\n    ]\n}"
	healthHTML = "<HTML>\n<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>\n<BODY>\n\n<H2>Result of 1 checks:</H2>\n" +
		"<TABLE bgcolor=\"#ffffff\" border=\"1\">\n<TBODY>\n<TR>\n\n<TH>\nReason\n</TH>\n</TR>\n<TR>\n\n    <TD>OK</TD>\n\n</TR>\n" +
		"</TBODY>\n</TABLE>\n<HR></HR>\n\n</BODY>\n</HTML>"
)

// GetHealthcheck is /healthcheck, with any method and without a token.
func (a *API) GetHealthcheck(c *wire.Call) (wire.Reply, error) {
	rep := wire.Reply{Status: http.StatusOK, ContentType: wire.TypePlain, Body: []byte("OK"), NoRequestID: true}
	if c.Request.Method == http.MethodHead {
		// Recorded: it has a length but no type. net/http takes the length out
		// of a 204, but only under its usual name.
		return wire.Reply{Status: http.StatusNoContent, Header: http.Header{"content-length": {"0"}}, NoRequestID: true}, nil
	}
	switch wire.Choose(c.Request.Header.Get("Accept"), "text/plain", "text/html", "application/json") {
	case "text/html":
		rep.ContentType, rep.Body = wire.TypeHTML, []byte(healthHTML)
	case "application/json":
		rep.ContentType, rep.Body = wire.TypeJSON, []byte(healthJSON)
	}
	return rep, nil
}

package wire

import "net/http"

// Healthcheck is the answer of the services' health check: all is well. Empty
// text is what Keystone says to those who ask for plain text.
func Healthcheck(c *Call, text string) Reply {
	if c.Request.Method == http.MethodHead {
		return Reply{Status: http.StatusNoContent, NoRequestID: true}
	}
	rep := Reply{Status: http.StatusOK, ContentType: TypePlain, Body: []byte(text), NoRequestID: true}
	switch c.Request.Header.Get("Accept") {
	case TypeJSON:
		rep.ContentType, rep.Body = TypeJSON, []byte(`{"detailed": false, "reasons": ["OK"]}`)
	case "text/html":
		rep.ContentType, rep.Body = TypeHTML, []byte(healthPage)
	}
	return rep
}

const healthPage = "<HTML>\n<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>\n<BODY>\n\n<H2>Result of 1 checks:</H2>\n" +
	"<TABLE bgcolor=\"#ffffff\" border=\"1\">\n<TBODY>\n<TR>\n\n<TH>\nReason\n</TH>\n</TR>\n<TR>\n\n    <TD>OK</TD>\n\n</TR>\n" +
	"</TBODY>\n</TABLE>\n<HR></HR>\n\n</BODY>\n</HTML>"

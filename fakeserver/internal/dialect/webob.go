package dialect

import (
	"html"
	"net/http"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// WebOb is the Python library that builds Glance's errors. What it does with
// them is recorded from a real Glance.

// webobError returns an error as JSON, HTML or plain text.
func (d *Dialect) webobError(r *http.Request, status int, message string, shape Shape) wire.Reply {
	line, contentType := wire.StatusLine(status), d.errorType(r)
	var b []byte
	switch contentType {
	case wire.TypeJSON:
		b = make([]byte, 0, 128+len(message))
		b = wire.AppendQuoted(append(b, `{"message": `...), shape.layout(status, message))
		b = wire.AppendQuoted(append(b, `, "code": `...), line)
		b = append(wire.AppendQuoted(append(b, `, "title": `...), wire.Title(status)), '}')
	case wire.TypeHTML:
		b = []byte("<html>\n <head>\n  <title>" + line + "</title>\n </head>\n <body>\n  <h1>" + line + "</h1>\n  " +
			shape.layout(status, html.EscapeString(message)) + "\n </body>\n</html>")
	default:
		b = []byte(line + "\n\n" + withoutTags(shape.layout(status, message)))
	}
	return wire.Reply{Status: status, ContentType: contentType, Body: b}
}

// errorType returns the content type of the answer to a request that fails.
func (d *Dialect) errorType(r *http.Request) string {
	switch {
	case d.alwaysJSON:
		return wire.TypeJSON
	case r.Method == http.MethodHead:
		return wire.TypeHTML
	}
	accept := r.Header.Get("Accept")
	if accept == "" && d.jsonByDefault {
		return wire.TypeJSON
	}
	return acceptedErrorType(accept)
}

// acceptedErrorType returns HTML or JSON, whichever an Accept header prefers, and
// HTML if it has no preference; plain text if it accepts neither, or is missing.
func acceptedErrorType(accept string) string {
	if accept == "" {
		return wire.TypePlain
	}
	switch wire.Choose(accept, "text/html", "application/json") {
	case "text/html":
		return wire.TypeHTML
	case "application/json":
		return wire.TypeJSON
	}
	return wire.TypePlain
}

// explanations are the messages that WebOb has for each status by default.
var explanations = map[int]string{
	http.StatusBadRequest:                   "The server could not comply with the request since it is either malformed or otherwise incorrect.",
	http.StatusUnauthorized:                 Unauthorized.Message,
	http.StatusForbidden:                    "Access was denied to this resource.",
	http.StatusNotFound:                     NoRoute.Message,
	http.StatusConflict:                     "There was a conflict when trying to complete your request.",
	http.StatusGone:                         "This resource is no longer available. No forwarding address is given.",
	http.StatusRequestEntityTooLarge:        "The body of your request was too large for this server.",
	http.StatusRequestedRangeNotSatisfiable: "The Range requested is not available.",
	http.StatusTooManyRequests:              "The client has sent too many requests in a given amount of time.",
	http.StatusInternalServerError:          Internal.Message,
	http.StatusNotImplemented:               "The server does not support what was requested.",
	http.StatusBadGateway:                   "Bad gateway.",
	http.StatusServiceUnavailable:           "The server is currently unavailable. Please try again at a later time.",
	http.StatusGatewayTimeout:               "The gateway has timed out.",
}

// layout returns a message with the markup and the line breaks around it.
func (s Shape) layout(status int, message string) string {
	switch s {
	case ShapeBare:
		return message
	case ShapeMethod:
		return message + " <br /><br />\n"
	case ShapeMedia:
		return message + "\n<br /><br />\n"
	case ShapeDetail:
		return explanations[status] + "<br /><br />\n" + message + "\n\n"
	}
	return message + "<br /><br />\n\n\n"
}

// withoutTags returns a layout as plain text: whatever is in angle brackets is
// removed, even from the message itself, and <br> becomes a line break.
func withoutTags(text string) string {
	text = strings.NewReplacer("\n", " ", "\r", "").Replace(text)
	var b strings.Builder
	for {
		before, rest, _ := strings.Cut(text, "<")
		b.WriteString(before)
		tag, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString(text[len(before):])
			return b.String()
		}
		if strings.HasPrefix(strings.ToLower(tag), "br") {
			b.WriteByte('\n')
		}
		text = after
	}
}

package dialect

import (
	"bytes"
	"errors"
	"html"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Render is the answer for an error, in the call's dialect. An error that is no
// problem of the table becomes a 500.
func Render(c *wire.Call, err error) wire.Reply {
	var e *Error
	if !errors.As(err, &e) {
		var p *Problem
		if !errors.As(err, &p) {
			p = Internal
		}
		e = &Error{Problem: p, Message: p.Message}
	}
	rep := e.render(c)
	for key, values := range e.Header {
		rep = rep.Set(key, values[0])
	}
	return rep
}

func (e *Error) render(c *wire.Call) wire.Reply {
	switch {
	case e.Shape == ShapeIdentity:
		return identityError(e.Status, e.Message)
	case e.Shape == ShapePage:
		return page(e.Status, e.Message)
	case c.Dialect == scenarios.IMS && e.IMS != "":
		status := http.StatusBadRequest
		if e.IMSOwn {
			status = e.Status
		}
		return imsError(status, e.IMS, e.Message)
	}
	return challenge(c, imageError(c, e.Status, e.Message, e.Shape))
}

// imageError is an error in WebOb's three forms, which Glance uses: recorded.
// Only the glance dialect looks at Accept; the vendors' gateways always send JSON.
func imageError(c *wire.Call, status int, message string, shape Shape) wire.Reply {
	kind := wire.TypeJSON
	if c.Dialect == scenarios.Glance {
		kind = wire.ErrorType(c.Request.Header.Get("Accept"))
		if c.Request.Method == http.MethodHead {
			kind = wire.TypeHTML
		}
	}
	line := wire.StatusLine(status)
	var b bytes.Buffer
	switch kind {
	case wire.TypeJSON:
		b.WriteString(`{"message": `)
		b.Write(wire.Quote(shape.layout(status, message)))
		b.WriteString(`, "code": `)
		b.Write(wire.Quote(line))
		b.WriteString(`, "title": `)
		b.Write(wire.Quote(wire.Title(status)))
		b.WriteByte('}')
	case wire.TypeHTML:
		b.WriteString("<html>\n <head>\n  <title>" + line + "</title>\n </head>\n <body>\n  <h1>" + line + "</h1>\n  ")
		b.WriteString(shape.layout(status, html.EscapeString(message)) + "\n </body>\n</html>")
	default:
		b.WriteString(line + "\n\n" + withoutTags(shape.layout(status, message)))
	}
	return wire.Reply{Status: status, ContentType: kind, Body: b.Bytes()}
}

// imsError is an error of IMS's extension layer: one object, a code in text.
func imsError(status int, code, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Message string `json:"message"`
		Code    string `json:"code"`
	}{message, code}})
}

// identityError is an error of Keystone: one object, a code that is a number.
func identityError(status int, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}{status, message, wire.Title(status)}})
}

// page is the HTML page that Keystone's router sends for what it does not know: recorded.
func page(status int, message string) wire.Reply {
	body := "<!doctype html>\n<html lang=en>\n<title>" + wire.StatusLine(status) + "</title>\n<h1>" + wire.Title(status) + "</h1>\n<p>" + message + "</p>\n"
	return wire.Reply{Status: status, ContentType: "text/html; charset=utf-8", Body: []byte(body)}
}

package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"strconv"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Render is the answer for an error, in the call's dialect. An error that is no
// problem of the table becomes a 500.
func Render(c *Call, err error) Reply {
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

func (e *Error) render(c *Call) Reply {
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
	return imageError(c, e.Status, e.Message, e.Shape).challenge(c)
}

// imageError is an error in WebOb's three forms, which Glance uses: recorded.
// Only the glance dialect looks at Accept; the vendors' gateways always send JSON.
func imageError(c *Call, status int, message string, shape Shape) Reply {
	kind := TypeJSON
	if c.Dialect == scenarios.Glance {
		kind = errorType(c.Request.Header.Get("Accept"))
		if c.Request.Method == http.MethodHead {
			kind = TypeHTML
		}
	}
	line := statusLine(status)
	var b bytes.Buffer
	switch kind {
	case TypeJSON:
		b.WriteString(`{"message": `)
		b.Write(quote(shape.layout(status, message)))
		b.WriteString(`, "code": `)
		b.Write(quote(line))
		b.WriteString(`, "title": `)
		b.Write(quote(title(status)))
		b.WriteByte('}')
	case TypeHTML:
		b.WriteString("<html>\n <head>\n  <title>" + line + "</title>\n </head>\n <body>\n  <h1>" + line + "</h1>\n  ")
		b.WriteString(shape.layout(status, html.EscapeString(message)) + "\n </body>\n</html>")
	default:
		b.WriteString(line + "\n\n" + withoutTags(shape.layout(status, message)))
	}
	return Reply{Status: status, ContentType: kind, Body: b.Bytes()}
}

// imsError is an error of IMS's extension layer: one object, a code in text.
func imsError(status int, code, message string) Reply {
	return JSON(status, map[string]any{"error": struct {
		Message string `json:"message"`
		Code    string `json:"code"`
	}{message, code}})
}

// identityError is an error of Keystone: one object, a code that is a number.
func identityError(status int, message string) Reply {
	return JSON(status, map[string]any{"error": struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}{status, message, title(status)}})
}

// page is the HTML page that Keystone's router sends for what it does not know: recorded.
func page(status int, message string) Reply {
	body := "<!doctype html>\n<html lang=en>\n<title>" + statusLine(status) + "</title>\n<h1>" + title(status) + "</h1>\n<p>" + message + "</p>\n"
	return Reply{Status: status, ContentType: "text/html; charset=utf-8", Body: []byte(body)}
}

func statusLine(status int) string { return strconv.Itoa(status) + " " + title(status) }

func title(status int) string {
	if status == http.StatusRequestedRangeNotSatisfiable {
		return "Request Range Not Satisfiable" // in WebOb's words
	}
	if t := http.StatusText(status); t != "" {
		return t
	}
	return "Status " + strconv.Itoa(status)
}

// quote is s in JSON, with HTML's characters as they are.
func quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

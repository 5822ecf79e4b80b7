package dialect

import "github.com/fakeglance/fakeglance/fakeserver/internal/wire"

// RenderIdentity returns Keystone's answer for an error of the identity API,
// which is the same in every dialect.
func RenderIdentity(err error) wire.Reply {
	e := asError(err)
	if e.Shape == ShapePage {
		return e.addHeader(routerPage(e.Status, e.Message))
	}
	return e.addHeader(identityError(e.Status, e.Message))
}

// identityError returns an error in Keystone's form: an object with a code that
// is a number.
func identityError(status int, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}{status, message, wire.Title(status)}})
}

// iamError returns an error in the form of Huawei's IAM: as Keystone's, but with
// a code that is a text.
func iamError(status int, code, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Code    string  `json:"code"`
		Message string  `json:"message"`
		Ext     *string `json:"ext_message"`
	}{code, message, nil}})
}

// routerPage returns the HTML page that Keystone's router sends for paths and
// methods that it does not know: recorded.
func routerPage(status int, message string) wire.Reply {
	return wire.Reply{
		Status:      status,
		ContentType: "text/html; charset=utf-8",
		Body: []byte("<!doctype html>\n<html lang=en>\n<title>" + wire.StatusLine(status) + "</title>\n" +
			"<h1>" + wire.Title(status) + "</h1>\n<p>" + message + "</p>\n"),
	}
}

package dialect

import (
	"net/http/httptest"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// TestLayout compares with bodies of a real Glance. From a message in plain text it
// removes whatever looks like an HTML tag.
func TestLayout(t *testing.T) {
	t.Parallel()
	unknown := &Problem{Status: 409, Message: "Property %s does not exist.", Shape: ShapeDetail}
	kind := &Problem{Status: 415, Message: "The request media type %s is not supported by this server.", Shape: ShapeMedia}
	long := &Problem{Status: 400, Message: "5 is %s\n\nFailed"}
	for _, tt := range []struct {
		problem *Problem
		accept  string
		want    string
	}{
		{unknown, "", "409 Conflict\n\nThere was a conflict when trying to complete your request.\n\n Property a&c does not exist.  "},
		{unknown, "application/json", `{"message": "There was a conflict when trying to complete your request.<br /><br />\nProperty a<b>&c does not exist.\n\n", "code": "409 Conflict", "title": "Conflict"}`},
		{unknown, "*/*", "<html>\n <head>\n  <title>409 Conflict</title>\n </head>\n <body>\n  <h1>409 Conflict</h1>\n  There was a conflict when trying to complete your request.<br /><br />\nProperty a&lt;b&gt;&amp;c does not exist.\n\n\n </body>\n</html>"},
		{kind, "", "415 Unsupported Media Type\n\nThe request media type a&c is not supported by this server. \n\n "},
		{kind, "application/json", `{"message": "The request media type a<b>&c is not supported by this server.\n<br /><br />\n", "code": "415 Unsupported Media Type", "title": "Unsupported Media Type"}`},
		{long, "", "400 Bad Request\n\n5 is a&c  Failed\n\n   "},
		{long, "application/json", `{"message": "5 is a<b>&c\n\nFailed<br /><br />\n\n\n", "code": "400 Bad Request", "title": "Bad Request"}`},
	} {
		req := httptest.NewRequest("PATCH", "/v2/images/x", nil)
		req.Header.Set("Accept", tt.accept)
		rep := glance.Render(&wire.Call{Request: req, Address: wire.AddressOf(req)}, tt.problem.With("a<b>&c"))
		if got := string(rep.Body); got != tt.want {
			t.Errorf("Accept: %q\ngot  %q\nwant %q", tt.accept, got, tt.want)
		}
	}
}

// TestErrorType compares with the content types that a real Glance chose.
func TestErrorType(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ accept, want string }{
		{"", wire.TypePlain},
		{"*/*", wire.TypeHTML},
		{"text/html", wire.TypeHTML},
		{"application/json", wire.TypeJSON},
		{"text/plain", wire.TypePlain},
		{"application/xml", wire.TypePlain},
		{"not a type", wire.TypeHTML},
		{"text/html;q=0.5, application/json", wire.TypeJSON},
		{"application/*", wire.TypeJSON},
		{"text/*;q=0.1, application/json;q=0.1", wire.TypeHTML},
		{"*/*;q=0.1, application/json", wire.TypeJSON},
		{"*/*, text/html;q=0", wire.TypeJSON},
		{"application/json;q=0", wire.TypePlain},
		{"APPLICATION/JSON", wire.TypeJSON},
		{"application/json; charset=utf-8", wire.TypePlain},
		{"application/json;q=high", wire.TypeHTML},
		{",,application/json,", wire.TypeJSON},
	} {
		if got := acceptedErrorType(test.accept); got != test.want {
			t.Errorf("Accept: %q gives %q, want %q", test.accept, got, test.want)
		}
	}
}

// Native and ims never send plain text to a request without Accept: Huawei's SDK
// sends none, and reads JSON.
func TestErrorTypeOfDialects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ accept, glance, native, ims string }{
		{"", wire.TypePlain, wire.TypeJSON, wire.TypeJSON},
		{"*/*", wire.TypeHTML, wire.TypeHTML, wire.TypeJSON},
		{"text/html", wire.TypeHTML, wire.TypeHTML, wire.TypeJSON},
		{"application/json", wire.TypeJSON, wire.TypeJSON, wire.TypeJSON},
		{"text/plain", wire.TypePlain, wire.TypePlain, wire.TypeJSON},
	} {
		req := httptest.NewRequest("DELETE", "/v2/images/x", nil)
		if test.accept != "" {
			req.Header.Set("Accept", test.accept)
		}
		for d, want := range map[*Dialect]string{&glance: test.glance, &native: test.native, &ims: test.ims} {
			if got := d.errorType(req); got != want {
				t.Errorf("%s, Accept %q: %q, want %q", d.Name, test.accept, got, want)
			}
		}
	}
}

package dialect

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// defaults are the contents of an injected error whose fault gives only a status and
// a hop. The call is the deletion of image x.
var defaults = []struct {
	status         int
	title, message string
	gateway, ims   string // codes
}{
	{400, "Bad Request", "The server could not comply with the request since it is either malformed or otherwise incorrect.", "APIGW.0201", "IMG.0001"},
	{401, "Unauthorized", "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.", "APIGW.0301", "IMG.0087"},
	{403, "Forbidden", "You are not authorized to complete delete_image action.", "APIGW.0302", "IMG.0026"},
	{404, "Not Found", "Failed to find image x to delete", "APIGW.0101", "IMG.0027"},
	{405, "Method Not Allowed", "The method DELETE is not allowed for this resource.", "APIGW.0501", "IMG.0061"},
	{409, "Conflict", "Image x could not be deleted because it is in use: another resource", "APIGW.0201", "IMG.0014"},
	{410, "Gone", "This resource is no longer available. No forwarding address is given.", "APIGW.0201", "IMG.0061"},
	{413, "Request Entity Too Large", "The body of your request was too large for this server.", "APIGW.0201", "IMG.0061"},
	{416, "Request Range Not Satisfiable", "The Range requested is not available.", "APIGW.0201", "IMG.0061"},
	{429, "Too Many Requests", "The client has sent too many requests in a given amount of time.", "APIGW.0308", "IMG.0060"},
	{500, "Internal Server Error", "The server has either erred or is incapable of performing the requested operation.", "APIGW.0601", "IMG.0061"},
	{501, "Not Implemented", "The server does not support what was requested.", "APIGW.0201", "IMG.0061"},
	{502, "Bad Gateway", "Bad gateway.", "APIGW.0610", "IMG.0061"},
	{503, "Service Unavailable", "The server is currently unavailable. Please try again at a later time.", "APIGW.0613", "IMG.0061"},
	{504, "Gateway Timeout", "The gateway has timed out.", "APIGW.0201", "IMG.0061"},
}

// TestHops injects every status that an error can have, from every hop, in every
// dialect. A failure names the wrong combination.
func TestHops(t *testing.T) {
	t.Parallel()
	for status := 400; status <= 599; status++ {
		title := http.StatusText(status)
		if title == "" {
			title = fmt.Sprint("Status ", status)
		}
		message, gateway, ims := title, "APIGW.0201", "IMG.0061"
		for _, row := range defaults {
			if row.status == status {
				title, message, gateway, ims = row.title, row.message, row.gateway, row.ims
			}
		}
		layout := message + `<br /><br />\n\n\n`
		text := message + "\n\n   "
		if status == 405 {
			layout, text = message+` <br /><br />\n`, message+" \n\n "
		}
		webobJSON := fmt.Sprintf(`{"message": "%s", "code": "%d %s", "title": "%s"}`, layout, status, title, title)
		webobText := fmt.Sprintf("%d %s\n\n%s", status, title, text)
		imsJSON := fmt.Sprintf(`{"error":{"message":"%s","code":"%s"}}`, message, ims)
		gatewayMessage := message
		switch status { // of which the gateway knows more, and of images nothing
		case 401:
			gatewayMessage = "Incorrect IAM authentication information."
		case 403:
			gatewayMessage = "The IAM user is not allowed to access the API."
		case 404:
			gatewayMessage = "The API does not exist or has not been published in the environment."
		}
		gatewayJSON := fmt.Sprintf(`{"error_msg":"%s","error_code":"%s","request_id":"d22ff9b9413e0aaef9d57913578d99a0"}`, gatewayMessage, gateway)
		iamJSON := fmt.Sprintf(`{"error":{"code":%d,"message":"%s","title":"%s"}}`, status, message, title)
		lbHTML := fmt.Sprintf("<html><body><h1>%d %s</h1></body></html>\n", status, title)

		for _, test := range []struct {
			hop                    scenarios.Hop
			dialect                scenarios.Dialect
			contentType, body      string
			requestID              bool // the answer has the service's request id
			gatewayID, noChallenge bool // the answer has the gateway's request id; a 401 has no WWW-Authenticate
		}{
			{hop: "", dialect: "native", contentType: "application/json", body: webobJSON, requestID: status != 401},
			{hop: "service", dialect: "native", contentType: "application/json", body: webobJSON, requestID: status != 401},
			{hop: "service", dialect: "glance", contentType: "text/plain; charset=UTF-8", body: webobText, requestID: status != 401},
			{hop: "service", dialect: "ims", contentType: "application/json", body: imsJSON, requestID: true, noChallenge: true},
			{hop: "gateway", dialect: "native", contentType: "application/json", body: gatewayJSON, gatewayID: true, noChallenge: true},
			{hop: "gateway", dialect: "glance", contentType: "application/json", body: gatewayJSON, gatewayID: true, noChallenge: true},
			{hop: "gateway", dialect: "ims", contentType: "application/json", body: gatewayJSON, gatewayID: true, noChallenge: true},
			{hop: "iam", dialect: "native", contentType: "application/json", body: iamJSON},
			{hop: "iam", dialect: "glance", contentType: "application/json", body: iamJSON},
			{hop: "iam", dialect: "ims", contentType: "application/json", body: iamJSON},
			{hop: "lb", dialect: "native", contentType: "text/html", body: lbHTML, noChallenge: true},
			{hop: "lb", dialect: "glance", contentType: "text/html", body: lbHTML, noChallenge: true},
			{hop: "lb", dialect: "ims", contentType: "text/html", body: lbHTML, noChallenge: true},
		} {
			name := fmt.Sprintf("hop %q, status %d, dialect %s", test.hop, status, test.dialect)
			rep := Of(test.dialect).Inject(deletion(), scenarios.Injection{Status: status, Hop: test.hop})
			if rep.Status != status || rep.ContentType != test.contentType || string(rep.Body) != test.body {
				t.Errorf("%s:\ngot  %d %s %s\nwant %d %s %s", name, rep.Status, rep.ContentType, rep.Body, status, test.contentType, test.body)
			}
			if rep.NoRequestID == test.requestID {
				t.Errorf("%s: NoRequestID is %t", name, rep.NoRequestID)
			}
			gatewayID, challenge := "", ""
			if test.gatewayID {
				gatewayID = "d22ff9b9413e0aaef9d57913578d99a0"
			}
			if status == 401 && !test.noChallenge {
				challenge = `Keystone uri="http://cloud.example/identity"`
			}
			if got := rep.Header.Get("X-Request-Id"); got != gatewayID {
				t.Errorf("%s: X-Request-Id is %q, want %q", name, got, gatewayID)
			}
			if got := rep.Header.Get("WWW-Authenticate"); got != challenge {
				t.Errorf("%s: WWW-Authenticate is %q, want %q", name, got, challenge)
			}
		}
	}
}

// deletion returns a DELETE of image x, as the server passes it to the dialect.
func deletion() *wire.Call {
	c := &wire.Call{
		Request:   httptest.NewRequest("DELETE", "http://cloud.example/v2/images/x", nil),
		Operation: scenarios.DeleteImage,
		RequestID: "req-1",
		Address:   wire.Address{Scheme: "http", Host: "cloud.example"},
	}
	c.Vars[0].Name, c.Vars[0].Value = "image_id", "x"
	return c
}

// TestInjectOverrides injects errors whose faults give more than a status.
func TestInjectOverrides(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect  scenarios.Dialect
		identity bool
		inject   scenarios.Injection
		want     string
	}{
		{"native", false, scenarios.Injection{Status: 204}, ``},
		{"native", false, scenarios.Injection{Status: 302, Message: "unused"}, ``},
		{"native", false, scenarios.Injection{Status: 500, Message: "Boom"}, `{"message": "Boom<br /><br />\n\n\n", "code": "500 Internal Server Error", "title": "Internal Server Error"}`},
		{"native", false, scenarios.Injection{Status: 500, Code: "X.1"}, `{"error":{"message":"The server has either erred or is incapable of performing the requested operation.","code":"X.1"}}`},
		{"ims", false, scenarios.Injection{Status: 403, Code: "IMG.0094", Message: "No"}, `{"error":{"message":"No","code":"IMG.0094"}}`},
		{"ims", false, scenarios.Injection{Status: 503, Hop: "gateway", Code: "APIGW.0201", Message: "No"}, `{"error_msg":"No","error_code":"APIGW.0201","request_id":"d22ff9b9413e0aaef9d57913578d99a0"}`},
		{"ims", false, scenarios.Injection{Status: 401, Hop: "iam", Code: "IAM.0101", Message: "No"}, `{"error":{"code":"IAM.0101","message":"No","ext_message":null}}`},
		{"ims", true, scenarios.Injection{Status: 401}, `{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}`},
		{"ims", true, scenarios.Injection{Status: 503}, `{"error":{"code":503,"message":"The server is currently unavailable. Please try again at a later time.","title":"Service Unavailable"}}`},
		{"glance", false, scenarios.Injection{Status: 500, Body: "oops"}, `oops`},
		{"glance", false, scenarios.Injection{Status: 200, Body: map[string]any{"a": 1}}, `{"a":1}`},
	} {
		c := deletion()
		if c.Identity = test.identity; c.Identity {
			c.Operation, c.Vars = scenarios.CreateToken, wire.Vars{}
		}
		rep := Of(test.dialect).Inject(c, test.inject)
		if rep.Status != test.inject.Status || string(rep.Body) != test.want {
			t.Errorf("%+v in %s:\ngot  %d %s\nwant %s", test.inject, test.dialect, rep.Status, rep.Body, test.want)
		}
	}
}

// TestDefaultMessages checks the default messages that depend on the call.
func TestDefaultMessages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		operation scenarios.Operation
		image     string
		status    int
		want      string
	}{
		{scenarios.GetImage, "x", 403, "You are not authorized to complete get_image action."},
		{scenarios.GetImage, "x", 404, "No image found with ID x"},
		{scenarios.GetImages, "", 404, "The resource could not be found."},
		{scenarios.AddImage, "", 409, "There was a conflict when trying to complete your request."},
		{"", "", 403, "Access was denied to this resource."},
		{"", "", 404, "The resource could not be found."},
	} {
		c := deletion()
		c.Operation, c.Vars[0].Value = test.operation, test.image
		if got := defaultMessage(c, test.status); got != test.want {
			t.Errorf("%s, status %d: %s, want %s", test.operation, test.status, got, test.want)
		}
	}
}

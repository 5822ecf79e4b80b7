package dialect

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Inject is the answer that a fault gives in place of the true one: the body,
// code and headers of the hop that answers, with the fault's own words over them.
func Inject(c *wire.Call, in scenarios.Injection) wire.Reply {
	rep := hopReply(c, in)
	switch body := in.Body.(type) {
	case nil:
	case string:
		rep.Body, rep.ContentType = []byte(body), wire.TypePlain
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return Render(c, err)
		}
		rep.Body, rep.ContentType = text, wire.TypeJSON
	}
	return rep
}

func hopReply(c *wire.Call, in scenarios.Injection) wire.Reply {
	status, message, code := in.Status, in.Message, in.Code
	if status < 400 {
		// A success, or a redirection, that a fault tells of has nothing to say.
		return wire.NoContent(status)
	}
	if message == "" {
		message = defaultMessage(c, status)
	}
	switch in.Hop {
	case scenarios.Gateway:
		if code == "" {
			code = gatewayCode(status)
		}
		return gatewayError(status, code, message, c.RequestID)
	case scenarios.IAM:
		rep := identityError(status, message)
		if code != "" {
			rep = iamError(status, code, message)
		}
		rep.NoRequestID = true
		return challenge(c, rep)
	case scenarios.LB:
		return lbPage(status)
	}
	if c.Identity {
		return identityError(status, message)
	}
	if c.Dialect == scenarios.IMS || code != "" {
		if code == "" {
			code = imsCode(status)
		}
		return imsError(status, code, message)
	}
	shape := ShapeImage
	if status == http.StatusMethodNotAllowed {
		shape = ShapeMethod
	}
	return challenge(c, imageError(c, status, message, shape))
}

// challenge adds to a 401 what Keystone's middleware sends with it. The
// middleware stands before the place where a request gets its id.
func challenge(c *wire.Call, r wire.Reply) wire.Reply {
	if r.Status != http.StatusUnauthorized {
		return r
	}
	r.NoRequestID = true
	return r.Set("WWW-Authenticate", `Keystone uri="`+c.Base()+`/identity"`)
}

// Refuse is the answer of Huawei's API gateway to a request whose signature it
// does not take.
func Refuse(status int, why error, requestID string) wire.Reply {
	return gatewayError(status, gatewayCode(status), why.Error(), requestID)
}

// gatewayCode is the code that Huawei's API gateway sends with a status: from
// the error table of its signing guide.
func gatewayCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "APIGW.0301"
	case http.StatusForbidden:
		return "APIGW.0302"
	case http.StatusNotFound:
		return "APIGW.0101"
	case http.StatusMethodNotAllowed:
		return "APIGW.0501"
	case http.StatusTooManyRequests:
		return "APIGW.0308"
	case http.StatusInternalServerError:
		return "APIGW.0601"
	case http.StatusBadGateway:
		return "APIGW.0610"
	case http.StatusServiceUnavailable:
		return "APIGW.0613"
	}
	return "APIGW.0201"
}

func gatewayError(status int, code, message, requestID string) wire.Reply {
	id := gatewayID(requestID)
	rep := wire.JSON(status, struct {
		Message string `json:"error_msg"`
		Code    string `json:"error_code"`
		ID      string `json:"request_id"`
	}{message, code, id})
	rep.NoRequestID = true
	return rep.Set("X-Request-Id", id)
}

// gatewayID is a request id in the gateway's form: 32 hexadecimal digits.
func gatewayID(requestID string) string {
	sum := md5.Sum([]byte(requestID))
	return hex.EncodeToString(sum[:])
}

// iamError is an error of Huawei's IAM: as Keystone's, but its code is a text.
func iamError(status int, code, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Code    string  `json:"code"`
		Message string  `json:"message"`
		Ext     *string `json:"ext_message"`
	}{code, message, nil}})
}

// lbPage is the page of a load balancer that has no server to ask.
func lbPage(status int) wire.Reply {
	line := wire.StatusLine(status)
	return wire.Reply{
		Status:      status,
		ContentType: "text/html",
		Body:        []byte("<html><body><h1>" + line + "</h1></body></html>\n"),
		NoRequestID: true,
	}
}

// imsCode is the code of IMS that says what a status says.
func imsCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "IMG.0087"
	case http.StatusForbidden:
		return "IMG.0026"
	case http.StatusNotFound:
		return "IMG.0027"
	case http.StatusConflict:
		return "IMG.0014"
	case http.StatusTooManyRequests:
		return "IMG.0060"
	case http.StatusBadRequest:
		return "IMG.0001"
	}
	return "IMG.0061"
}

// defaultMessage is what the service itself says with a status.
func defaultMessage(c *wire.Call, status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The server could not comply with the request since it is either malformed or otherwise incorrect."
	case http.StatusUnauthorized:
		if c.Identity {
			return "The request you have made requires authentication."
		}
		return Unauthorized.Message
	case http.StatusForbidden:
		if c.Operation == "" {
			return "Access was denied to this resource."
		}
		return NotAuthorized.With(string(c.Operation)).Error()
	case http.StatusNotFound:
		switch {
		case c.Operation == scenarios.DeleteImage:
			return DeleteUnknown.With(c.ImageID()).Error()
		case c.ImageID() != "":
			return ImageUnknown.With(c.ImageID()).Error()
		}
		return NoRoute.Message
	case http.StatusMethodNotAllowed:
		return MethodNotAllowed.With(c.Request.Method).Error()
	case http.StatusConflict:
		if c.Operation == scenarios.DeleteImage {
			return DeleteInUse.With(c.ImageID(), "another resource").Error()
		}
		return "There was a conflict when trying to complete your request."
	case http.StatusGone:
		return "This resource is no longer available. No forwarding address is given."
	case http.StatusRequestEntityTooLarge:
		return "The body of your request was too large for this server."
	case http.StatusTooManyRequests:
		return "The client has sent too many requests in a given amount of time."
	case http.StatusInternalServerError:
		return Internal.Message
	case http.StatusNotImplemented:
		return "The server does not support what was requested."
	case http.StatusBadGateway:
		return "Bad gateway."
	case http.StatusServiceUnavailable:
		return "The server is currently unavailable. Please try again at a later time."
	case http.StatusGatewayTimeout:
		return "The gateway has timed out."
	}
	return wire.Title(status)
}

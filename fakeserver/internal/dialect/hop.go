package dialect

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// An injection is the error that a fault injects, with all defaults filled in.
type injection struct {
	status  int
	code    string // empty: neither the fault nor the hop has a code
	message string
}

// A hop is one of the servers on the way of a call, any of which may answer it with
// an error.
type hop struct {
	codes    codes          // nil: the hop's errors have no code unless the fault gives one
	messages map[int]string // of the hop itself, by status; all others are those of the service
	render   func(d *Dialect, c *wire.Call, e injection) wire.Reply
	usual    []int // the errors that it is documented to answer any call with; a hop with codes: those that have one
}

// hops are all hops. The codes of the gateway are those of the error table in
// the guide to signing requests.
var hops = map[scenarios.Hop]hop{
	scenarios.Service: {render: serviceError, usual: []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}},
	scenarios.Gateway: {render: gatewayError, messages: gatewayMessages, codes: codes{
		http.StatusUnauthorized:        "APIGW.0301",
		http.StatusForbidden:           "APIGW.0302",
		http.StatusNotFound:            "APIGW.0101",
		http.StatusMethodNotAllowed:    "APIGW.0501",
		http.StatusTooManyRequests:     "APIGW.0308",
		http.StatusInternalServerError: "APIGW.0601",
		http.StatusBadGateway:          "APIGW.0610",
		http.StatusServiceUnavailable:  "APIGW.0613",
		http.StatusGatewayTimeout:      "APIGW.0201",
		0:                              "APIGW.0201",
	}},
	scenarios.IAM: {render: middlewareError, usual: []int{http.StatusUnauthorized}},
	scenarios.LB:  {render: balancerError, usual: []int{http.StatusBadGateway, http.StatusServiceUnavailable}},
}

// Usual returns the errors that a hop is documented to answer any call with, in
// ascending order.
func Usual(name scenarios.Hop) []int {
	h := hops[name]
	if h.codes == nil {
		return h.usual
	}
	all := slices.Sorted(maps.Keys(h.codes))
	return slices.DeleteFunc(all, func(status int) bool { return status == 0 })
}

// gatewayMessages are what Huawei's API gateway says of its own: it knows the caller
// and the route, but no images.
var gatewayMessages = map[int]string{
	http.StatusUnauthorized: "Incorrect IAM authentication information.",
	http.StatusForbidden:    "The IAM user is not allowed to access the API.",
	http.StatusNotFound:     GatewayNoRoute.Message,
}

// Inject returns the answer that a fault injects in place of the true one: that
// of its hop, with the fault's own code, message and body in place of the defaults.
func (d *Dialect) Inject(c *wire.Call, in scenarios.Injection) wire.Reply {
	rep := wire.NoContent(in.Status)
	if in.Status >= 400 {
		h := hops[cmp.Or(in.Hop, scenarios.Service)]
		rep = h.render(d, c, injection{
			status:  in.Status,
			code:    cmp.Or(in.Code, h.codes.of(in.Status)),
			message: cmp.Or(in.Message, h.messages[in.Status], defaultMessage(c, in.Status)),
		})
	}
	switch body := in.Body.(type) {
	case nil:
	case string:
		rep.Body, rep.ContentType = []byte(strings.ReplaceAll(body, "{url}", c.Base())), wire.TypePlain
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return d.Render(c, err)
		}
		rep.Body, rep.ContentType = wire.Expand(text, "{url}", c.Base()), wire.TypeJSON
	}
	return rep
}

// defaultMessage returns the message of an error of the service itself.
func defaultMessage(c *wire.Call, status int) string {
	switch {
	case status == http.StatusUnauthorized && c.Identity:
		return IdentityUnauthorized.Message
	case status == http.StatusForbidden && c.Operation != "":
		return NotAuthorized.With(c.Operation).Error()
	case status == http.StatusNotFound && c.Operation == scenarios.DeleteImage:
		return DeleteUnknown.With(c.ImageID()).Error()
	case status == http.StatusNotFound && c.ImageID() != "":
		return ImageUnknown.With(c.ImageID()).Error()
	case status == http.StatusMethodNotAllowed:
		return MethodNotAllowed.With(c.Request.Method).Error()
	case status == http.StatusConflict && c.Operation == scenarios.DeleteImage:
		return DeleteInUse.With(c.ImageID(), "another resource").Error()
	}
	return cmp.Or(explanations[status], wire.Title(status))
}

// serviceError is what the called service itself answers: Keystone, or the image
// service in its dialect. With a code, the error has the form that has one.
func serviceError(d *Dialect, c *wire.Call, e injection) wire.Reply {
	switch code := cmp.Or(e.code, d.codesOf(c).of(e.status)); {
	case c.Identity:
		return identityError(e.status, e.message)
	case code != "":
		return codedError(e.status, code, e.message)
	}
	shape := ShapeImage
	if e.status == http.StatusMethodNotAllowed {
		shape = ShapeMethod
	}
	return challenge(c, d.webobError(c.Request, e.status, e.message, shape))
}

// RefuseSignature returns the answer of Huawei's API gateway to a request whose
// signature it does not accept, because of err.
func RefuseSignature(c *wire.Call, status int, err error) wire.Reply {
	return gatewayError(nil, c, injection{status, hops[scenarios.Gateway].codes.of(status), err.Error()})
}

// gatewayError is what Huawei's API gateway answers, under a request id of its
// own: 32 hexadecimal digits.
func gatewayError(_ *Dialect, c *wire.Call, e injection) wire.Reply {
	sum := md5.Sum([]byte(c.RequestID))
	id := hex.EncodeToString(sum[:])
	rep := wire.JSON(e.status, struct {
		Message string `json:"error_msg"`
		Code    string `json:"error_code"`
		ID      string `json:"request_id"`
	}{e.message, e.code, id})
	rep.NoRequestID = true
	return rep.Set("X-Request-Id", id)
}

// middlewareError is what Keystone's middleware, which checks tokens for the
// image service, answers in its place. With a code, it is Huawei's IAM.
func middlewareError(_ *Dialect, c *wire.Call, e injection) wire.Reply {
	rep := identityError(e.status, e.message)
	if e.code != "" {
		rep = iamError(e.status, e.code, e.message)
	}
	rep.NoRequestID = true
	return challenge(c, rep)
}

// balancerError is the page of a load balancer that has no server to pass the
// request on to.
func balancerError(_ *Dialect, _ *wire.Call, e injection) wire.Reply {
	return wire.Reply{
		Status:      e.status,
		ContentType: "text/html",
		Body:        []byte("<html><body><h1>" + wire.StatusLine(e.status) + "</h1></body></html>\n"),
		NoRequestID: true,
	}
}

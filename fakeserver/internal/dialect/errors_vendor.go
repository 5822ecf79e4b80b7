package dialect

import "net/http"

// The errors of the vendors' own part of the image API.
var (
	GatewayNoRoute  = &Problem{Status: http.StatusNotFound, Message: "The API does not exist or has not been published in the environment.", Code: "APIGW.0101", Shape: ShapeGateway}
	ProjectMismatch = &Problem{Status: http.StatusBadRequest, Message: "The project ID %s in the path is not that of the token: %s.", Code: "IMG.0030"}
	TagKeyUnknown   = &Problem{Status: http.StatusNotFound, Message: "The image %s has no tag with the key %s.", Code: "IMG.0121"}
)

package dialect

import "net/http"

// The errors of the vendors' own part of the image API.
var (
	GatewayNoRoute = &Problem{Status: http.StatusNotFound, Message: "The API does not exist or has not been published in the environment.", Code: "APIGW.0101", Shape: ShapeGateway}
)

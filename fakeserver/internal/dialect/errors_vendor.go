package dialect

import "net/http"

// The errors of the vendors' own part of the image API.
var (
	GatewayNoRoute  = &Problem{Status: http.StatusNotFound, Message: "The API does not exist or has not been published in the environment.", Code: "APIGW.0101", Shape: ShapeGateway}
	ProjectMismatch = &Problem{Status: http.StatusBadRequest, Message: "The project ID %s in the path is not that of the token: %s.", Code: "IMG.0030"}
	JobFailed       = &Problem{Status: http.StatusInternalServerError, Message: "%s", Code: "IMG.0014"} // of a job: no call is answered with it
	JobUnknown      = &Problem{Status: http.StatusNotFound, Message: "The job %s does not exist.", Code: "IMG.0023"}
	ImageNameLong   = &Problem{Status: http.StatusBadRequest, Message: "The image name has more than %d characters.", Code: "IMG.0002"}
	ImageNameForm   = &Problem{Status: http.StatusBadRequest, Message: "The image name %q is empty, or begins or ends with a space.", Code: "IMG.0003"}
	MembersNotOwner = &Problem{Status: http.StatusForbidden, Message: "Only the owner of the image %s can share it.", Code: "IMG.0047"}
	MembersNotOwn   = &Problem{Status: http.StatusForbidden, Message: "The project %s cannot decide for the project %s.", Code: "IMG.0047"}
	MembersUnshared = &Problem{Status: http.StatusForbidden, Message: "The image %s cannot be shared.", Code: "IMG.0098"}
	MembersUnknown  = &Problem{Status: http.StatusNotFound, Message: "The project %s is not a member of the image %s.", Code: "IMG.0121"}
	TagKeyUnknown   = &Problem{Status: http.StatusNotFound, Message: "The image %s has no tag with the key %s.", Code: "IMG.0121"}
)

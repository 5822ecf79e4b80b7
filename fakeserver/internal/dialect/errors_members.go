package dialect

import "net/http"

// The errors of an image's members.
var (
	MemberUnknown          = &Problem{Status: http.StatusNotFound, Message: "%s not found in the member list of the image %s."}
	MembersOnlyShared      = &Problem{Status: http.StatusNotFound, Message: "Only shared images have members."}
	MembersChangeNotShared = &Problem{Status: http.StatusForbidden, Message: "Not allowed to %s members for image %s."}
	MembersListNotShared   = &Problem{Status: http.StatusForbidden, Message: "Not allowed to list members for image %s: Only shared images have members."}
	MemberDuplicate        = &Problem{Status: http.StatusConflict, Message: "Member %s is duplicated for image %s"}
	MembersTooMany         = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Image member limit exceeded for image %s: The limit has been exceeded on the number of allowed image members for this image. Attempted: %d, Maximum: %d:"}
	MemberMissing          = &Problem{Status: http.StatusBadRequest, Message: "Member to be added not specified", Code: "IMG.0001"}
	MemberEmpty            = &Problem{Status: http.StatusBadRequest, Message: "Member can't be empty", Code: "IMG.0001"}
	MemberNotObject        = &Problem{Status: http.StatusBadRequest, Message: `Expected a member in the form: {"member": "image_id"}`, Code: "IMG.0001"}
	MemberStatusMissing    = &Problem{Status: http.StatusBadRequest, Message: "Status not specified", Code: "IMG.0001"}
	MemberStatusNotObject  = &Problem{Status: http.StatusBadRequest, Message: `Expected a status in the form: {"status": "status"}`, Code: "IMG.0001"}
	MemberStatusUnknown    = &Problem{Status: http.StatusBadRequest, Message: `Incorrect request: Status must be "pending", "accepted" or "rejected".`, Code: "IMG.0001"}
)

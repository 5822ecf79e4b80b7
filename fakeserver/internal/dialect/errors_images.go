package dialect

import "net/http"

// The errors of JSON bodies, wherever one is expected.
var (
	BodyMissing   = &Problem{Status: http.StatusBadRequest, Message: "Body expected in request.", IMS: "IMG.0007"}
	BodyMalformed = &Problem{Status: http.StatusBadRequest, Message: "Malformed JSON in request body.", IMS: "IMG.0001"}
	BodyNotObject = &Problem{Status: http.StatusBadRequest, Message: "Unexpected body type. Expected list/dict.", IMS: "IMG.0001"}
)

// The errors of POST and PATCH of an image, and of its tags.
var (
	SchemaMismatch    = &Problem{Status: http.StatusBadRequest, Message: "Provided object does not match schema 'image': %s", IMS: "IMG.0001"}
	ValueNegative     = &Problem{Status: http.StatusBadRequest, Message: "Invalid value '%s' for parameter '%s': Cannot be a negative value", IMS: "IMG.0001"}
	ValueTooLarge     = &Problem{Status: http.StatusBadRequest, Message: "'%s' value out of range, must not exceed %d.", IMS: "IMG.0001"}
	ValueWide         = &Problem{Status: http.StatusBadRequest, Message: "%s can't contain 4 byte unicode characters.", IMS: "IMG.0001"}
	PropertyNameWide  = &Problem{Status: http.StatusBadRequest, Message: "Property names can't contain 4 byte unicode.", IMS: "IMG.0001"}
	PropertyNameLong  = &Problem{Status: http.StatusBadRequest, Message: "Custom property should not be greater than 255 characters.", IMS: "IMG.0001"}
	TagWide           = &Problem{Status: http.StatusBadRequest, Message: "Param values can't contain 4 byte unicode.", IMS: "IMG.0001"}
	TagWideHere       = &Problem{Status: http.StatusBadRequest, Message: "Could not update image: Param values can't contain 4 byte unicode.", IMS: "IMG.0001"}
	TooManyTags       = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The limit has been exceeded on the number of allowed image tags. Attempted: %d, Maximum: %d"}
	TooManyTagsHere   = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Image tag limit exceeded for image %s: The limit has been exceeded on the number of allowed image tags. Attempted: %d, Maximum: %d:"}
	TooManyProperties = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The limit has been exceeded on the number of allowed image properties. Attempted: %d, Maximum: %d"}

	AttributeReadOnly     = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is read-only."}
	AttributeReserved     = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is reserved."}
	AttributeReservedBody = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is reserved.", Shape: ShapeDetail} // in a POST
	CreateForOther        = &Problem{Status: http.StatusForbidden, Message: "You are not permitted to create images owned by '%s'", Shape: ShapeDetail}
	CreateTaken           = &Problem{Status: http.StatusConflict, Message: "Image ID %s already exists!"}

	FormatSettled   = &Problem{Status: http.StatusForbidden, Message: "Attribute %s can be only replaced for a queued image."}
	OwnerSettled    = &Problem{Status: http.StatusForbidden, Message: "Owner can't be updated by non admin.", Shape: ShapeDetail}
	PropertyUnknown = &Problem{Status: http.StatusConflict, Message: "Property %s does not exist.", Shape: ShapeDetail, IMS: "IMG.0035"}
	PropertyPresent = &Problem{Status: http.StatusConflict, Message: "Property %s already present.", Shape: ShapeDetail}
	PropertyStays   = &Problem{Status: http.StatusForbidden, Message: "Property %s may not be removed.", Shape: ShapeDetail}
	LocationsEmpty  = &Problem{Status: http.StatusForbidden, Message: "Cannot set locations to empty list.", Shape: ShapeDetail}
	LocationsUnseen = &Problem{Status: http.StatusForbidden, Message: "It's not allowed to %s locations if locations are invisible."}
	UpdateGone      = &Problem{Status: http.StatusForbidden, Message: "Forbidding request, image %s not visible"} // to the caller, once updated
)

// The errors of a JSON patch itself.
var (
	MediaType       = &Problem{Status: http.StatusUnsupportedMediaType, Message: "The request media type %s is not supported by this server.", Shape: ShapeMedia}
	PatchNotList    = &Problem{Status: http.StatusBadRequest, Message: "Request body must be a JSON array of operation objects.", IMS: "IMG.0001"}
	PatchNotObject  = &Problem{Status: http.StatusBadRequest, Message: "Operations must be JSON objects.", IMS: "IMG.0001"}
	PatchNoOp       = &Problem{Status: http.StatusBadRequest, Message: "Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace.", IMS: "IMG.0001"}
	PatchOp         = &Problem{Status: http.StatusBadRequest, Message: "Invalid operation: `%s`. It must be one of the following: add, remove, replace.", IMS: "IMG.0001"}
	PatchNoPath     = &Problem{Status: http.StatusBadRequest, Message: "Unable to find 'path' in JSON Schema change", IMS: "IMG.0001"}
	PatchNoMember   = &Problem{Status: http.StatusBadRequest, Message: `Operation objects must contain exactly one member named "add", "remove", or "replace".`, IMS: "IMG.0001"}
	PatchMembers    = &Problem{Status: http.StatusBadRequest, Message: `Operation objects must contain only one member named "add", "remove", or "replace".`, IMS: "IMG.0001"}
	PatchNoValue    = &Problem{Status: http.StatusBadRequest, Message: `Operation "%s" requires a member named "value".`, IMS: "IMG.0001"}
	PointerNoSlash  = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` does not start with \"/\".", IMS: "IMG.0001"}
	PointerAdjacent = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` contains adjacent \"/\".", IMS: "IMG.0001"}
	PointerEnd      = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` end with \"/\".", IMS: "IMG.0001"}
	PointerEscape   = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` contains \"~\" not part of a recognized escape sequence.", IMS: "IMG.0001"}
	PointerDepth    = &Problem{Status: http.StatusBadRequest, Message: "Invalid JSON pointer for this resource: '/%s'", IMS: "IMG.0001"}
)

// The errors of an image's members.
var (
	MembersImageUnknown = &Problem{Status: http.StatusNotFound, Message: "Image %s not found.", IMS: "IMG.0027"} // and of its tags
	MemberUnknown       = &Problem{Status: http.StatusNotFound, Message: "%s not found in the member list of the image %s."}
	MembersOnlyShared   = &Problem{Status: http.StatusNotFound, Message: "Only shared images have members."}
	MembersNotShared    = &Problem{Status: http.StatusForbidden, Message: "Not allowed to %s members for image %s."}
	MembersNotListed    = &Problem{Status: http.StatusForbidden, Message: "Not allowed to list members for image %s: Only shared images have members."}
	MemberTaken         = &Problem{Status: http.StatusConflict, Message: "Member %s is duplicated for image %s"}
	TooManyMembers      = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Image member limit exceeded for image %s: The limit has been exceeded on the number of allowed image members for this image. Attempted: %d, Maximum: %d:"}
	MemberMissing       = &Problem{Status: http.StatusBadRequest, Message: "Member to be added not specified", IMS: "IMG.0001"}
	MemberEmpty         = &Problem{Status: http.StatusBadRequest, Message: "Member can't be empty", IMS: "IMG.0001"}
	MemberForm          = &Problem{Status: http.StatusBadRequest, Message: `Expected a member in the form: {"member": "image_id"}`, IMS: "IMG.0001"}
	MemberStatusMissing = &Problem{Status: http.StatusBadRequest, Message: "Status not specified", IMS: "IMG.0001"}
	MemberStatusForm    = &Problem{Status: http.StatusBadRequest, Message: `Expected a status in the form: {"status": "status"}`, IMS: "IMG.0001"}
	MemberStatusUnknown = &Problem{Status: http.StatusBadRequest, Message: `Incorrect request: Status must be "pending", "accepted" or "rejected".`, IMS: "IMG.0001"}
)

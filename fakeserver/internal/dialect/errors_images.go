package dialect

import "net/http"

// The errors of deleting an image.
var (
	DeleteUnknown    = &Problem{Status: http.StatusNotFound, Message: "Failed to find image %s to delete", Code: "IMG.0027", Brief: "no such image"}
	DeleteProtected  = &Problem{Status: http.StatusForbidden, Message: "Image %s is protected and cannot be deleted.", Code: "IMG.0028", Brief: "protected"}
	DeleteInUse      = &Problem{Status: http.StatusConflict, Message: "Image %s could not be deleted because it is in use: %s", Code: "IMG.0014", Brief: "in use"}
	DeleteNotOwner   = &Problem{Status: http.StatusForbidden, Message: notAuthorized, Code: "IMG.0092", Brief: "not its owner"}                                  // another project's image
	DeletePublic     = &Problem{Status: http.StatusForbidden, Message: notAuthorized, Code: "IMG.0094", Brief: "not its owner"}                                  // any project's public image
	DeleteUnfinished = &Problem{Status: http.StatusConflict, Message: "Image %s is being created and cannot be deleted.", Code: "IMG.0090", Brief: "unfinished"} // where the dialect does not allow it
)

// The errors of creating an image and of changing it, its tags included.
var (
	SchemaMismatch       = &Problem{Status: http.StatusBadRequest, Message: "Provided object does not match schema 'image': %s", Code: "IMG.0001"}
	ValueNegative        = &Problem{Status: http.StatusBadRequest, Message: "Invalid value '%s' for parameter '%s': Cannot be a negative value", Code: "IMG.0001"}
	ValueTooLarge        = &Problem{Status: http.StatusBadRequest, Message: "'%s' value out of range, must not exceed %d.", Code: "IMG.0001"}
	ValueFourByte        = &Problem{Status: http.StatusBadRequest, Message: "%s can't contain 4 byte unicode characters.", Code: "IMG.0001"}
	PropertyNameFourByte = &Problem{Status: http.StatusBadRequest, Message: "Property names can't contain 4 byte unicode.", Code: "IMG.0001"}
	PropertyNameLong     = &Problem{Status: http.StatusBadRequest, Message: "Custom property should not be greater than 255 characters.", Code: "IMG.0001"}
	TagFourByte          = &Problem{Status: http.StatusBadRequest, Message: "Param values can't contain 4 byte unicode.", Code: "IMG.0001"}                                                                                   // in a POST or a PATCH
	TagAddFourByte       = &Problem{Status: http.StatusBadRequest, Message: "Could not update image: Param values can't contain 4 byte unicode.", Code: "IMG.0001"}                                                           // in a PUT of the tag
	TagsTooMany          = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The limit has been exceeded on the number of allowed image tags. Attempted: %d, Maximum: %d"}                                         // in a POST or a PATCH
	TagAddTooMany        = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "Image tag limit exceeded for image %s: The limit has been exceeded on the number of allowed image tags. Attempted: %d, Maximum: %d:"} // in a PUT of the tag
	PropertiesTooMany    = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The limit has been exceeded on the number of allowed image properties. Attempted: %d, Maximum: %d"}

	AttributeReadOnly = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is read-only."}
	AttributeReserved = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is reserved."}
	CreateReserved    = &Problem{Status: http.StatusForbidden, Message: "Attribute '%s' is reserved.", Shape: ShapeDetail} // in a POST, unless it is locations
	CreateForOther    = &Problem{Status: http.StatusForbidden, Message: "You are not permitted to create images owned by '%s'", Shape: ShapeDetail}
	CreateDuplicate   = &Problem{Status: http.StatusConflict, Message: "Image ID %s already exists!"}

	FormatNotQueued      = &Problem{Status: http.StatusForbidden, Message: "Attribute %s can be only replaced for a queued image."}
	OwnerForbidden       = &Problem{Status: http.StatusForbidden, Message: "Owner can't be updated by non admin.", Shape: ShapeDetail}
	PropertyUnknown      = &Problem{Status: http.StatusConflict, Message: "Property %s does not exist.", Shape: ShapeDetail, Code: "IMG.0035"}
	PropertyPresent      = &Problem{Status: http.StatusConflict, Message: "Property %s already present.", Shape: ShapeDetail}
	PropertyNotRemovable = &Problem{Status: http.StatusForbidden, Message: "Property %s may not be removed.", Shape: ShapeDetail}
	LocationsEmpty       = &Problem{Status: http.StatusForbidden, Message: "Cannot set locations to empty list.", Shape: ShapeDetail}
	LocationsInvisible   = &Problem{Status: http.StatusForbidden, Message: "It's not allowed to %s locations if locations are invisible."}
	UpdateInvisible      = &Problem{Status: http.StatusForbidden, Message: "Forbidding request, image %s not visible"} // to the caller, after the change
	ActionForbidden      = &Problem{Status: http.StatusForbidden, Message: "Not allowed to %s image in status '%s'"}
)

// The errors of a JSON patch itself.
var (
	PatchNotList        = &Problem{Status: http.StatusBadRequest, Message: "Request body must be a JSON array of operation objects.", Code: "IMG.0001"}
	PatchNotObject      = &Problem{Status: http.StatusBadRequest, Message: "Operations must be JSON objects.", Code: "IMG.0001"}
	PatchOpMissing      = &Problem{Status: http.StatusBadRequest, Message: "Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace.", Code: "IMG.0001"}
	PatchOpUnknown      = &Problem{Status: http.StatusBadRequest, Message: "Invalid operation: `%s`. It must be one of the following: add, remove, replace.", Code: "IMG.0001"}
	PatchPathMissing    = &Problem{Status: http.StatusBadRequest, Message: "Unable to find 'path' in JSON Schema change", Code: "IMG.0001"}
	PatchMemberMissing  = &Problem{Status: http.StatusBadRequest, Message: `Operation objects must contain exactly one member named "add", "remove", or "replace".`, Code: "IMG.0001"}
	PatchMembersTooMany = &Problem{Status: http.StatusBadRequest, Message: `Operation objects must contain only one member named "add", "remove", or "replace".`, Code: "IMG.0001"}
	PatchValueMissing   = &Problem{Status: http.StatusBadRequest, Message: `Operation "%s" requires a member named "value".`, Code: "IMG.0001"}
	PointerNoSlash      = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` does not start with \"/\".", Code: "IMG.0001"}
	PointerAdjacent     = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` contains adjacent \"/\".", Code: "IMG.0001"}
	PointerEnd          = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` end with \"/\".", Code: "IMG.0001"}
	PointerEscape       = &Problem{Status: http.StatusBadRequest, Message: "Pointer `%s` contains \"~\" not part of a recognized escape sequence.", Code: "IMG.0001"}
	PointerTooDeep      = &Problem{Status: http.StatusBadRequest, Message: "Invalid JSON pointer for this resource: '/%s'", Code: "IMG.0001"}
)

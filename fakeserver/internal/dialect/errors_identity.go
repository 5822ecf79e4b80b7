package dialect

import "net/http"

// The errors of the identity API.
var (
	IdentityUnauthorized      = &Problem{Status: http.StatusUnauthorized, Message: "The request you have made requires authentication.", Shape: ShapeIdentity}
	IdentityMethodUnsupported = &Problem{Status: http.StatusUnauthorized, Message: "Attempted to authenticate with an unsupported method.", Shape: ShapeIdentity}
	IdentityCredentialScope   = &Problem{Status: http.StatusUnauthorized, Message: "Error authenticating with application credential: Application credentials cannot request a scope.", Shape: ShapeIdentity}

	IdentityForbidden       = &Problem{Status: http.StatusForbidden, Message: "You are not authorized to perform the requested action.", Shape: ShapeIdentity}
	IdentityForbiddenAction = &Problem{Status: http.StatusForbidden, Message: "You are not authorized to perform the requested action: %s.", Shape: ShapeIdentity}

	IdentityTokenMissing  = &Problem{Status: http.StatusNotFound, Message: "No token in the request", Shape: ShapeIdentity}
	IdentityTokenUnknown  = &Problem{Status: http.StatusNotFound, Message: "Could not recognize Fernet token", Shape: ShapeIdentity}
	IdentityTokenInvalid  = &Problem{Status: http.StatusNotFound, Message: "Failed to validate token", Shape: ShapeIdentity}
	IdentityUnknown       = &Problem{Status: http.StatusNotFound, Message: "Could not find %s: %s.", Shape: ShapeIdentity}
	IdentityRoleUndefined = &Problem{Status: http.StatusNotFound, Message: "Role %s is not defined", Shape: ShapeIdentity}

	IdentityExpecting          = &Problem{Status: http.StatusBadRequest, Message: "Expecting to find %s in %s." + identityMalformed, Shape: ShapeIdentity}
	IdentityNameMissing        = &Problem{Status: http.StatusBadRequest, Message: "Invalid input for field %s: id or name must be present.", Shape: ShapeIdentity}
	IdentityFieldInvalid       = &Problem{Status: http.StatusBadRequest, Message: "Invalid input for field '%s': %s", Shape: ShapeIdentity}
	IdentityBodyInvalid        = &Problem{Status: http.StatusBadRequest, Message: "%s", Shape: ShapeIdentity}
	IdentityRoleUnassigned     = &Problem{Status: http.StatusBadRequest, Message: "Invalid application credential: Cannot create an application credential with unassigned role", Shape: ShapeIdentity}
	IdentityTimestampMalformed = &Problem{Status: http.StatusBadRequest, Message: "Timestamp not in expected format." + identityMalformed, Shape: ShapeIdentity}
	IdentityTimestampPast      = &Problem{Status: http.StatusBadRequest, Message: "The 'expires_at' must not be before now." + identityMalformed, Shape: ShapeIdentity}

	IdentityDuplicate = &Problem{Status: http.StatusConflict, Message: "Conflict occurred attempting to store application_credential - Duplicate entry found with name %s.", Shape: ShapeIdentity}

	IdentityNoRoute          = &Problem{Status: http.StatusNotFound, Message: "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.", Shape: ShapePage}
	IdentityMethodNotAllowed = &Problem{Status: http.StatusMethodNotAllowed, Message: "The method is not allowed for the requested URL.", Shape: ShapePage}
)

const identityMalformed = " The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error."

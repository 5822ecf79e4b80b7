package dialect

import "net/http"

// The errors of all calls to the image API.
//
// The rows of all files are one table: each is an answer recorded from a real
// Glance or Keystone. Only what the vendors' dialects add follows their
// documentation.
var (
	Unauthorized     = &Problem{Status: http.StatusUnauthorized, Message: "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.", Brief: "invalid token"}
	NoRoute          = &Problem{Status: http.StatusNotFound, Message: "The resource could not be found."}
	MethodNotAllowed = &Problem{Status: http.StatusMethodNotAllowed, Message: "The method %s is not allowed for this resource.", Shape: ShapeMethod}
	NotImplemented   = &Problem{Status: http.StatusNotImplemented, Message: "\nThe request method %s is not implemented for this server.", Shape: ShapeMethod}
	Internal         = &Problem{Status: http.StatusInternalServerError, Message: "The server has either erred or is incapable of performing the requested operation.", Code: "IMG.0061"}
	NotAuthorized    = &Problem{Status: http.StatusForbidden, Message: notAuthorized, Code: "IMG.0026", KeepStatus: true, Brief: "not allowed"}
)

// The errors of calls about one image.
var (
	ImageIDInvalid = &Problem{Status: http.StatusBadRequest, Message: "The image_id %q is not a UUID.", Code: "IMG.0066", Brief: "not a UUID"}
	GetUnknown     = &Problem{Status: http.StatusNotFound, Message: "No image found with ID %s", Code: "IMG.0027", KeepStatus: true} // of a GET of the image, which the vendors' clients repeat until it is a 404
	ImageUnknown   = &Problem{Status: http.StatusNotFound, Message: "No image found with ID %s", Code: "IMG.0027"}                   // for calls about the image itself
	ImageNotFound  = &Problem{Status: http.StatusNotFound, Message: "Image %s not found.", Code: "IMG.0027"}                         // for calls about its members, its tags and the cache
)

// The errors of bodies and queries.
var (
	BodyTooLarge         = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The request body is larger than %d bytes."}
	BodyNotExpected      = &Problem{Status: http.StatusBadRequest, Message: "A body is not expected with this request.", Code: "IMG.0001"}
	BodyInvalid          = &Problem{Status: http.StatusBadRequest, Message: "The request body is not valid: %s.", Code: "IMG.0001"}
	BodyMissing          = &Problem{Status: http.StatusBadRequest, Message: "Body expected in request.", Code: "IMG.0007"}
	BodyMalformed        = &Problem{Status: http.StatusBadRequest, Message: "Malformed JSON in request body.", Code: "IMG.0001"}
	BodyNotObject        = &Problem{Status: http.StatusBadRequest, Message: "Unexpected body type. Expected list/dict.", Code: "IMG.0001"}
	MediaTypeUnsupported = &Problem{Status: http.StatusUnsupportedMediaType, Message: "The request media type %s is not supported by this server.", Shape: ShapeMedia}
	QueryUndecodable     = &Problem{Status: http.StatusBadRequest, Message: "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"}
)

const notAuthorized = "You are not authorized to complete %s action."

package dialect

import "net/http"

// The errors of an image's data: of its upload, download, import and copies.
var (
	StatusTransition   = &Problem{Status: http.StatusConflict, Message: "Image status transition from %s to %s is not allowed"}
	FormatMissing      = &Problem{Status: http.StatusBadRequest, Message: "Property %s must be set prior to saving data.", Code: "IMG.0007"}
	FormatsMissing     = &Problem{Status: http.StatusBadRequest, Message: "Properties %s must be set prior to saving data.", Code: "IMG.0007"}
	UploadGone         = &Problem{Status: http.StatusGone, Message: "Image %s could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded."}
	UploadTooLarge     = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The incoming image is too large: The provided image is too large."}
	UploadIncomplete   = &Problem{Status: http.StatusBadRequest, Message: "The image data ended before it was complete: %s."}
	UploadStoreUnknown = &Problem{Status: http.StatusBadRequest, Message: "Store for identifier %s not found"}
	DownloadForbidden  = &Problem{Status: http.StatusForbidden, Message: "The requested image has been deactivated. Image data download is forbidden."}

	RangeMultiple    = &Problem{Status: http.StatusBadRequest, Message: "Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead."}
	RangeInvalid     = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid %s header.", Shape: ShapeDetail}
	RangeStart       = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid start position in %s header. Start position MUST be in the inclusive range [0, %d].", Shape: ShapeDetail}
	ContentRangeStop = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, %d].", Shape: ShapeDetail}

	ImportFieldMissing  = &Problem{Status: http.StatusBadRequest, Message: "Import request requires a '%s' field.", Code: "IMG.0007"}
	ImportMethodUnknown = &Problem{Status: http.StatusBadRequest, Message: "Unknown import method name '%s'.", Code: "IMG.0001"}
	ImportNotBoolean    = &Problem{Status: http.StatusBadRequest, Message: "'%s' must be boolean value only", Code: "IMG.0001"}
	ImportAllStores     = &Problem{Status: http.StatusBadRequest, Message: "All_stores parameter can't be used with x-image-meta-store header or stores parameter", Code: "IMG.0001"}
	ImportTwoStores     = &Problem{Status: http.StatusBadRequest, Message: "Stores parameter and x-image-meta-store header can't be both specified", Code: "IMG.0001"}
	ImportURIRefused    = &Problem{Status: http.StatusBadRequest, Message: "URI for web-download does not pass filtering: %s", Code: "IMG.0001"}
	ImportURIUnlisted   = &Problem{Status: http.StatusBadRequest, Message: "URI for web-download does not pass filtering: %s" + unlisted, Code: "IMG.0001"}
	ImportPresent       = &Problem{Status: http.StatusBadRequest, Message: "Image is already present at store '%s'", Code: "IMG.0001"}
	ImportAlreadyActive = &Problem{Status: http.StatusConflict, Message: "Image with status active cannot be target for import"}
	ImportNotActive     = &Problem{Status: http.StatusConflict, Message: "Only images with status active can be targeted for copying"}
	ImportNotQueued     = &Problem{Status: http.StatusConflict, Message: "Image needs to be in 'queued' state to use 'web-download' method"}
	ImportNotStaged     = &Problem{Status: http.StatusConflict, Message: "Image needs to be staged before 'glance-direct' method can be used"}
	ImportFormatMissing = &Problem{Status: http.StatusConflict, Message: "'%s' needs to be set before import"}
	ImportStoreUnknown  = &Problem{Status: http.StatusConflict, Message: "Store for identifier %s not found"}
)

// unlisted is what this server adds to Glance's message: its users do not look for a
// filter there.
const unlisted = " (the scenario does not list it under storage.downloads)"

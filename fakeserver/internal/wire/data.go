package wire

import "net/http"

// The errors of an image's data: of its upload, download, import and copies.
var (
	StatusTransition  = &Problem{Status: http.StatusConflict, Message: "Image status transition from %s to %s is not allowed"}
	FormatMissing     = &Problem{Status: http.StatusBadRequest, Message: "Property %s must be set prior to saving data.", IMS: "IMG.0007"}
	FormatsMissing    = &Problem{Status: http.StatusBadRequest, Message: "Properties %s must be set prior to saving data.", IMS: "IMG.0007"}
	UploadGone        = &Problem{Status: http.StatusGone, Message: "Image %s could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded."}
	UploadTooLarge    = &Problem{Status: http.StatusRequestEntityTooLarge, Message: "The incoming image is too large: The provided image is too large."}
	UploadCut         = &Problem{Status: http.StatusBadRequest, Message: "The image data ended before all of it came: %s."}
	StoreUnknown      = &Problem{Status: http.StatusBadRequest, Message: "Store for identifier %s not found"}
	DownloadForbidden = &Problem{Status: http.StatusForbidden, Message: "The requested image has been deactivated. Image data download is forbidden."}

	RangeSeveral     = &Problem{Status: http.StatusBadRequest, Message: "Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead."}
	RangeInvalid     = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid %s header.", Shape: ShapeDetail}
	RangeStart       = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid start position in %s header. Start position MUST be in the inclusive range [0, %d].", Shape: ShapeDetail}
	ContentRangeStop = &Problem{Status: http.StatusRequestedRangeNotSatisfiable, Message: "Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, %d].", Shape: ShapeDetail}

	ActionForbidden = &Problem{Status: http.StatusForbidden, Message: "Not allowed to %s image in status '%s'"}

	ImportNoField       = &Problem{Status: http.StatusBadRequest, Message: "Import request requires a '%s' field.", IMS: "IMG.0007"}
	ImportMethodUnknown = &Problem{Status: http.StatusBadRequest, Message: "Unknown import method name '%s'.", IMS: "IMG.0001"}
	ImportNotBoolean    = &Problem{Status: http.StatusBadRequest, Message: "'%s' must be boolean value only", IMS: "IMG.0001"}
	ImportAllStores     = &Problem{Status: http.StatusBadRequest, Message: "All_stores parameter can't be used with x-image-meta-store header or stores parameter", IMS: "IMG.0001"}
	ImportTwoStores     = &Problem{Status: http.StatusBadRequest, Message: "Stores parameter and x-image-meta-store header can't be both specified", IMS: "IMG.0001"}
	ImportURI           = &Problem{Status: http.StatusBadRequest, Message: "URI for web-download does not pass filtering: %s", IMS: "IMG.0001"}
	ImportPresent       = &Problem{Status: http.StatusBadRequest, Message: "Image is already present at store '%s'", IMS: "IMG.0001"}
	ImportActive        = &Problem{Status: http.StatusConflict, Message: "Image with status active cannot be target for import"}
	ImportNotActive     = &Problem{Status: http.StatusConflict, Message: "Only images with status active can be targeted for copying"}
	ImportNotQueued     = &Problem{Status: http.StatusConflict, Message: "Image needs to be in 'queued' state to use 'web-download' method"}
	ImportNotStaged     = &Problem{Status: http.StatusConflict, Message: "Image needs to be staged before 'glance-direct' method can be used"}
	ImportNoFormat      = &Problem{Status: http.StatusConflict, Message: "'%s' needs to be set before import"}
	ImportStoreUnknown  = &Problem{Status: http.StatusConflict, Message: "Store for identifier %s not found"}

	CopyStoreUnknown = &Problem{Status: http.StatusConflict, Message: "The selected store %s is not available on this node."}
	CopyImageUnknown = &Problem{Status: http.StatusNotFound, Message: "Failed to find image %s", IMS: "IMG.0027"}
	CopyNotActive    = &Problem{Status: http.StatusConflict, Message: "It's not allowed to remove image data from store if image status is not 'active'"}
	CopyIsLast       = &Problem{Status: http.StatusForbidden, Message: "Cannot delete image data from the only store containing it. Consider deleting the image instead."}
)

// The errors of tasks and of the cache.
var (
	TaskUnknown       = &Problem{Status: http.StatusNotFound, Message: "Could not find task %s"}
	TaskStays         = &Problem{Status: http.StatusMethodNotAllowed, Message: "This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on their expires_at property.", Shape: ShapeBare}
	TaskLocation      = &Problem{Status: http.StatusBadRequest, Message: "Invalid location: %s"}
	TaskFilterUnknown = &Problem{Status: http.StatusBadRequest, Message: "Invalid %s value: %s"}
	TaskMarker        = &Problem{Status: http.StatusBadRequest, Message: "Invalid marker format"}
	CacheNotActive    = &Problem{Status: http.StatusBadRequest, Message: "Only images with status active can be targeted for queueing"}
	CacheTarget       = &Problem{Status: http.StatusBadRequest, Message: "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string."}
)

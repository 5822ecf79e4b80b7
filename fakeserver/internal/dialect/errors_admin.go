package dialect

import "net/http"

// The errors of what only admins may do: with stores, the cache and tasks.
var (
	StoreUnknown      = &Problem{Status: http.StatusConflict, Message: "The selected store %s is not available on this node."}
	CopyImageNotFound = &Problem{Status: http.StatusNotFound, Message: "Failed to find image %s", Code: "IMG.0027"}
	CopyNotActive     = &Problem{Status: http.StatusConflict, Message: "It's not allowed to remove image data from store if image status is not 'active'"}
	CopyLast          = &Problem{Status: http.StatusForbidden, Message: "Cannot delete image data from the only store containing it. Consider deleting the image instead."}
	CopyUnknown       = &Problem{Status: http.StatusNotFound, Message: "Image %s is not stored in store %s."}

	CacheNotActive     = &Problem{Status: http.StatusBadRequest, Message: "Only images with status active can be targeted for queueing"}
	CacheTargetUnknown = &Problem{Status: http.StatusBadRequest, Message: "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string."}

	TaskUnknown             = &Problem{Status: http.StatusNotFound, Message: "Could not find task %s"}
	TaskNotDeleted          = &Problem{Status: http.StatusMethodNotAllowed, Message: "This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on their expires_at property.", Shape: ShapeBare}
	TaskIncomplete          = &Problem{Status: http.StatusBadRequest, Message: "Task '%s' is required"}
	TaskMismatch            = &Problem{Status: http.StatusBadRequest, Message: "Provided object does not match schema 'task': %s"}
	TaskLocationInvalid     = &Problem{Status: http.StatusBadRequest, Message: "Invalid location: %s"}
	TaskLocationUnsupported = &Problem{Status: http.StatusBadRequest, Message: "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']"}
	TaskURIUnlisted         = &Problem{Status: http.StatusBadRequest, Message: "URI for legacy import task does not pass filtering: %s" + unlisted}
	TaskFromFile            = &Problem{Status: http.StatusBadRequest, Message: "File based imports are not allowed. Please use a non-local source of image data."}
	TaskStatusInvalid       = &Problem{Status: http.StatusBadRequest, Message: "Invalid status value: %s"}
	TaskTypeInvalid         = &Problem{Status: http.StatusBadRequest, Message: "Invalid type value: %s"}
	TaskMarkerMalformed     = &Problem{Status: http.StatusBadRequest, Message: "Invalid marker format"}
	TaskMarkerUnknown       = &Problem{Status: http.StatusBadRequest, Message: "Task with the given id %s was not found"}
)

package dialect

import "net/http"

// The errors of GET /v2/images.
var (
	ListVisibilityInvalid   = &Problem{Status: http.StatusBadRequest, Message: "Invalid visibility value: %s"}
	ListChangesSince        = &Problem{Status: http.StatusBadRequest, Message: `The "changes-since" filter is no longer available on v2.`}
	ListMemberStatusInvalid = &Problem{Status: http.StatusBadRequest, Message: "Invalid status: %s"}
	ListLimitNotNumber      = &Problem{Status: http.StatusBadRequest, Message: "limit param must be an integer"}
	ListLimitNegative       = &Problem{Status: http.StatusBadRequest, Message: "limit param must be positive"}
	ListSortMixed           = &Problem{Status: http.StatusBadRequest, Message: "Old and new sorting syntax cannot be combined"}
	ListSortKey             = &Problem{Status: http.StatusBadRequest, Message: "Invalid sort key: %s. It must be one of the following: %s."}
	ListSortDir             = &Problem{Status: http.StatusBadRequest, Message: "Invalid sort direction: %s"}
	ListSortDirs            = &Problem{Status: http.StatusBadRequest, Message: "Number of sort dirs does not match the number of sort keys"}
	ListNotBoolean          = &Problem{Status: http.StatusBadRequest, Message: "Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'."}
	ListRangeNotNumber      = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter on a range with a non-numeric value."}
	ListTimeMalformed       = &Problem{Status: http.StatusBadRequest, Message: `Bad "%s" query filter format. Use ISO 8601 DateTime notation.`}
	ListTimeOperatorUnknown = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter on a unknown operator."}
	ListOperatorUnknown     = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter by unknown operator '%s'."}
	ListQuoteBefore         = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. There is no comma before opening quotation mark."}
	ListQuoteAfter          = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. There is no comma after closing quotation mark."}
	ListQuoteOpen           = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. The quote is not closed."}
	ListMarkerUnknown       = &Problem{Status: http.StatusBadRequest, Message: "No image found with ID %s", Code: "IMG.0027"}
	ListMarkerTooLong       = &Problem{Status: http.StatusBadRequest, Message: "Image with the given id %%(image_id)s was not found"}
	ListMarkerInvisible     = &Problem{Status: http.StatusForbidden, Message: "Forbidding request, image %s not visible", Code: "IMG.0026", KeepStatus: true}
)

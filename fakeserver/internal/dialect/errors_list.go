package dialect

import "net/http"

// The errors of GET /v2/images.
var (
	ListUndecodable     = &Problem{Status: http.StatusBadRequest, Message: "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"}
	ListVisibility      = &Problem{Status: http.StatusBadRequest, Message: "Invalid visibility value: %s"}
	ListChangesSince    = &Problem{Status: http.StatusBadRequest, Message: `The "changes-since" filter is no longer available on v2.`}
	ListMemberStatus    = &Problem{Status: http.StatusBadRequest, Message: "Invalid status: %s"}
	ListLimitNotNumber  = &Problem{Status: http.StatusBadRequest, Message: "limit param must be an integer"}
	ListLimitNegative   = &Problem{Status: http.StatusBadRequest, Message: "limit param must be positive"}
	ListSortMixed       = &Problem{Status: http.StatusBadRequest, Message: "Old and new sorting syntax cannot be combined"}
	ListSortKey         = &Problem{Status: http.StatusBadRequest, Message: "Invalid sort key: %s. It must be one of the following: %s."}
	ListSortDir         = &Problem{Status: http.StatusBadRequest, Message: "Invalid sort direction: %s"}
	ListSortDirs        = &Problem{Status: http.StatusBadRequest, Message: "Number of sort dirs does not match the number of sort keys"}
	ListNotBoolean      = &Problem{Status: http.StatusBadRequest, Message: "Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'."}
	ListRange           = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter on a range with a non-numeric value."}
	ListTime            = &Problem{Status: http.StatusBadRequest, Message: `Bad "%s" query filter format. Use ISO 8601 DateTime notation.`}
	ListTimeOperator    = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter on a unknown operator."}
	ListOperator        = &Problem{Status: http.StatusBadRequest, Message: "Unable to filter by unknown operator '%s'."}
	ListQuoteBefore     = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. There is no comma before opening quotation mark."}
	ListQuoteAfter      = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. There is no comma after closing quotation mark."}
	ListQuoteOpen       = &Problem{Status: http.StatusBadRequest, Message: "Invalid filter value %s. The quote is not closed."}
	ListMarkerUnknown   = &Problem{Status: http.StatusBadRequest, Message: "No image found with ID %s", IMS: "IMG.0027"}
	ListMarkerTooLong   = &Problem{Status: http.StatusBadRequest, Message: "Image with the given id %%(image_id)s was not found"}
	ListMarkerForbidden = &Problem{Status: http.StatusForbidden, Message: "Forbidding request, image %s not visible", IMS: "IMG.0026", IMSOwn: true}
)

package pipeline

import "strings"

// isVendors reports whether a path belongs to the vendors' own part of the image API.
// What is unknown below it is refused by their gateway. The tags with a project in
// their path are not among it: other paths below /v2 reach the service.
func isVendors(path string) bool {
	first, rest := cut(path)
	if first == "v2" {
		first, _ = cut(rest)
		return first == "cloudimages"
	}
	return first == "v1" || strings.HasPrefix(first, "v1.")
}

package wire

import (
	"net/http"
	"strconv"
)

// StatusLine returns a status with its title: 404 Not Found.
func StatusLine(status int) string { return strconv.Itoa(status) + " " + Title(status) }

// Title returns the title of a status, as WebOb writes it.
func Title(status int) string {
	if status == http.StatusRequestedRangeNotSatisfiable {
		return "Request Range Not Satisfiable" // http.StatusText says Requested
	}
	if t := http.StatusText(status); t != "" {
		return t
	}
	return "Status " + strconv.Itoa(status)
}

package wire

import (
	"net/http"
	"strconv"
)

// StatusLine is a status with its title: 404 Not Found.
func StatusLine(status int) string { return strconv.Itoa(status) + " " + Title(status) }

// Title is what WebOb calls a status.
func Title(status int) string {
	if status == http.StatusRequestedRangeNotSatisfiable {
		return "Request Range Not Satisfiable" // in WebOb's words
	}
	if t := http.StatusText(status); t != "" {
		return t
	}
	return "Status " + strconv.Itoa(status)
}

package dialect

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// ims is Huawei Cloud's Image Management Service: as native, with error codes of
// its own.
var ims = Dialect{
	Name: scenarios.IMS,

	UnicodePaths: true,
	CloudImages:  true,
	OnlyUUIDs:    true,

	Signatures:    true,
	DeleteOptions: true,

	DomainRoles: true,

	CloudAttributes: true,
	HidesStores:     true,
	KeepsUnfinished: true,

	XRequestID: true, // which Huawei's SDK shows with each error

	alwaysJSON: true,
	codes:      imsCodes,
}

// imsCodes are the codes of IMS's errors.
var imsCodes = codes{
	http.StatusBadRequest:      "IMG.0001",
	http.StatusUnauthorized:    "IMG.0087",
	http.StatusForbidden:       "IMG.0026",
	http.StatusNotFound:        "IMG.0027",
	http.StatusConflict:        "IMG.0014",
	http.StatusTooManyRequests: "IMG.0060",
	0:                          "IMG.0061",
}

// codedError returns an error in IMS's own form: an object with a code that is a
// text.
func codedError(status int, code, message string) wire.Reply {
	return wire.JSON(status, map[string]any{"error": struct {
		Message string `json:"message"`
		Code    string `json:"code"`
	}{message, code}})
}

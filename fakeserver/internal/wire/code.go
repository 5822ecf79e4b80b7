package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
)

// ErrorCode is the code that an error has beside its status: IMG.0027 of IMS,
// APIGW.0308 of the API gateway. Empty: the reply is no error, or has no code.
// It is read from the body, which a fault may have replaced.
func (r *Reply) ErrorCode() string {
	if r.Status < http.StatusBadRequest || r.ContentType != TypeJSON {
		return ""
	}
	var body struct {
		Code  any `json:"error_code"`
		Error struct {
			Code any `json:"code"` // Keystone's is a number: the status
		} `json:"error"`
	}
	if !bytes.Contains(r.Body, []byte(`"error`)) {
		return "" // most have none, and parsing takes long
	}
	_ = json.Unmarshal(r.Body, &body) // what is malformed has no code
	gateway, _ := body.Code.(string)
	service, _ := body.Error.Code.(string)
	return cmp.Or(gateway, service)
}

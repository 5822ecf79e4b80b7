package wire

import "testing"

func TestErrorCode(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error": {"code": "IMG.0027", "message": "m"}}`:        "IMG.0027",
		`{"error_code": "APIGW.0308", "error_msg": "m"}`:         "APIGW.0308",
		`{"error": {"code": 401, "title": "Unauthorized"}}`:      "",
		`{"error": "broken"}`:                                    "",
		`{"message": "m", "code": "404 Not Found", "title": ""}`: "",
		`no JSON`: "",
	} {
		if got := (&Reply{Status: 400, ContentType: TypeJSON, Body: []byte(body)}).ErrorCode(); got != want {
			t.Errorf("%s has the code %q, want %q", body, got, want)
		}
	}
	image := Reply{Status: 200, ContentType: TypeJSON, Body: []byte(`{"error_code": "a property"}`)}
	if got := image.ErrorCode(); got != "" {
		t.Errorf("an answer that is no error has the code %q", got)
	}
}

// Package openapi checks with an independent validator that the control API's
// description of itself is a valid OpenAPI 3.1 document.
package openapi

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/fakeglance/fakeglance/fakeserver"
)

func TestDescriptionIsValid(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	text := description(t, srv)
	if problems := validate(t, text); len(problems) > 0 {
		t.Errorf("the description is invalid: %q", problems)
	}
	wrong := bytes.Replace(text, []byte(`"in": "path"`), []byte(`"in": "nowhere"`), 1)
	if problems := validate(t, wrong); len(problems) == 0 {
		t.Error("a wrong description is accepted")
	}
}

// description is the server's description of its control API.
func description(t *testing.T, srv *fakeserver.Server) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/_fake/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func validate(t *testing.T, text []byte) []string {
	t.Helper()
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		return []string{err.Error()}
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		return []string{errs[0].Error()}
	}
	var problems []string
	if ok, found := v.ValidateDocument(); !ok {
		for _, p := range found {
			problems = append(problems, p.Message+": "+p.Reason)
		}
	}
	return problems
}

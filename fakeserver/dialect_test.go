package fakeserver_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestDialects sends each dialect the requests that the dialects answer differently.
func TestDialects(t *testing.T) {
	t.Parallel()
	const image = "/v2/images/" + ubuntu
	for _, test := range []struct {
		request, contentType, authorization, body string
		want                                      map[scenarios.Dialect]string // the status, and a part of the body or, after a PUT, of the image
	}{
		{request: "GET /v2/images/nope", want: map[scenarios.Dialect]string{
			"native": "400 is not a UUID", "glance": "404 No image found", "ims": `400 "code":"IMG.0066"`,
		}},
		{request: "GET /v2/images/%ff", want: map[scenarios.Dialect]string{
			"native": "400 is not a UUID", "glance": "500", "ims": `400 "code":"IMG.0066"`,
		}},
		{request: "PUT " + image + "/tags/%c3%a9", want: map[scenarios.Dialect]string{
			"native": `204 "tags": ["é"]`, "glance": `204 "tags": ["Ã©"]`, "ims": `204 "tags": ["é"]`,
		}},
		{request: "GET /v3", want: map[scenarios.Dialect]string{
			"native": `200 "version"`, "glance": `200 "version"`, "ims": `200 "version"`,
		}},
		{request: "GET /v3/images", want: map[scenarios.Dialect]string{
			"native": `300 "versions"`, "glance": `300 "versions"`, "ims": `300 "versions"`,
		}},
		{request: "GET /v2/images", authorization: "SDK-HMAC-SHA256 Access=unknown, SignedHeaders=host, Signature=00", want: map[scenarios.Dialect]string{
			"native": `200 "images"`, "glance": "401 could not verify", "ims": `200 "images"`,
		}},
		{request: "GET /v2/cloudimages", want: map[scenarios.Dialect]string{
			"native": `200 "images"`, "glance": "404", "ims": `200 "images"`,
		}},
		{request: "DELETE " + image, body: `{"delete_backup": true}`, want: map[scenarios.Dialect]string{
			"native": "204", "glance": "400 A body is not expected", "ims": "204",
		}},
		{request: "DELETE " + image, want: map[scenarios.Dialect]string{
			"native": "204", "glance": "204", "ims": "204",
		}},
		{request: "PUT " + image + "/file", contentType: "application/octet-stream", body: "data", want: map[scenarios.Dialect]string{
			"native": `204 "status": "active"`, "glance": `204 "stores": "fast"`, "ims": `204 "status": "active"`,
		}},
	} {
		for dialect, want := range test.want {
			srv := fakeserver.Run(t, fakeserver.WithDialect(dialect), fakeserver.WithImages(scenarios.Image{
				ID: ubuntu, Status: scenarios.Queued, DiskFormat: "raw", ContainerFormat: "bare",
			}))
			method, path, _ := strings.Cut(test.request, " ")
			req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", test.contentType)
			req.Header.Set("Authorization", test.authorization)
			if test.authorization == "" {
				req.Header.Set("X-Auth-Token", srv.Token())
			}
			resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			got := resp.Status[:3] + " " + string(body)
			if method == http.MethodPut { // the image shows its effect
				_, shown, err := request(t.Context(), srv, http.MethodGet, image)
				if err != nil {
					t.Fatal(err)
				}
				got += shown
			}
			status, part, _ := strings.Cut(want, " ")
			if !strings.HasPrefix(got, status+" ") || !strings.Contains(got, part) {
				t.Errorf("%s in %s: %s, want %s", test.request, dialect, got, want)
			}
			if dialect != scenarios.Glance && strings.Contains(got, `"stores"`) {
				t.Errorf("%s in %s shows stores: %s", test.request, dialect, got)
			}
		}
	}
}

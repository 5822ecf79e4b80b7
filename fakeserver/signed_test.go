package fakeserver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// signed sends a request, signed with the secret key; its path has no query.
func signed(t *testing.T, srv *fakeserver.Server, secret, method, path, body string) (int, string) {
	t.Helper()
	hash := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	date := time.Now().UTC().Format("20060102T150405Z")
	canonical := method + "\n" + path + "/\n\nx-sdk-date:" + date + "\n\nx-sdk-date\n" + hash(body)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("SDK-HMAC-SHA256\n" + date + "\n" + hash(canonical)))

	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Sdk-Date", date)
	req.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature="+hex.EncodeToString(h.Sum(nil)))
	req.Header.Set("Content-Type", "application/json")
	if method == "PUT" {
		req.Header.Set("Content-Type", "application/octet-stream")
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
	return resp.StatusCode, string(text)
}

const keys = `auth: {strict: true, keys: [{access: AK, secret: sk, user: ann, project: alpha}]}`

// A signed request acts for the user of its key. Five wrong signatures lock the key
// for a while, and a signature whose date is too far off is refused.
func TestSignedRequests(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(keys))
	want := func(secret string, status int, text string) {
		t.Helper()
		if got, body := signed(t, srv, secret, "POST", "/v2/images", `{"name": "a"}`); got != status || !strings.Contains(body, text) {
			t.Errorf("got %d %s, want %d and %q", got, body, status, text)
		}
	}
	want("sk", http.StatusCreated, `"owner": "`+scenarios.ProjectID("alpha")+`"`)
	for range 5 {
		want("another", http.StatusUnauthorized, "APIGW.0301")
	}
	want("sk", http.StatusUnauthorized, "locked")
	srv.Advance(5 * time.Minute)
	want("sk", http.StatusCreated, "")
	srv.Advance(11 * time.Minute)
	want("sk", http.StatusUnauthorized, "off by")
	if n := len(srv.Images()); n != 2 {
		t.Errorf("%d images, want 2", n)
	}
}

// A signed body is not streamed: even an upload is read completely, since the
// signature can only be verified then.
func TestSignedUpload(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(keys), fakeserver.WithImages(scenarios.Image{
		ID: "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", Owner: "alpha", Status: scenarios.Queued, DiskFormat: "raw", ContainerFormat: "bare",
	}))
	const path = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90/file"
	if status, body := signed(t, srv, "another", "PUT", path, "data"); status != http.StatusUnauthorized {
		t.Errorf("with another secret: %d %s", status, body)
	}
	if status, body := signed(t, srv, "sk", "PUT", path, strings.Repeat("x", 12<<20+1)); status != http.StatusRequestEntityTooLarge || !strings.Contains(body, "APIGW.0201") {
		t.Errorf("larger than the gateway accepts: %d %s", status, body)
	}
	if status, body := signed(t, srv, "sk", "PUT", path, "data"); status != http.StatusNoContent {
		t.Errorf("got %d %s", status, body)
	}
	if img, _ := srv.Image("4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"); img.Size != 4 {
		t.Errorf("%d bytes arrived, want 4", img.Size)
	}
}

// OpenStack's Keystone does not support signed requests.
func TestSignedToGlance(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("{dialect: glance, auth: {keys: [{access: AK, secret: sk}]}}"))
	if status, body := signed(t, srv, "sk", "GET", "/v2/images", ""); status != http.StatusUnauthorized || strings.Contains(body, "APIGW") {
		t.Errorf("got %d %s", status, body)
	}
}

package main

import (
	"net/http"
	"strings"
	"testing"
)

// The flags about sandboxes reach the server.
func TestSandboxFlags(t *testing.T) {
	t.Parallel()
	srv := start(t, 1, "--sandboxes-only", "--sandboxes", "1", "--public-url", "https://images.example/fake", "one-image")
	if first := srv.lines[0]; !strings.Contains(first, "-X POST ") || !strings.Contains(first, "/_fake/sandboxes -d") {
		t.Errorf("it suggests %s", first)
	}
	if resp := send(t, http.MethodGet, srv.url+"/v2/images", "", nil); resp.StatusCode != http.StatusBadRequest || !strings.Contains(resp.body, "names no sandbox") {
		t.Errorf("a call without a sandbox: %s %s", resp.Status, resp.body)
	}
	resp := send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "", nil)
	if resp.StatusCode != http.StatusCreated || !strings.Contains(resp.body, `"url":"https://images.example/fake/s/sandbox-1"`) {
		t.Errorf("a sandbox: %s %s", resp.Status, resp.body)
	}
	if resp := send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "", nil); resp.StatusCode != http.StatusBadRequest || !strings.Contains(resp.body, "as many as there may be") {
		t.Errorf("a second sandbox: %s %s", resp.Status, resp.body)
	}
	if resp := send(t, http.MethodGet, srv.url+"/s/sandbox-1/v2/images", "", http.Header{"X-Auth-Token": {"t"}}); !strings.Contains(resp.body, "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90") {
		t.Errorf("the sandbox does not play what the server plays: %s", resp.body)
	}
}

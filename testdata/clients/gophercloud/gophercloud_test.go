// Package gophercloud tests the server with an unmodified gophercloud.
package gophercloud

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

const ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// signIn authenticates by password, and finds the image service in the catalog.
func signIn(t *testing.T, srv *fakeserver.Server) *gophercloud.ServiceClient {
	t.Helper()
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: srv.AuthURL(),
		Username:         "ann", Password: "secret", DomainName: "Default", TenantName: scenarios.DefaultProject,
		AllowReauth: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// What most programs do with an image: find it by name, delete it, see that it is gone.
func TestDelete(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"))
	client := signIn(t, srv)

	img, err := images.Get(t.Context(), client, ubuntu).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if img.Name != "ubuntu-24.04" || img.Status != images.ImageStatusActive || img.Owner != scenarios.ProjectID(scenarios.DefaultProject) {
		t.Errorf("Get returned %+v", img)
	}
	page, err := images.List(client, images.ListOpts{Name: "ubuntu-24.04"}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := images.ExtractImages(page)
	if err != nil || len(found) != 1 || found[0].ID != ubuntu {
		t.Fatalf("List by name returned %+v, %v", found, err)
	}
	if err := images.Delete(t.Context(), client, ubuntu).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	srv.CheckDeleted(t, ubuntu)
	if err := images.Delete(t.Context(), client, ubuntu).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("the second Delete returned %v, want gophercloud's own 404", err)
	}
}

// AllPages follows the server's links to the end of the list.
func TestListPages(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithImages(scenarios.Image{Name: "image-{n}", Count: 60}))
	page, err := images.List(signIn(t, srv), images.ListOpts{Limit: 7}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := images.ExtractImages(page)
	if err != nil || len(found) != 60 {
		t.Errorf("%d images, %v, want 60", len(found), err)
	}
	ids := make(map[string]bool)
	for _, img := range found {
		ids[img.ID] = true
	}
	if len(ids) != 60 {
		t.Errorf("%d different images, want 60", len(ids))
	}
}

// The error of a built-in scenario reaches the caller as gophercloud's own error.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for scenario, status := range map[string]int{
		"forbidden": http.StatusForbidden, "protected": http.StatusForbidden, "in-use-then-free": http.StatusConflict,
		"server-error": http.StatusInternalServerError, "unavailable": http.StatusServiceUnavailable,
		"empty": http.StatusNotFound,
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithScenario(scenario))
			err := images.Delete(t.Context(), signIn(t, srv), ubuntu).ExtractErr()
			if !gophercloud.ResponseCodeIs(err, status) {
				t.Errorf("Delete returned %v, want a %d", err, status)
			}
		})
	}
}

// If a token expires between calls, gophercloud gets a new one and repeats the call.
func TestReauthentication(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("one-image"), fakeserver.WithYAML("auth: {strict: true, token_ttl: 1h}"))
	client := signIn(t, srv)
	first := client.Token()
	srv.Advance(2 * time.Hour)
	if err := images.Delete(t.Context(), client, ubuntu).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if client.Token() == first {
		t.Error("the client still has its first token")
	}
	srv.CheckDeleted(t, ubuntu)
	srv.CheckRequests(t,
		"POST /identity/v3/auth/tokens 201",
		"GET / 300",
		"DELETE /v2/images/"+ubuntu+" 401",
		"POST /identity/v3/auth/tokens 201",
		"DELETE /v2/images/"+ubuntu+" 204")
}

// The image is deleted but the answer is lost: the caller gets an error, and a second
// attempt a 404.
func TestReplyLost(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithScenario("done-but-reply-lost"))
	client := signIn(t, srv)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := images.Delete(ctx, client, ubuntu).ExtractErr(); err == nil {
		t.Error("Delete succeeded, though its answer was lost")
	}
	srv.CheckDeleted(t, ubuntu)
	if err := images.Delete(ctx, client, ubuntu).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("the second Delete returned %v, want a 404", err)
	}
}

// The program client does one step in the life of an image with gophercloud. The
// script run, two folders up, describes the steps and their environment.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/members"
)

// An image is the image under test, seen through the client.
type image struct {
	client   *gophercloud.ServiceClient
	id, name string // id is empty until the image is created
}

var steps = []struct {
	name string
	do   func(context.Context, *image) error
}{
	{"authenticate", func(context.Context, *image) error { return nil }}, // done by run
	{"create", create},
	{"upload", upload},
	{"show", show},
	{"list by name", list},
	{"list by pages", listPages},
	{"set a property", setProperty},
	{"tag", tag},
	{"share", share},
	{"delete", remove},
	{"not found", gone},
}

func main() {
	for _, step := range steps {
		switch os.Args[1] {
		case "steps":
			fmt.Println(step.name)
		case step.name:
			if err := run(context.Background(), step.do); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
}

func run(ctx context.Context, do func(context.Context, *image) error) error {
	provider, err := openstack.NewClient(os.Getenv("OS_AUTH_URL"))
	if err != nil {
		return err
	}
	if name := os.Getenv("SANDBOX_HEADER"); name != "" {
		provider.HTTPClient.Transport = inSandbox(name)
	}
	err = openstack.Authenticate(ctx, provider, gophercloud.AuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		Username:         os.Getenv("OS_USERNAME"),
		Password:         os.Getenv("OS_PASSWORD"),
		DomainName:       os.Getenv("OS_USER_DOMAIN_NAME"),
		TenantName:       os.Getenv("OS_PROJECT_NAME"),
		AllowReauth:      true,
	})
	if err != nil {
		return err
	}
	client, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
	if err != nil {
		return err
	}
	id, err := os.ReadFile("id")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return do(ctx, &image{client: client, id: string(id), name: os.Getenv("IMAGE")})
}

// inSandbox names the sandbox in a header of each request.
type inSandbox string

func (name inSandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Fakeglance-Sandbox", string(name))
	return http.DefaultTransport.RoundTrip(r)
}

func create(ctx context.Context, i *image) error {
	created, err := images.Create(ctx, i.client, images.CreateOpts{Name: i.name, DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
	if err != nil {
		return err
	}
	if created.Status != images.ImageStatusQueued {
		return fmt.Errorf("the new image is %s", created.Status)
	}
	return os.WriteFile("id", []byte(created.ID), 0o600)
}

func upload(ctx context.Context, i *image) error {
	data, err := os.Open(os.Getenv("DATA"))
	if err != nil {
		return err
	}
	defer data.Close()
	return imagedata.Upload(ctx, i.client, i.id, data).ExtractErr()
}

func show(ctx context.Context, i *image) error {
	img, err := images.Get(ctx, i.client, i.id).Extract()
	if err != nil {
		return err
	}
	want, err := os.ReadFile(os.Getenv("DATA"))
	if err != nil {
		return err
	}
	if img.Name != i.name || img.Status != images.ImageStatusActive || img.SizeBytes != int64(len(want)) {
		return fmt.Errorf("got %+v", img)
	}
	body, err := imagedata.Download(ctx, i.client, i.id).Extract()
	if err != nil {
		return err
	}
	defer body.Close()
	got, err := io.ReadAll(body)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("the %d downloaded bytes differ from those uploaded", len(got))
	}
	return err
}

func list(ctx context.Context, i *image) error {
	page, err := images.List(i.client, images.ListOpts{Name: i.name}).AllPages(ctx)
	if err != nil {
		return err
	}
	found, err := images.ExtractImages(page)
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].ID != i.id {
		return fmt.Errorf("got %+v", found)
	}
	return nil
}

func listPages(ctx context.Context, i *image) error {
	page, err := images.List(i.client, images.ListOpts{Visibility: images.ImageVisibilityPublic, Limit: 10}).AllPages(ctx)
	if err != nil {
		return err
	}
	found, err := images.ExtractImages(page)
	if err != nil {
		return err
	}
	ids := make(map[string]bool)
	for _, img := range found {
		ids[img.ID] = true
	}
	if len(found) != 30 || len(ids) != 30 {
		return fmt.Errorf("got %d images with %d ids, want 30", len(found), len(ids))
	}
	return nil
}

func setProperty(ctx context.Context, i *image) error {
	img, err := images.Update(ctx, i.client, i.id, images.UpdateOpts{
		images.UpdateImageProperty{Op: images.AddOp, Name: "os_distro", Value: "debian"},
	}).Extract()
	if err != nil {
		return err
	}
	if img.Properties["os_distro"] != "debian" {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func tag(ctx context.Context, i *image) error {
	img, err := images.Update(ctx, i.client, i.id, images.UpdateOpts{images.ReplaceImageTags{NewTags: []string{"nightly"}}}).Extract()
	if err != nil {
		return err
	}
	if !slices.Equal(img.Tags, []string{"nightly"}) {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func share(ctx context.Context, i *image) error {
	member, err := members.Create(ctx, i.client, i.id, os.Getenv("MEMBER")).Extract()
	if err != nil {
		return err
	}
	if member.MemberID != os.Getenv("MEMBER") || member.Status != "pending" {
		return fmt.Errorf("got %+v", member)
	}
	return nil
}

func remove(ctx context.Context, i *image) error {
	return images.Delete(ctx, i.client, i.id).ExtractErr()
}

func gone(ctx context.Context, i *image) error {
	_, err := images.Get(ctx, i.client, i.id).Extract()
	if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return fmt.Errorf("Get returned %v, want a 404", err)
	}
	err = images.Delete(ctx, i.client, i.id).ExtractErr()
	if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return fmt.Errorf("Delete returned %v, want a 404", err)
	}
	return nil
}

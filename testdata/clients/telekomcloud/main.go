// The program telekomcloud does one step in the life of an image with
// gophertelekomcloud, by a key pair if there is no password. The script run, one folder up, describes the steps and their
// environment.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"

	golangsdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/image/v2/images"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/image/v2/members"
	ims "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v2/images"
)

// An image is the image under test, seen through the client.
type image struct {
	client   *golangsdk.ServiceClient
	id, name string // id is empty until the image is created
}

var steps = []struct {
	name string
	do   func(*image) error
}{
	{"authenticate", func(*image) error { return nil }}, // done by run
	{"authenticate with a key pair", signRequests},
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
			if err := run(step.do); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
}

func run(do func(*image) error) error {
	options := keyPair()
	if password := os.Getenv("OS_PASSWORD"); password != "" {
		options = golangsdk.AuthOptions{
			IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
			Username:         os.Getenv("OS_USERNAME"),
			Password:         password,
			DomainName:       os.Getenv("OS_USER_DOMAIN_NAME"),
			TenantName:       os.Getenv("OS_PROJECT_NAME"),
			AllowReauth:      true,
		}
	}
	client, err := signIn(options)
	if err != nil {
		return err
	}
	id, err := os.ReadFile("id")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return do(&image{client: client, id: string(id), name: os.Getenv("IMAGE")})
}

func signIn(options golangsdk.AuthOptionsProvider) (*golangsdk.ServiceClient, error) {
	provider, err := openstack.NewClient(os.Getenv("OS_AUTH_URL"))
	if err != nil {
		return nil, err
	}
	if name := os.Getenv("SANDBOX_HEADER"); name != "" {
		provider.HTTPClient.Transport = inSandbox(name)
	}
	if err := openstack.Authenticate(provider, options); err != nil {
		return nil, err
	}
	return openstack.NewIMSV2(provider, golangsdk.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
}

// keyPair authenticates by signing the requests: the project and the catalog are looked
// up without a token, too.
func keyPair() golangsdk.AuthOptionsProvider {
	return golangsdk.AKSKAuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		ProjectName:      os.Getenv("OS_PROJECT_NAME"),
		Region:           os.Getenv("OS_REGION_NAME"),
		AccessKey:        os.Getenv("HUAWEICLOUD_SDK_AK"),
		SecretKey:        os.Getenv("HUAWEICLOUD_SDK_SK"),
	}
}

// inSandbox names the sandbox in a header of each request.
type inSandbox string

func (name inSandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Fakeglance-Sandbox", string(name))
	return http.DefaultTransport.RoundTrip(r)
}

func signRequests(*image) error {
	client, err := signIn(keyPair())
	if err != nil {
		return err
	}
	_, err = ims.ListImages(client, ims.ListImagesOpts{Name: os.Getenv("IMAGE")})
	return err
}

func create(i *image) error {
	created, err := images.Create(i.client, images.CreateOpts{Name: i.name, DiskFormat: "raw", ContainerFormat: "bare"})
	if err != nil {
		return err
	}
	if created.Status != "queued" {
		return fmt.Errorf("the new image is %s", created.Status)
	}
	return os.WriteFile("id", []byte(created.Id), 0o600)
}

func upload(i *image) error {
	data, err := os.Open(os.Getenv("DATA"))
	if err != nil {
		return err
	}
	defer data.Close()
	return images.Upload(i.client, i.id, data)
}

func show(i *image) error {
	img, err := images.Get(i.client, i.id)
	if err != nil {
		return err
	}
	data, err := os.Stat(os.Getenv("DATA"))
	if err != nil {
		return err
	}
	if img.Name != i.name || img.Status != "active" || int64(img.Size) != data.Size() {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func list(i *image) error {
	page, err := images.List(i.client, ims.ListImagesOpts{Name: i.name}).AllPages()
	if err != nil {
		return err
	}
	found, err := images.ExtractImages(page)
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].Id != i.id {
		return fmt.Errorf("got %+v", found)
	}
	return nil
}

func listPages(i *image) error {
	page, err := images.List(i.client, ims.ListImagesOpts{Visibility: "public", Limit: 10}).AllPages()
	if err != nil {
		return err
	}
	found, err := images.ExtractImages(page)
	if err != nil {
		return err
	}
	ids := make(map[string]bool)
	for _, img := range found {
		ids[img.Id] = true
	}
	if len(found) != 30 || len(ids) != 30 {
		return fmt.Errorf("got %d images with %d ids, want 30", len(found), len(ids))
	}
	return nil
}

func setProperty(i *image) error {
	img, err := images.Update(i.client, i.id, []ims.UpdateImageOpts{{Op: "add", Path: "/__description", Value: "a nightly build"}})
	if err != nil {
		return err
	}
	if img.Description != "a nightly build" {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func tag(i *image) error {
	img, err := images.Update(i.client, i.id, []ims.UpdateImageOpts{{Op: "replace", Path: "/tags", Value: []string{"nightly"}}})
	if err != nil {
		return err
	}
	if len(img.Tags) != 1 || img.Tags[0] != "nightly" {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func share(i *image) error {
	member, err := members.Create(i.client, members.MemberOpts{ImageId: i.id, MemberId: os.Getenv("MEMBER")})
	if err != nil {
		return err
	}
	if member.MemberId != os.Getenv("MEMBER") || member.Status != "pending" {
		return fmt.Errorf("got %+v", member)
	}
	return nil
}

func remove(i *image) error {
	return images.Delete(i.client, images.DeleteImageOpts{ImageId: i.id})
}

func gone(i *image) error {
	var missing golangsdk.ErrDefault404
	if _, err := images.Get(i.client, i.id); !errors.As(err, &missing) {
		return fmt.Errorf("Get returned %v, want a 404", err)
	}
	if err := remove(i); !errors.As(err, &missing) {
		return fmt.Errorf("Delete returned %v, want a 404", err)
	}
	return nil
}

// The program provider does one step in the life of an image as the Terraform provider
// of Open Telekom Cloud does it, with gophertelekomcloud: an image of which only the
// name is given, tags with keys and values, and a deletion with the backup. Then come
// images that jobs make. It goes through all that twice: with a token, and with a key
// pair. The script run, two folders up, describes the steps and their environment.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	golangsdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/common/tags"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/image/v2/images"
	ims "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v2/images"
	imstags "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v2/tags"
)

// An image is the image under test, seen through the client.
type image struct {
	client   *golangsdk.ServiceClient
	id, name string // id is empty until the image is created
}

type step struct {
	name string
	do   func(*image) error
}

// steps are those of an image that the client itself gives its data.
var steps = []step{
	{"create by name alone", create},
	{"upload", upload},
	{"list", list},
	{"tag", tag},
	{"rename", rename},
	{"delete with its backup", remove},
	{"not found", gone},
}

// ways are how the client signs in.
var ways = map[string]golangsdk.AuthOptionsProvider{
	"token": golangsdk.AuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		Username:         os.Getenv("OS_USERNAME"),
		Password:         os.Getenv("OS_PASSWORD"),
		DomainName:       os.Getenv("OS_USER_DOMAIN_NAME"),
		TenantName:       os.Getenv("OS_PROJECT_NAME"),
	},
	"key pair": golangsdk.AKSKAuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		ProjectName:      os.Getenv("OS_PROJECT_NAME"),
		Region:           os.Getenv("OS_REGION_NAME"),
		AccessKey:        os.Getenv("HUAWEICLOUD_SDK_AK"),
		SecretKey:        os.Getenv("HUAWEICLOUD_SDK_SK"),
	},
}

const domainStep = "sign in for the domain"

func main() {
	if os.Args[1] == "steps" {
		fmt.Println(domainStep)
		for _, way := range []string{"token", "key pair"} {
			for _, step := range all() {
				fmt.Printf("%s (%s)\n", step.name, way)
			}
		}
		return
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// all are the steps to do: those of the incident that the server plays, if it does.
func all() []step {
	if incident := os.Getenv("INCIDENT"); incident != "" {
		return incidents[incident]
	}
	return slices.Concat(steps, jobSteps)
}

func run(name string) error {
	if name == domainStep {
		return signInForDomain()
	}
	name, way, _ := strings.Cut(strings.TrimSuffix(name, ")"), " (")
	provider, err := openstack.AuthenticatedClient(ways[way])
	if err != nil {
		return err
	}
	client, err := openstack.NewIMSV2(provider, golangsdk.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
	if err != nil {
		return err
	}
	id, err := os.ReadFile("id")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, step := range all() {
		if step.name == name {
			return step.do(&image{client: client, id: string(id), name: os.Getenv("IMAGE")})
		}
	}
	return fmt.Errorf("no step %q", name)
}

// signInForDomain is the second of the provider's two sign-ins. The token has no
// project.
func signInForDomain() error {
	options := ways["token"].(golangsdk.AuthOptions)
	options.TenantName = ""
	provider, err := openstack.AuthenticatedClient(options)
	if err != nil {
		return err
	}
	if provider.TokenID == "" || provider.ProjectID != "" || provider.DomainID == "" {
		return fmt.Errorf("the token %q is for the project %q and the domain %q", provider.TokenID, provider.ProjectID, provider.DomainID)
	}
	return nil
}

func create(i *image) error {
	created, err := images.Create(i.client, images.CreateOpts{Name: i.name})
	if err != nil {
		return err
	}
	if created.Status != "queued" || created.DiskFormat != "zvhd2" || created.ContainerFormat != "bare" || created.Visibility != "private" {
		return fmt.Errorf("got %+v", created)
	}
	return os.WriteFile("id", []byte(created.Id), 0o600)
}

func upload(i *image) error {
	data, err := os.ReadFile(os.Getenv("DATA"))
	if err != nil {
		return err
	}
	if err := images.Upload(i.client, i.id, bytes.NewReader(data)); err != nil {
		return err
	}
	img, err := images.Get(i.client, i.id)
	if err != nil {
		return err
	}
	if img.Status != "active" || img.ImageSize != fmt.Sprint(len(data)) || img.Imagetype != "private" || img.Isregistered != "true" || img.OsType != "Linux" {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func list(i *image) error {
	found, err := ims.ListImages(i.client, ims.ListImagesOpts{
		Id: i.id, Name: i.name, ImageType: "private", IsRegistered: "true", OsType: "Linux", VirtualEnvType: "FusionCompute", Visibility: "private",
	})
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].Id != i.id {
		return fmt.Errorf("got %+v", found)
	}
	return nil
}

func tag(i *image) error {
	change := func(action string, pairs ...tags.ResourceTag) error {
		return imstags.BatchAddOrDeleteTags(i.client, imstags.BatchAddOrDeleteTagsOpts{ImageId: i.id, Action: action, Tags: pairs})
	}
	want := func(pairs ...tags.ResourceTag) error {
		got, err := imstags.ListImageTags(i.client, i.id)
		if err == nil && !slices.Equal(got, pairs) {
			err = fmt.Errorf("the tags are %v, want %v", got, pairs)
		}
		return err
	}
	who, kind, other := tags.ResourceTag{Key: "who", Value: "me"}, tags.ResourceTag{Key: "kind", Value: "nightly"}, tags.ResourceTag{Key: "kind", Value: "weekly"}
	found := func() error {
		tagged, err := imstags.ListImageByTags(i.client, imstags.ListImageByTagsOpts{
			Action: "filter", Limit: "10", Tags: []tags.ListedTag{{Key: "kind", Values: []string{"weekly"}}},
		})
		if err == nil && (tagged.TotalCount != 1 || tagged.Resources[0].ResourceId != i.id) {
			err = fmt.Errorf("got %+v", tagged)
		}
		return err
	}
	all := func() error {
		listed, err := imstags.ListImagesTags(i.client)
		// Other clients may have images with tags, too.
		if err == nil && !slices.ContainsFunc(listed, func(t tags.ListedTag) bool { return t.Key == "kind" && slices.Contains(t.Values, "weekly") }) {
			err = fmt.Errorf("got %+v", listed)
		}
		return err
	}
	for _, do := range []func() error{
		func() error { return want() },
		func() error { return change("create", who, kind) },
		func() error { return want(kind, who) },
		func() error { return imstags.AddImageTag(i.client, imstags.AddImageTagOpts{ImageId: i.id, Tag: other}) },
		func() error { return change("delete", who) },
		func() error { return want(other) },
		found,
		all,
		func() error {
			return imstags.DeleteImageTag(i.client, imstags.DeleteImageTagOpts{ImageId: i.id, Key: other.Key})
		},
		func() error { return want() },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

func rename(i *image) error {
	img, err := ims.UpdateImage(i.client, i.id, []ims.UpdateImageOpts{
		{Op: "replace", Path: "/name", Value: i.name + " 2"},
		{Op: "add", Path: "/__description", Value: "a nightly build"},
	})
	if err != nil {
		return err
	}
	if img.Name != i.name+" 2" || img.Description != "a nightly build" {
		return fmt.Errorf("got %+v", img)
	}
	return nil
}

func remove(i *image) error {
	return images.Delete(i.client, images.DeleteImageOpts{ImageId: i.id, DeleteBackup: true})
}

func gone(i *image) error {
	var missing golangsdk.ErrDefault404
	if _, err := images.Get(i.client, i.id); !errors.As(err, &missing) {
		return fmt.Errorf("Get returned %v, want a 404", err)
	}
	found, err := ims.ListImages(i.client, ims.ListImagesOpts{Id: i.id})
	if err != nil {
		return err
	}
	if len(found) != 0 {
		return fmt.Errorf("still listed: %+v", found)
	}
	return nil
}

// The program huaweicloud does one step in the life of an image with Huawei Cloud's
// SDK, which signs its requests instead of getting a token, and which cannot upload
// data. The script run, one folder up, describes the steps and their environment.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	ims "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2/model"
)

// An image is the image under test, seen through the client.
type image struct {
	client   *ims.ImsClient
	id, name string // id is empty until the image is created
}

var steps = []struct {
	name string
	do   func(*image) error
}{
	{"authenticate", authenticate},
	{"wrong key", wrongKey},
	{"create", create},
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
	client, err := signIn(os.Getenv("HUAWEICLOUD_SDK_SK"))
	if err != nil {
		return err
	}
	id, err := os.ReadFile("id")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return do(&image{client: client, id: string(id), name: os.Getenv("IMAGE")})
}

func signIn(secret string) (*ims.ImsClient, error) {
	key, err := basic.NewCredentialsBuilder().
		WithAk(os.Getenv("HUAWEICLOUD_SDK_AK")).
		WithSk(secret).
		WithProjectId(os.Getenv("HUAWEICLOUD_SDK_PROJECT_ID")).
		SafeBuild()
	if err != nil {
		return nil, err
	}
	settings := config.DefaultHttpConfig()
	if name := os.Getenv("SANDBOX_HEADER"); name != "" {
		settings = settings.WithHttpRoundTripper(inSandbox(name))
	}
	client, err := ims.ImsClientBuilder().
		WithEndpoint(os.Getenv("FAKEGLANCE_URL")).
		WithCredential(key).
		WithHttpConfig(settings).
		SafeBuild()
	if err != nil {
		return nil, err
	}
	return ims.NewImsClient(client), nil
}

// inSandbox names the sandbox in a header of each request.
type inSandbox string

func (name inSandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Fakeglance-Sandbox", string(name))
	return http.DefaultTransport.RoundTrip(r)
}

// authenticate makes some call: every call is signed.
func authenticate(i *image) error {
	_, err := i.client.GlanceListImages(&model.GlanceListImagesRequest{})
	return err
}

func wrongKey(*image) error {
	client, err := signIn("another secret")
	if err != nil {
		return err
	}
	_, err = client.GlanceListImages(&model.GlanceListImagesRequest{})
	var rejected *sdkerr.ServiceResponseError
	if !errors.As(err, &rejected) || rejected.StatusCode != http.StatusUnauthorized || rejected.ErrorCode != "APIGW.0301" {
		return fmt.Errorf("List returned %v, want a 401 with APIGW.0301", err)
	}
	return nil
}

func create(i *image) error {
	format := model.GetGlanceCreateImageMetadataRequestBodyDiskFormatEnum().RAW
	container := "bare"
	created, err := i.client.GlanceCreateImageMetadata(&model.GlanceCreateImageMetadataRequest{
		Body: &model.GlanceCreateImageMetadataRequestBody{Name: &i.name, DiskFormat: &format, ContainerFormat: &container},
	})
	if err != nil {
		return err
	}
	if created.Status.Value() != "queued" {
		return fmt.Errorf("the new image is %s", created.Status.Value())
	}
	return os.WriteFile("id", []byte(*created.Id), 0o600)
}

func show(i *image) error {
	img, err := i.client.GlanceShowImage(&model.GlanceShowImageRequest{ImageId: i.id})
	if err != nil {
		return err
	}
	if *img.Id != i.id || *img.Name != i.name || img.DiskFormat.Value() != "raw" {
		return fmt.Errorf("got %v", img)
	}
	return nil
}

func list(i *image) error {
	answer, err := i.client.GlanceListImages(&model.GlanceListImagesRequest{Name: &i.name})
	if err != nil {
		return err
	}
	if found := *answer.Images; len(found) != 1 || found[0].Id != i.id {
		return fmt.Errorf("got %v", answer)
	}
	return nil
}

// listPages goes on at the last image of each page, as the SDK does not follow links.
func listPages(i *image) error {
	limit, public := int32(10), model.GetGlanceListImagesRequestVisibilityEnum().PUBLIC
	request := model.GlanceListImagesRequest{Limit: &limit, Visibility: &public}
	ids := make(map[string]bool)
	total := 0
	for {
		answer, err := i.client.GlanceListImages(&request)
		if err != nil {
			return err
		}
		found := *answer.Images
		if len(found) == 0 {
			break
		}
		for _, img := range found {
			ids[img.Id] = true
		}
		total += len(found)
		request.Marker = &found[len(found)-1].Id
	}
	if total != 30 || len(ids) != 30 {
		return fmt.Errorf("got %d images with %d ids, want 30", total, len(ids))
	}
	return nil
}

func setProperty(i *image) error {
	text := "a nightly build"
	changed, err := i.client.GlanceUpdateImage(&model.GlanceUpdateImageRequest{
		ImageId: i.id,
		Body: &[]model.GlanceUpdateImageRequestBody{
			{Op: model.GetGlanceUpdateImageRequestBodyOpEnum().ADD, Path: "/__description", Value: &text},
		},
	})
	if err != nil {
		return err
	}
	if changed.Description == nil || *changed.Description != text {
		return fmt.Errorf("got %v", changed)
	}
	return nil
}

func tag(i *image) error {
	if _, err := i.client.GlanceCreateTag(&model.GlanceCreateTagRequest{ImageId: i.id, Tag: "nightly"}); err != nil {
		return err
	}
	img, err := i.client.GlanceShowImage(&model.GlanceShowImageRequest{ImageId: i.id})
	if err != nil {
		return err
	}
	if !slices.Equal(*img.Tags, []string{"nightly"}) {
		return fmt.Errorf("got %v", img)
	}
	return nil
}

func share(i *image) error {
	member, err := i.client.GlanceAddImageMember(&model.GlanceAddImageMemberRequest{
		ImageId: i.id,
		Body:    &model.GlanceAddImageMemberRequestBody{Member: os.Getenv("MEMBER")},
	})
	if err != nil {
		return err
	}
	if *member.MemberId != os.Getenv("MEMBER") || *member.Status != "pending" {
		return fmt.Errorf("got %v", member)
	}
	return nil
}

func remove(i *image) error {
	keep := false
	_, err := i.client.GlanceDeleteImage(&model.GlanceDeleteImageRequest{
		ImageId: i.id,
		Body:    &model.GlanceDeleteImageRequestBody{DeleteBackup: &keep},
	})
	return err
}

// gone confirms the deletion as Huawei's own tools do, which also look into the list
// of the extension API.
func gone(i *image) error {
	answer, err := i.client.ListImages(&model.ListImagesRequest{Id: &i.id})
	if err != nil {
		return err
	}
	if len(*answer.Images) != 0 {
		return fmt.Errorf("still listed: %v", answer)
	}
	_, err = i.client.GlanceShowImage(&model.GlanceShowImageRequest{ImageId: i.id})
	var missing *sdkerr.ServiceResponseError
	if !errors.As(err, &missing) || missing.StatusCode != http.StatusNotFound {
		return fmt.Errorf("Show returned %v, want a 404", err)
	}
	if err = remove(i); !errors.As(err, &missing) || missing.StatusCode != http.StatusNotFound {
		return fmt.Errorf("Delete returned %v, want a 404", err)
	}
	return nil
}

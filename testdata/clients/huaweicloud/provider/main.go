// The program provider does one step in the life of an image as Huawei Cloud's Terraform
// provider does it, with Huawei Cloud's SDK: an image that is only metadata, tags with
// keys and values, and a deletion with the backup. Then come images that jobs make. It
// goes through all that twice: with a token, and with a key pair. The script run, two
// folders up, describes the steps and their environment.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	iammodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	ims "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2/model"
)

// An image is the image under test, seen through the client.
type image struct {
	client   *ims.ImsClient
	id, name string // id is empty until the image is created
}

type step struct {
	name string
	do   func(*image) error
}

// steps are those of an image that the client itself gives its data.
var steps = []step{
	{"create by name alone", create},
	{"list", list},
	{"tag", tag},
	{"rename", rename},
	{"delete with its backup", remove},
	{"not found", gone},
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
	client, err := signIn(way)
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

func signIn(way string) (*ims.ImsClient, error) {
	builder := ims.ImsClientBuilder().WithEndpoint(os.Getenv("FAKEGLANCE_URL"))
	if way == "token" {
		project := os.Getenv("HUAWEICLOUD_SDK_PROJECT_ID")
		signedIn, err := createToken(&iammodel.AuthScope{Project: &iammodel.AuthScopeProject{Id: &project}})
		if err != nil {
			return nil, err
		}
		builder = builder.WithCredentialsType("main.token").WithCredential(&token{*signedIn.XSubjectToken, project})
	} else {
		key, err := keyPair()
		if err != nil {
			return nil, err
		}
		builder = builder.WithCredential(key)
	}
	client, err := builder.SafeBuild()
	if err != nil {
		return nil, err
	}
	return ims.NewImsClient(client), nil
}

func keyPair() (*basic.Credentials, error) {
	return basic.NewCredentialsBuilder().
		WithAk(os.Getenv("HUAWEICLOUD_SDK_AK")).
		WithSk(os.Getenv("HUAWEICLOUD_SDK_SK")).
		WithProjectId(os.Getenv("HUAWEICLOUD_SDK_PROJECT_ID")).
		SafeBuild()
}

// A token is a credential that the SDK does not have itself.
type token struct{ text, project string }

func (t *token) ProcessAuthParams(*impl.DefaultHttpClient, string) (auth.ICredential, error) {
	return t, nil
}

func (t *token) ProcessAuthRequest(_ *impl.DefaultHttpClient, r *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	return r.Builder().AddAutoFilledPathParam("project_id", t.project).AddHeaderParam("X-Auth-Token", t.text).Build(), nil
}

// createToken signs in with the password. The SDK signs even this request.
func createToken(scope *iammodel.AuthScope) (*iammodel.KeystoneCreateUserTokenByPasswordResponse, error) {
	key, err := keyPair()
	if err != nil {
		return nil, err
	}
	client, err := iam.IamClientBuilder().WithEndpoint(os.Getenv("FAKEGLANCE_URL")).WithCredential(key).SafeBuild()
	if err != nil {
		return nil, err
	}
	return iam.NewIamClient(client).KeystoneCreateUserTokenByPassword(&iammodel.KeystoneCreateUserTokenByPasswordRequest{
		Body: &iammodel.KeystoneCreateUserTokenByPasswordRequestBody{Auth: &iammodel.PwdAuth{
			Identity: &iammodel.PwdIdentity{
				Methods: []iammodel.PwdIdentityMethods{iammodel.GetPwdIdentityMethodsEnum().PASSWORD},
				Password: &iammodel.PwdPassword{User: &iammodel.PwdPasswordUser{
					Domain:   &iammodel.PwdPasswordUserDomain{Name: os.Getenv("OS_USER_DOMAIN_NAME")},
					Name:     os.Getenv("OS_USERNAME"),
					Password: os.Getenv("OS_PASSWORD"),
				}},
			},
			Scope: scope,
		}},
	})
}

// signInForDomain is the second of the provider's two sign-ins.
func signInForDomain() error {
	domain := os.Getenv("OS_USER_DOMAIN_NAME")
	signedIn, err := createToken(&iammodel.AuthScope{Domain: &iammodel.AuthScopeDomain{Name: &domain}})
	if err != nil {
		return err
	}
	if signedIn.XSubjectToken == nil || signedIn.Token.Project != nil || len(signedIn.Token.Catalog) == 0 {
		return fmt.Errorf("got %v", signedIn)
	}
	return nil
}

func create(i *image) error {
	created, err := i.client.GlanceCreateImageMetadata(&model.GlanceCreateImageMetadataRequest{
		Body: &model.GlanceCreateImageMetadataRequestBody{Name: &i.name},
	})
	if err != nil {
		return err
	}
	if created.Status.Value() != "queued" || created.DiskFormat.Value() != "zvhd2" || *created.ContainerFormat != "bare" || *created.Visibility != "private" ||
		*created.ImageSize != "0" || *created.Imagetype != "private" || created.OsType.Value() != "Linux" {
		return fmt.Errorf("got %v", created)
	}
	return os.WriteFile("id", []byte(*created.Id), 0o600)
}

func list(i *image) error {
	flavor := "s3.small.1"
	kind := model.GetListImagesRequestImagetypeEnum().PRIVATE
	environment := model.GetListImagesRequestVirtualEnvTypeEnum().FUSION_COMPUTE
	system := model.GetListImagesRequestOsTypeEnum().LINUX
	answer, err := i.client.ListImages(&model.ListImagesRequest{
		Id: &i.id, FlavorId: &flavor, Imagetype: &kind, VirtualEnvType: &environment, OsType: &system,
	})
	if err != nil {
		return err
	}
	if found := *answer.Images; len(found) != 1 || found[0].Id != i.id {
		return fmt.Errorf("got %v", answer)
	}
	return nil
}

func tag(i *image) error {
	actions := model.GetBatchAddOrDeleteTagsRequestBodyActionEnum()
	change := func(action model.BatchAddOrDeleteTagsRequestBodyAction, pairs ...model.ResourceTag) error {
		_, err := i.client.BatchAddOrDeleteTags(&model.BatchAddOrDeleteTagsRequest{
			ImageId: i.id, Body: &model.BatchAddOrDeleteTagsRequestBody{Action: action, Tags: pairs},
		})
		return err
	}
	want := func(pairs ...model.ResourceTag) error {
		got, err := i.client.ListImageTags(&model.ListImageTagsRequest{ImageId: i.id})
		if err == nil && !slices.Equal(*got.Tags, pairs) {
			err = fmt.Errorf("the tags are %v, want %v", got, pairs)
		}
		return err
	}
	who, kind, other := model.ResourceTag{Key: "who", Value: "me"}, model.ResourceTag{Key: "kind", Value: "nightly"}, model.ResourceTag{Key: "kind", Value: "weekly"}
	for _, do := range []func() error{
		func() error { return want() },
		func() error { return change(actions.CREATE, who, kind) },
		func() error { return want(kind, who) },
		func() error {
			_, err := i.client.AddImageTag(&model.AddImageTagRequest{ImageId: i.id, Body: &model.AddImageTagRequestBody{Tag: &other}})
			return err
		},
		func() error { return change(actions.DELETE, who) },
		func() error { return want(other) },
		func() error {
			_, err := i.client.DeleteImageTag(&model.DeleteImageTagRequest{ImageId: i.id, Key: other.Key})
			return err
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
	ops := model.GetUpdateImageRequestBodyOpEnum()
	update := func(op model.UpdateImageRequestBodyOp, path, value string) (*model.UpdateImageResponse, error) {
		return i.client.UpdateImage(&model.UpdateImageRequest{
			ImageId: i.id, Body: &[]model.UpdateImageRequestBody{{Op: op, Path: path, Value: value}},
		})
	}
	renamed, err := update(ops.REPLACE, "/name", i.name+" 2")
	if err != nil {
		return err
	}
	if *renamed.Name != i.name+" 2" {
		return fmt.Errorf("got %v", renamed)
	}
	// The provider replaces an attribute, and adds it if it is told that there is none.
	_, err = update(ops.REPLACE, "/__description", "a nightly build")
	var refused *sdkerr.ServiceResponseError
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusBadRequest || refused.ErrorCode != "IMG.0035" {
		return fmt.Errorf("Replace returned %v, want a 400 with IMG.0035", err)
	}
	_, err = update(ops.ADD, "/__description", "a nightly build")
	return err
}

func remove(i *image) error {
	backup := true
	_, err := i.client.GlanceDeleteImage(&model.GlanceDeleteImageRequest{
		ImageId: i.id,
		Body:    &model.GlanceDeleteImageRequestBody{DeleteBackup: &backup},
	})
	return err
}

// gone confirms the deletion as the provider does: by the image itself until that is a
// 404, or by the list.
func gone(i *image) error {
	_, err := i.client.GlanceShowImage(&model.GlanceShowImageRequest{ImageId: i.id})
	var missing *sdkerr.ServiceResponseError
	if !errors.As(err, &missing) || missing.StatusCode != http.StatusNotFound {
		return fmt.Errorf("Show returned %v, want a 404", err)
	}
	answer, err := i.client.ListImages(&model.ListImagesRequest{Id: &i.id})
	if err != nil {
		return err
	}
	if len(*answer.Images) != 0 {
		return fmt.Errorf("still listed: %v", answer)
	}
	if err = remove(i); !errors.As(err, &missing) || missing.StatusCode != http.StatusNotFound && missing.ErrorCode != "IMG.0027" {
		return fmt.Errorf("Delete returned %v, want a 404 or IMG.0027", err)
	}
	return nil
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2/model"
)

// The steps of images that jobs make and share.
var jobSteps = []step{
	{"create from a file, by a job", createByURL},
	{"tag what a job has made", tag},
	{"rename what a job has made", rename},
	{"share by a job", shareByJob},
	{"delete what a job has made", remove},
	{"not found any more", gone},
	{"create from a server", createByServer},
	{"create from a disk", createByDisk},
	{"create of data disks", createOfDataDisks},
	{"import quickly", importQuickly},
}

// The steps in which jobs go wrong, by the incident that the server plays.
var incidents = map[string][]step{
	"job-fails":      {{"create, which fails", createFails}, {"delete what is left", remove}},
	"job-never-ends": {{"create, which never ends", createNeverEnds}, {"delete what is not ready", removeUnfinished}},
}

const (
	imageURL = "images:ubuntu-24.04.qcow2"
	version  = "Ubuntu 24.04 server 64bit"
)

// advance moves the server's clock, which decides how far a job is.
func advance(by string) error {
	body := bytes.NewReader(fmt.Appendf(nil, `{"advance": %q}`, by))
	answer, err := http.Post(os.Getenv("FAKEGLANCE_URL")+"/_fake/clock", "application/json", body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("the clock is answered %s", answer.Status)
	}
	return nil
}

// ended returns a job if it has ended well.
func (i *image) ended(id *string, err error) (*model.ShowJobResponse, error) {
	if err != nil {
		return nil, err
	}
	job, err := i.client.ShowJob(&model.ShowJobRequest{JobId: *id})
	if err != nil {
		return nil, err
	}
	if job.Status.Value() != "SUCCESS" || job.FailReason != nil {
		return nil, fmt.Errorf("the job is %v", job)
	}
	return job, nil
}

func (i *image) create(body *model.CreateImageRequestBody) (*string, error) {
	created, err := i.client.CreateImage(&model.CreateImageRequest{Body: body})
	if err != nil {
		return nil, err
	}
	return created.JobId, nil
}

func (i *image) fromFile() (*string, error) {
	url, disk, system := imageURL, int32(40), version
	return i.create(&model.CreateImageRequestBody{Name: &i.name, ImageUrl: &url, MinDisk: &disk, OsVersion: &system})
}

func createByURL(i *image) error {
	job, err := i.ended(i.fromFile())
	if err != nil {
		return err
	}
	i.id = *job.Entities.ImageId
	img, err := i.listed()
	if err != nil {
		return err
	}
	if img.Name != i.name || img.Status.Value() != "active" || *img.DataOrigin != "file,"+imageURL || img.MinDisk != 40 ||
		*img.OsVersion != version || img.Platform.Value() != "Ubuntu" || img.ImageSize == "0" || *job.Entities.ImageName != i.name {
		return fmt.Errorf("got %v", img)
	}
	return os.WriteFile("id", []byte(i.id), 0o600)
}

// listed returns the image as the provider reads it.
func (i *image) listed() (*model.ImageInfo, error) {
	answer, err := i.client.ListImages(&model.ListImagesRequest{Id: &i.id})
	if err != nil {
		return nil, err
	}
	if found := *answer.Images; len(found) == 1 {
		return &found[0], nil
	}
	return nil, fmt.Errorf("got %v", answer)
}

// shareByJob shares the image and takes that back, as the provider does, and shares
// it again.
func shareByJob(i *image) error {
	body := &model.BatchAddMembersRequestBody{Images: []string{i.id}, Projects: []string{os.Getenv("MEMBER")}}
	share := func() (*string, error) {
		answer, err := i.client.BatchAddMembers(&model.BatchAddMembersRequest{Body: body})
		if err != nil {
			return nil, err
		}
		return answer.JobId, nil
	}
	unshare := func() (*string, error) {
		answer, err := i.client.BatchDeleteMembers(&model.BatchDeleteMembersRequest{Body: body})
		if err != nil {
			return nil, err
		}
		return answer.JobId, nil
	}
	for n, do := range []func() (*string, error){share, unshare, share} {
		if _, err := i.ended(do()); err != nil {
			return err
		}
		answer, err := i.client.GlanceListImageMembers(&model.GlanceListImageMembersRequest{ImageId: i.id})
		if err != nil {
			return err
		}
		if want := 1 - n%2; len(*answer.Members) != want {
			return fmt.Errorf("got %v, want %d members", answer, want)
		}
	}
	return nil
}

// discard deletes the images of a step that are of no further use.
func (i *image) discard(ids ...string) error {
	for _, id := range ids {
		if err := remove(&image{client: i.client, id: id}); err != nil {
			return err
		}
	}
	return nil
}

// made checks where the image of a job comes from, and deletes it.
func (i *image) made(origin string, id *string, err error) error {
	job, err := i.ended(id, err)
	if err != nil {
		return err
	}
	i.id = *job.Entities.ImageId
	img, err := i.listed()
	if err != nil {
		return err
	}
	if *img.DataOrigin != origin {
		return fmt.Errorf("got %v", img)
	}
	return i.discard(i.id)
}

func createByServer(i *image) error {
	server := "0f9c0f3a-2c0e-4b52-8d7c-0a4f5a2f7f51"
	id, err := i.create(&model.CreateImageRequestBody{Name: &i.name, InstanceId: &server})
	return i.made("instance,"+server, id, err)
}

func createByDisk(i *image) error {
	disk, system := "b4c3a2d1-6f5e-4d3c-9b2a-1f0e9d8c7b6a", version
	id, err := i.create(&model.CreateImageRequestBody{Name: &i.name, VolumeId: &disk, OsVersion: &system})
	return i.made("volume,"+disk, id, err)
}

func createOfDataDisks(i *image) error {
	created, err := i.client.CreateDataImage(&model.CreateDataImageRequest{
		Body: &model.CreateDataImageRequestBody{Name: i.name, ImageUrl: imageURL, MinDisk: 40},
	})
	if err != nil {
		return err
	}
	if err := i.made("file,"+imageURL, created.JobId, nil); err != nil {
		return err
	}
	// The provider looks for the image in the parts of the job.
	job, err := i.ended(i.create(&model.CreateImageRequestBody{DataImages: &[]model.CreateDataImage{
		{Name: i.name + " 1", VolumeId: "disk-1"}, {Name: i.name + " 2", VolumeId: "disk-2"},
	}}))
	if err != nil {
		return err
	}
	parts := *job.Entities.SubJobsResult
	if len(parts) != 2 || parts[1].Status.Value() != "SUCCESS" || *parts[1].Entities.ImageName != i.name+" 2" {
		return fmt.Errorf("got %v", job)
	}
	return i.discard(*parts[0].Entities.ImageId, *parts[1].Entities.ImageId)
}

func importQuickly(i *image) error {
	created, err := i.client.ImportImageQuick(&model.ImportImageQuickRequest{
		Body: &model.QuickImportImageByFileRequestBody{Name: i.name, ImageUrl: imageURL, MinDisk: 40, OsVersion: version},
	})
	if err != nil {
		return err
	}
	return i.made("file,"+imageURL, created.JobId, nil)
}

func createFails(i *image) error {
	id, err := i.fromFile()
	if err != nil {
		return err
	}
	if err := advance("10s"); err != nil {
		return err
	}
	job, err := i.client.ShowJob(&model.ShowJobRequest{JobId: *id})
	if err != nil {
		return err
	}
	if job.Status.Value() != "FAIL" || *job.ErrorCode != "IMG.0014" || *job.FailReason == "" || job.Entities.ImageId == nil {
		return fmt.Errorf("the job is %v", job)
	}
	img, err := i.client.GlanceShowImage(&model.GlanceShowImageRequest{ImageId: *job.Entities.ImageId})
	if err != nil {
		return err
	}
	if img.Status.Value() != "killed" {
		return fmt.Errorf("got %v", img)
	}
	return os.WriteFile("id", []byte(*img.Id), 0o600)
}

func createNeverEnds(i *image) error {
	id, err := i.fromFile()
	if err != nil {
		return err
	}
	if err := advance("1m"); err != nil { // signatures allow for 15 minutes in all
		return err
	}
	job, err := i.client.ShowJob(&model.ShowJobRequest{JobId: *id})
	if err != nil {
		return err
	}
	if job.Status.Value() != "RUNNING" {
		return fmt.Errorf("the job is %v", job)
	}
	return os.WriteFile("id", []byte(*job.Entities.ImageId), 0o600)
}

// removeUnfinished deletes an image that is still being made. IMS refuses that.
func removeUnfinished(i *image) error {
	err := remove(i)
	var refused *sdkerr.ServiceResponseError
	if os.Getenv("DIALECT") == "ims" && errors.As(err, &refused) && refused.ErrorCode == "IMG.0090" {
		return nil
	}
	return err
}

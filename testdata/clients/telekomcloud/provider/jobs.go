package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	golangsdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/image/v2/images"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/image/v2/members"
	imsv1 "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v1/images"
	sharing "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v1/members"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v1/others"
	ims "github.com/opentelekomcloud/gophertelekomcloud/openstack/ims/v2/images"
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

const imageURL = "images:ubuntu-24.04.qcow2"

// v1 is the client for the calls below /v1.
func (i *image) v1() *golangsdk.ServiceClient {
	client := *i.client
	client.ResourceBase = client.Endpoint + "v1/"
	return &client
}

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

// ended waits for a job as the provider does, and returns it if it has ended well.
func (i *image) ended(id *string, err error) (*others.JobResponse, error) {
	if err != nil {
		return nil, err
	}
	if err := others.WaitForJob(i.v1(), *id, 10); err != nil {
		return nil, err
	}
	return others.ShowJob(i.v1(), *id)
}

func (i *image) fromFile() (*string, error) {
	return ims.CreateImageFromOBS(i.client, ims.CreateImageFromOBSOpts{
		Name: i.name, ImageUrl: imageURL, MinDisk: 40, MinRam: 1024, OsVersion: "Ubuntu 24.04 server 64bit", Description: "nightly",
	})
}

func createByURL(i *image) error {
	job, err := i.ended(i.fromFile())
	if err != nil {
		return err
	}
	i.id = job.Entities.ImageId
	img, err := i.listed()
	if err != nil {
		return err
	}
	if img.Name != i.name || img.Status != "active" || img.DataOrigin != "file,"+imageURL || img.MinDisk != 40 || img.MinRam != 1024 ||
		img.Platform != "Ubuntu" || img.Description != "nightly" || img.ImageSize == "0" || job.Entities.ImageName != i.name {
		return fmt.Errorf("got %+v", img)
	}
	return os.WriteFile("id", []byte(i.id), 0o600)
}

// listed returns the image as the provider reads it.
func (i *image) listed() (*ims.ImageInfo, error) {
	found, err := ims.ListImages(i.client, ims.ListImagesOpts{Id: i.id})
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("got %+v", found)
	}
	return &found[0], nil
}

// shareByJob shares the image, takes that back, and shares it again.
func shareByJob(i *image) error {
	opts := sharing.BatchMembersOpts{Images: []string{i.id}, Projects: []string{os.Getenv("MEMBER")}}
	share := func() (*string, error) { return sharing.BatchAddMembers(i.v1(), opts) }
	unshare := func() (*string, error) { return sharing.BatchDeleteMembers(i.v1(), opts) }
	for n, do := range []func() (*string, error){share, unshare, share} {
		if _, err := i.ended(do()); err != nil {
			return err
		}
		_, err := members.Get(i.client, members.MemberOpts{ImageId: i.id, MemberId: os.Getenv("MEMBER")})
		if shared := n%2 == 0; (err == nil) != shared {
			return fmt.Errorf("shared: %t, want %t: %w", err == nil, shared, err)
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
	i.id = job.Entities.ImageId
	img, err := i.listed()
	if err != nil {
		return err
	}
	if img.DataOrigin != origin {
		return fmt.Errorf("got %+v", img)
	}
	return i.discard(i.id)
}

func createByServer(i *image) error {
	id, err := ims.CreateImageFromECS(i.client, ims.CreateImageFromECSOpts{Name: i.name, InstanceId: "server-1"})
	return i.made("instance,server-1", id, err)
}

func createByDisk(i *image) error {
	id, err := ims.CreateImageFromDisk(i.client, ims.CreateImageFromDiskOpts{Name: i.name, VolumeId: "disk-1", OsVersion: "CentOS 7.9 64bit"})
	return i.made("volume,disk-1", id, err)
}

// createOfDataDisks makes images of data disks: as the documentation says, and in the
// provider's two ways, which look for the image in the parts of the job.
func createOfDataDisks(i *image) error {
	id, err := imsv1.CreateDataImage(i.v1(), imsv1.CreateDataImageOpts{Name: i.name, ImageUrl: imageURL, MinDisk: 40})
	if err := i.made("file,"+imageURL, id, err); err != nil {
		return err
	}
	for _, create := range []func() (*string, error){
		func() (*string, error) {
			return ims.CreateImageFromOBS(i.v1(), ims.CreateImageFromOBSOpts{Name: i.name, ImageUrl: imageURL, MinDisk: 40})
		},
		func() (*string, error) {
			return ims.CreateImageFromECS(i.client, ims.CreateImageFromECSOpts{DataImages: []ims.ECSDataImage{{Name: i.name, VolumeId: "disk-2"}}})
		},
	} {
		job, err := i.ended(create())
		if err != nil {
			return err
		}
		parts := job.Entities.SubJobsResult
		if len(parts) != 1 || parts[0].Entities.ImageId != job.Entities.ImageId {
			return fmt.Errorf("got %+v", job)
		}
		if err := i.discard(parts[0].Entities.ImageId); err != nil {
			return err
		}
	}
	return nil
}

func importQuickly(i *image) error {
	id, err := ims.ImportImageQuick(i.client, ims.ImportImageQuickOpts{Name: i.name, ImageUrl: imageURL, MinDisk: 40})
	return i.made("file,"+imageURL, id, err)
}

func createFails(i *image) error {
	id, err := i.fromFile()
	if err != nil {
		return err
	}
	if err := advance("10s"); err != nil {
		return err
	}
	if _, err := i.ended(id, nil); err == nil || !strings.Contains(err.Error(), "job failed: The image file cannot be converted.") {
		return fmt.Errorf("waiting for the job returned %v", err)
	}
	job, err := others.ShowJob(i.v1(), *id)
	if err != nil {
		return err
	}
	img, err := images.Get(i.client, job.Entities.ImageId)
	if err != nil {
		return err
	}
	if img.Status != "killed" || job.ErrorCode != "IMG.0014" {
		return fmt.Errorf("the job is %+v, and the image %+v", job, img)
	}
	return os.WriteFile("id", []byte(img.Id), 0o600)
}

func createNeverEnds(i *image) error {
	id, err := i.fromFile()
	if err != nil {
		return err
	}
	if err := advance("1m"); err != nil { // signatures allow for 15 minutes in all
		return err
	}
	if err := others.WaitForJob(i.v1(), *id, 2); err == nil || !strings.Contains(err.Error(), "timeout") {
		return fmt.Errorf("waiting for the job returned %v", err)
	}
	job, err := others.ShowJob(i.v1(), *id)
	if err != nil {
		return err
	}
	if job.Status != "RUNNING" {
		return fmt.Errorf("the job is %+v", job)
	}
	return os.WriteFile("id", []byte(job.Entities.ImageId), 0o600)
}

// removeUnfinished deletes an image that is still being made. IMS refuses that.
func removeUnfinished(i *image) error {
	err := remove(i)
	var refused golangsdk.ErrDefault400
	if os.Getenv("DIALECT") == "ims" && errors.As(err, &refused) && strings.Contains(string(refused.Body), "IMG.0090") {
		return nil
	}
	return err
}

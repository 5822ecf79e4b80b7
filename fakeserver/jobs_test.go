package fakeserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A jobClient makes the vendors' calls that answer with a job, as a project.
type jobClient struct {
	t       *testing.T
	srv     *fakeserver.Server
	token   string
	project string // its id
}

// call returns the JSON of an answer. An answer that is an error fails the test.
func (c jobClient) call(method, path, body string) (v struct {
	JobID    string `json:"job_id"`
	Status   string
	Entities struct {
		ImageID string `json:"image_id"`
	}
	Members []any
}) {
	c.t.Helper()
	status, answer := c.try(method, path, body)
	if status >= 300 {
		c.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if err := json.Unmarshal(answer, &v); err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return v
}

func (c jobClient) try(method, path, body string) (int, []byte) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-Auth-Token", c.token)
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	c.srv.ServeHTTP(rec, r)
	return rec.Code, rec.Body.Bytes()
}

func (c jobClient) create(body string) (job string) {
	c.t.Helper()
	return c.call(http.MethodPost, "/v2/cloudimages/action", body).JobID
}

// job returns the status of a job, and the image that it makes.
func (c jobClient) job(id string) (status, image string) {
	c.t.Helper()
	v := c.call(http.MethodGet, "/v1/"+c.project+"/jobs/"+id, "")
	return v.Status, v.Entities.ImageID
}

func newJobClient(t *testing.T, scenario string) jobClient {
	srv := fakeserver.Run(t, fakeserver.WithYAML(scenario))
	return jobClient{t, srv, "t", scenarios.ProjectID(scenarios.DefaultProject)}
}

// What happens to an image in other ways is not undone when its job ends.
func TestJobLeavesImageAlone(t *testing.T) {
	t.Parallel()
	for _, fails := range []string{"", "a lot"} {
		c := newJobClient(t, fmt.Sprintf("jobs: {takes: 10s, fails: %q}", fails))
		id := c.create(`{"name": "a", "instance_id": "i"}`)
		c.srv.Advance(5 * time.Second)
		_, image := c.job(id)
		_, err := c.srv.ChangeImage(image, func(img *scenarios.Image) {
			img.Status, img.Data = scenarios.Active, scenarios.Data{Text: "data"}
		})
		if err != nil {
			t.Fatal(err)
		}
		c.srv.Advance(5 * time.Second)
		if img, _ := c.srv.Image(image); img.Status != scenarios.Active || img.Size != 4 {
			t.Errorf("with fails %q the image becomes %s", fails, img)
		}
	}
}

func TestJobOfISO(t *testing.T) {
	t.Parallel()
	c := newJobClient(t, "seed: 1")
	_, image := c.job(c.create(`{"name": "a", "image_url": "b:c", "min_disk": 5, "type": "IsoImage"}`))
	img, _ := c.srv.Image(image)
	if img.DiskFormat != "iso" || img.Properties["virtual_env_type"] != "IsoImage" {
		t.Errorf("got %s", img)
	}
}

// A project that is a member already does not become one twice, and a reader can
// neither accept an image nor reject it.
func TestMembersOfSeveralImages(t *testing.T) {
	t.Parallel()
	c := newJobClient(t, `
auth: {tokens: [{token: reader, project: beta, roles: [reader]}]}
images: [{id: `+alpha+`, visibility: private}]`)
	beta := scenarios.ProjectID("beta")
	body := fmt.Sprintf(`{"images": [%q], "projects": [%q]}`, alpha, beta)
	for range 2 {
		if status, _ := c.job(c.call(http.MethodPost, "/v1/cloudimages/members", body).JobID); status != "SUCCESS" {
			t.Errorf("the job is a %s", status)
		}
	}
	if members := c.call(http.MethodGet, "/v2/images/"+alpha+"/members", "").Members; len(members) != 1 {
		t.Errorf("the members are %v", members)
	}
	reader := jobClient{t, c.srv, "reader", beta}
	if status, answer := reader.try(http.MethodPut, "/v1/cloudimages/members", fmt.Sprintf(`{"images": [%q], "project_id": %q, "status": "accepted"}`, alpha, beta)); status != http.StatusForbidden {
		t.Errorf("the reader got %d %s", status, answer)
	}
}

// Only the last ten thousand jobs are remembered.
func TestOldJobsAreForgotten(t *testing.T) {
	t.Parallel()
	c := newJobClient(t, "images: [{id: "+alpha+", visibility: private}]")
	body := fmt.Sprintf(`{"images": [%q], "projects": ["p"]}`, alpha)
	first := c.call(http.MethodPost, "/v1/cloudimages/members", body).JobID
	second := c.call(http.MethodPost, "/v1/cloudimages/members", body).JobID
	for range 10_000 - 1 {
		c.call(http.MethodPost, "/v1/cloudimages/members", body)
	}
	if status, _ := c.try(http.MethodGet, "/v1/"+c.project+"/jobs/"+first, ""); status != http.StatusBadRequest {
		t.Errorf("the oldest job is answered %d", status)
	}
	if status, _ := c.job(second); status != "SUCCESS" {
		t.Errorf("the second one is a %s", status)
	}
}

// Of many jobs at the same time, each ends once, with its own image.
func TestJobsAtTheSameTime(t *testing.T) {
	t.Parallel()
	c := newJobClient(t, "jobs: {takes: 10s}")
	const n = 50
	ids := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			ids[i] = c.create(fmt.Sprintf(`{"name": "image %d", "instance_id": "i"}`, i))
			c.srv.Advance(time.Second) // some of the jobs end meanwhile
			c.job(ids[i])
			c.srv.Images()
		})
	}
	wg.Wait()
	c.srv.Advance(10 * time.Second)
	seen := make(map[string]bool)
	for i, id := range ids {
		status, image := c.job(id)
		img, _ := c.srv.Image(image)
		if status != "SUCCESS" || img.Status != scenarios.Active || img.Name != fmt.Sprintf("image %d", i) || seen[image] {
			t.Errorf("job %d is a %s, its image is\n%s", i, status, img)
		}
		seen[image] = true
	}
}

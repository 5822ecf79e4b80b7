package glance

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var jobHandlers = handlers{
	scenarios.GetJob: (*API).GetJob,
}

// Jobs are what the vendors' asynchronous calls answer with. Their form, and the names
// of their kinds, are those of the vendors' documentation.

// A jobKind says what a job does.
type jobKind string

const (
	jobOfURL         jobKind = "imsImportImageJob"
	jobOfInstance    jobKind = "imsCreateImageByInstance"
	jobOfVolume      jobKind = "imsVolumeCreateImageJob"
	jobOfDataURL     jobKind = "imsImportDataImageJob"
	jobOfDataVolumes jobKind = "imsVolumesToSysDataImagesJob"
	jobOfDataVolume  jobKind = "imsCopyVolumeToImageJob" // one part of the previous one
	jobAddMembers    jobKind = "imsAddImageMembersJob"
	jobModifyMembers jobKind = "imsUpdateImageMembersJob"
	jobDeleteMembers jobKind = "imsDelImageMembersJob"
)

// A job is work that one call has begun, and that ends by itself.
type job struct {
	id      string
	kind    jobKind
	project string // the id of the project that may see it
	begin   time.Time
	running time.Time // when it is initialized
	due     time.Time // when it ends
	images  []jobImage
	results []jobResult // of the members; nil: the job makes images

	ended   bool
	failure error // nil: it has not failed
}

// A jobImage is an image that a job makes.
type jobImage struct {
	id, name string
	part     string  // the id of the part of the job that makes it; empty: the job has no parts
	kind     jobKind // of that part
}

// A jobResult is what a job does to one member of an image.
type jobResult struct {
	ImageID   string `json:"image_id"`
	ProjectID string `json:"project_id"`
	Status    string `json:"status"` // success or fail
}

// jobs are all jobs of a world that are remembered.
type jobs struct {
	mu    sync.Mutex
	byID  map[string]*job
	order []string // their ids, the oldest first
	made  uint64   // number of ids that were made
}

// maxJobs is how many jobs are remembered. The oldest are forgotten first.
const maxJobs = 10_000

// maxInit is how long a job is initialized at most before it runs. That is a tenth of
// its time.
const maxInit = 10 * time.Second

// newJob returns a job that a call has begun. It has no work yet: see run.
func (a *API) newJob(c *wire.Call, kind jobKind) *job {
	takes := a.JobPlan.Takes
	return &job{
		id: a.newJobID(), kind: kind, project: c.Caller.ProjectID,
		begin: c.Now, running: c.Now.Add(min(takes/10, maxInit)), due: c.Now.Add(takes),
	}
}

// newJobID returns an id as jobs and their parts have it.
func (a *API) newJobID() string {
	a.jobs.mu.Lock()
	defer a.jobs.mu.Unlock()
	a.jobs.made++
	return strings.ReplaceAll(ids.UUID(a.Seed, ids.Job, a.jobs.made), "-", "")
}

// run has a job do its work when it ends, and answers its call. If the scenario says
// that it fails, it gives up instead. Work returns why it has failed.
func (a *API) run(j *job, work func(registry.Update) error, giveUp func(registry.Update)) wire.Reply {
	a.jobs.add(j)
	a.Images.After(j.due, func(update registry.Update) {
		if a.JobPlan.Fails != "" {
			giveUp(update)
			a.jobs.end(j, dialect.JobFailed.With(a.JobPlan.Fails))
			return
		}
		a.jobs.end(j, work(update))
	})
	return wire.JSON(http.StatusOK, map[string]string{"job_id": j.id})
}

func (s *jobs) add(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = make(map[string]*job)
	}
	if len(s.order) == maxJobs {
		delete(s.byID, s.order[0])
		s.order = s.order[1:]
	}
	s.byID[j.id], s.order = j, append(s.order, j.id)
}

func (s *jobs) end(j *job, failure error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.ended, j.failure = true, failure
}

// GetJob is GET /v1/{project_id}/jobs/{job_id}.
func (a *API) GetJob(c *wire.Call) (wire.Reply, error) {
	if err := checkProject(c); err != nil {
		return wire.Reply{}, err
	}
	a.Images.Settle()
	id := c.Var("job_id")
	a.jobs.mu.Lock()
	defer a.jobs.mu.Unlock()
	j, ok := a.jobs.byID[id]
	if !ok || j.project != c.Caller.ProjectID {
		return wire.Reply{}, dialect.JobUnknown.With(id)
	}
	return wire.JSON(http.StatusOK, j.show(c.Now)), nil
}

// A shownJob is a job, or a part of one, as clients see it.
type shownJob struct {
	JobID      string      `json:"job_id"`
	JobType    jobKind     `json:"job_type"`
	BeginTime  string      `json:"begin_time"`
	EndTime    string      `json:"end_time"` // empty: it has not ended
	Status     string      `json:"status"`
	ErrorCode  *string     `json:"error_code"`
	FailReason *string     `json:"fail_reason"`
	Entities   jobEntities `json:"entities"`
}

// jobEntities are what a job is about. A job that has failed still says which image it
// was to make, so that its client can delete that.
type jobEntities struct {
	ImageName     string       `json:"image_name,omitempty"`
	ImageID       string       `json:"image_id,omitempty"`
	ErrorCode     string       `json:"error_code,omitempty"`
	Error         string       `json:"error,omitempty"`
	Results       *[]jobResult `json:"results,omitempty"` // nil: the job is not about members
	SubJobsResult []shownJob   `json:"sub_jobs_result,omitempty"`
	SubJobsList   []string     `json:"sub_jobs_list,omitempty"`
}

// show returns the job as it is now.
func (j *job) show(now time.Time) shownJob {
	shown := shownJob{JobID: j.id, JobType: j.kind, BeginTime: jobTime(j.begin), Status: "RUNNING"}
	switch {
	case j.ended:
		shown.EndTime, shown.Status = jobTime(j.due), "SUCCESS"
	case now.Before(j.running):
		shown.Status = "INIT"
	}
	if j.failure != nil {
		code, reason := failureOf(j.failure)
		shown.Status, shown.ErrorCode, shown.FailReason = "FAIL", &code, &reason
		shown.Entities.ErrorCode, shown.Entities.Error = code, reason
	}
	if j.ended && j.results != nil {
		results := j.shownResults()
		shown.Entities.Results = &results
	}
	whole := shown
	for i, img := range j.images {
		part := whole
		part.Entities.ImageName = img.name
		if shown.Status != "INIT" {
			part.Entities.ImageID = img.id
		}
		if i == 0 {
			shown.Entities = part.Entities
		}
		if img.part != "" {
			part.JobID, part.JobType = img.part, img.kind
			shown.Entities.SubJobsResult = append(shown.Entities.SubJobsResult, part)
			shown.Entities.SubJobsList = append(shown.Entities.SubJobsList, img.part)
		}
	}
	return shown
}

// shownResults are the results as clients see them: none of members that are gone.
func (j *job) shownResults() []jobResult {
	if j.kind == jobDeleteMembers && j.failure == nil {
		return []jobResult{}
	}
	return j.results
}

// failureOf returns the code and the text of an error that a job has failed of.
func failureOf(err error) (code, text string) {
	var e *dialect.Error
	if errors.As(err, &e) {
		return cmp.Or(e.Code, dialect.JobFailed.Code), e.Message
	}
	return dialect.JobFailed.Code, err.Error()
}

func jobTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

package glance

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var cloudMemberHandlers = handlers{
	scenarios.AddMembers:    (*API).AddMembers,
	scenarios.ModifyMembers: (*API).ModifyMembers,
	scenarios.DeleteMembers: (*API).DeleteMembers,
}

// A memberRequest is the body of a call about the members of several images.
type memberRequest struct {
	Images    []string `json:"images"`
	Projects  []string `json:"projects"`   // to add or to delete
	ProjectID string   `json:"project_id"` // which accepts or rejects the images
	Status    string   `json:"status"`
}

// AddMembers is POST /v1/cloudimages/members: a job shares images with projects. It is
// no error if one of them is a member already.
func (a *API) AddMembers(c *wire.Call) (wire.Reply, error) {
	req, err := a.parseSharing(c)
	if err != nil {
		return wire.Reply{}, err
	}
	return a.runMembers(c, jobAddMembers, req, func(img *registry.Image, project string, at time.Time) error {
		switch n := len(img.Members) + 1; {
		case isMember(img, project):
			return nil
		case !a.canShare(img):
			return dialect.MembersUnshared.With(img.ID)
		case n > maxMembers:
			return dialect.MembersTooMany.With(img.ID, n, maxMembers)
		}
		img.Members = append(slices.Clone(img.Members), registry.Member{
			Project: project, Status: scenarios.MemberPending, CreatedAt: at, UpdatedAt: at,
		})
		return nil
	}), nil
}

// DeleteMembers is DELETE /v1/cloudimages/members: a job ends the sharing of images.
func (a *API) DeleteMembers(c *wire.Call) (wire.Reply, error) {
	req, err := a.parseSharing(c)
	if err != nil {
		return wire.Reply{}, err
	}
	return a.runMembers(c, jobDeleteMembers, req, func(img *registry.Image, project string, _ time.Time) error {
		if !isMember(img, project) {
			return dialect.MembersUnknown.With(project, img.ID)
		}
		img.Members = slices.DeleteFunc(slices.Clone(img.Members), func(m registry.Member) bool { return m.Project == project })
		return nil
	}), nil
}

// ModifyMembers is PUT /v1/cloudimages/members: a job lets a project accept or reject
// images that are shared with it.
func (a *API) ModifyMembers(c *wire.Call) (wire.Reply, error) {
	req, err := a.parseMembers(c)
	if err != nil {
		return wire.Reply{}, err
	}
	status := scenarios.MemberStatus(req.Status)
	switch {
	case status != scenarios.MemberAccepted && status != scenarios.MemberRejected:
		return wire.Reply{}, dialect.BodyInvalid.With(fmt.Sprintf("the status is %q, not accepted or rejected", status))
	case !c.Caller.Roles.Has(wire.Member):
		return wire.Reply{}, dialect.NotAuthorized.With(string(c.Operation))
	case req.ProjectID != c.Caller.ProjectID:
		return wire.Reply{}, dialect.MembersNotOwn.With(c.Caller.ProjectID, req.ProjectID)
	}
	req.Projects = []string{req.ProjectID}
	return a.runMembers(c, jobModifyMembers, req, func(img *registry.Image, project string, at time.Time) error {
		i := slices.IndexFunc(img.Members, func(m registry.Member) bool { return m.Project == project })
		if i < 0 {
			return dialect.MembersUnknown.With(project, img.ID)
		}
		img.Members = slices.Clone(img.Members)
		img.Members[i].Status, img.Members[i].UpdatedAt = status, at
		return nil
	}), nil
}

// parseSharing parses a call by which the owner of images shares them, or no longer
// does.
func (a *API) parseSharing(c *wire.Call) (*memberRequest, error) {
	req, err := a.parseMembers(c)
	if err != nil {
		return nil, err
	}
	if len(req.Projects) == 0 || slices.Contains(req.Projects, "") {
		return nil, dialect.BodyInvalid.With("projects are missing")
	}
	for _, id := range req.Images {
		switch img, ok := a.Images.Get(id); {
		case !ok || !mayChange(c.Caller, img) || c.Caller.System:
			return nil, dialect.MembersNotOwner.With(id)
		case !a.canShare(img):
			return nil, dialect.MembersUnshared.With(id)
		}
	}
	return req, nil
}

// parseMembers parses a call about the members of images, each of which its caller can
// see.
func (a *API) parseMembers(c *wire.Call) (*memberRequest, error) {
	var req memberRequest
	if err := parseCloudBody(c, &req); err != nil {
		return nil, err
	}
	if len(req.Images) == 0 {
		return nil, dialect.BodyInvalid.With("images are missing")
	}
	for _, id := range req.Images {
		if err := a.Dialect.CheckImageID(id); err != nil {
			return nil, err
		}
		if img, ok := a.Images.Get(id); !ok || !canFind(c.Caller, img) {
			return nil, dialect.ImageUnknown.With(id)
		}
	}
	return &req, nil
}

// runMembers has a job edit each of the projects among the members of each image. An
// image changes for all of the projects or for none.
func (a *API) runMembers(c *wire.Call, kind jobKind, req *memberRequest, edit func(img *registry.Image, project string, at time.Time) error) wire.Reply {
	j := a.newJob(c, kind)
	j.results = []jobResult{}
	setStatus := func(image, status string) {
		for _, project := range req.Projects {
			j.results = append(j.results, jobResult{image, project, status})
		}
	}
	return a.run(j, func(update registry.Update) (failure error) {
		for _, id := range req.Images {
			_, err := update(id, func(img *registry.Image) error {
				for _, project := range req.Projects {
					if err := edit(img, project, j.due); err != nil {
						return err
					}
				}
				setCloudSharing(img)
				return nil
			})
			if errors.Is(err, registry.ErrUnknown) {
				err = dialect.ImageUnknown.With(id)
			}
			if err != nil {
				setStatus(id, "fail")
			} else {
				setStatus(id, "success")
			}
			failure = cmp.Or(failure, err)
		}
		return failure
	}, func(registry.Update) {
		for _, id := range req.Images {
			setStatus(id, "fail")
		}
	})
}

func isMember(img *registry.Image, project string) bool {
	_, ok := img.Member(project)
	return ok
}

package keystone

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var projectHandlers = handlers{
	scenarios.ListProjects: (*API).ListProjects,
	scenarios.GetProject:   (*API).GetProject,
	scenarios.ListDomains:  (*API).ListDomains,
	scenarios.GetDomain:    (*API).GetDomain,
}

type projectDocument struct {
	named
	DomainID    string   `json:"domain_id"`
	Description string   `json:"description"`
	Enabled     bool     `json:"enabled"`
	ParentID    string   `json:"parent_id"`
	IsDomain    bool     `json:"is_domain"`
	Tags        []string `json:"tags"`
	Options     struct{} `json:"options"`
	Links       links    `json:"links"`
}

func describeProject(c *wire.Call, p *project) projectDocument {
	return projectDocument{
		named: named{p.id, p.name}, DomainID: domainID, ParentID: domainID, Enabled: true, Tags: []string{},
		Links: links{Self: authURL(c) + "/projects/" + p.id},
	}
}

// ListProjects is GET /projects, for admins and readers of the domain. A caller who
// signs the request gets the list of its own projects, as from Huawei's IAM: that is
// how the SDKs find the id of a project.
func (a *API) ListProjects(c *wire.Call) (wire.Reply, error) {
	all := isAdmin(c) || readsDomain(c)
	return a.show(c, all || Signed(c.Request), func() (any, error) {
		docs, selects := []projectDocument{}, nameFilter(c)
		projects := a.directory.projects
		if !all {
			projects = a.directory.projectsOf(a.caller(c))
		}
		for _, p := range projects {
			if selects(p.name) {
				docs = append(docs, describeProject(c, p))
			}
		}
		return collection(c, "projects", docs), nil
	})
}

// GetProject is GET /projects/{project_id}, for admins, readers of the domain and
// callers with a token for the project.
func (a *API) GetProject(c *wire.Call) (wire.Reply, error) {
	id := c.Var("project_id")
	return a.show(c, isAdmin(c) || readsDomain(c) || c.Caller.ProjectID == id, func() (any, error) {
		p := a.directory.projectByID(id)
		if p == nil {
			return nil, fail(dialect.IdentityUnknown, "project", id)
		}
		return map[string]any{"project": describeProject(c, p)}, nil
	})
}

type domainDocument struct {
	named
	Description string   `json:"description"`
	Enabled     bool     `json:"enabled"`
	Tags        []string `json:"tags"`
	Options     struct{} `json:"options"`
	Links       links    `json:"links"`
}

func describeDomain(c *wire.Call) domainDocument {
	return domainDocument{
		named: named{domainID, domainName}, Description: "The default domain", Enabled: true, Tags: []string{},
		Links: links{Self: authURL(c) + "/domains/" + domainID},
	}
}

// ListDomains is GET /domains, for admins.
func (a *API) ListDomains(c *wire.Call) (wire.Reply, error) {
	return a.show(c, isAdmin(c), func() (any, error) {
		docs := []domainDocument{}
		if nameFilter(c)(domainName) {
			docs = append(docs, describeDomain(c))
		}
		return collection(c, "domains", docs), nil
	})
}

// GetDomain is GET /domains/{domain_id}, for admins and callers with a token for
// the domain or one of its projects.
func (a *API) GetDomain(c *wire.Call) (wire.Reply, error) {
	id := c.Var("domain_id")
	inside := id == domainID && c.Caller.Roles != 0
	return a.show(c, isAdmin(c) || inside, func() (any, error) {
		if id != domainID {
			return nil, fail(dialect.IdentityUnknown, "domain", id)
		}
		return map[string]any{"domain": describeDomain(c)}, nil
	})
}

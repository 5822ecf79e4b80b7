package keystone

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// GetAuthProjects lists the projects that the caller may have a token for:
// GET /auth/projects.
func (a *API) GetAuthProjects(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		docs := []projectDocument{}
		for _, p := range a.directory.projectsOf(a.caller(c)) {
			docs = append(docs, describeProject(c, p))
		}
		return collection(c, "projects", docs), nil
	})
}

// GetAuthDomains lists the domains that the caller may have a token for:
// GET /auth/domains.
func (a *API) GetAuthDomains(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		docs := []domainDocument{}
		if a.directory.ofDomain(a.caller(c)) != 0 {
			docs = append(docs, describeDomain(c))
		}
		return collection(c, "domains", docs), nil
	})
}

// GetAuthSystem says whether the caller may have a token for the system:
// GET /auth/system.
func (a *API) GetAuthSystem(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		system := []map[string]bool{}
		if a.directory.ofSystem(a.caller(c)) != 0 {
			system = append(system, map[string]bool{"all": true})
		}
		return map[string]any{"system": system, "links": links{Self: here(c)}}, nil
	})
}

// GetAuthCatalog is the catalog for the caller's project: GET /auth/catalog.
func (a *API) GetAuthCatalog(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		if c.Caller.ProjectID == "" {
			return nil, fail(dialect.IdentityForbidden)
		}
		return map[string]any{"catalog": catalog(c), "links": links{Self: here(c)}}, nil
	})
}

// caller is the user who calls.
func (a *API) caller(c *wire.Call) *user { return a.directory.userByID(c.Caller.UserID) }

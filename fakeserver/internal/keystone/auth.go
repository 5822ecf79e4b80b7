package keystone

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var authHandlers = handlers{
	scenarios.GetAuthCatalog:  (*API).GetAuthCatalog,
	scenarios.GetAuthProjects: (*API).GetAuthProjects,
	scenarios.GetAuthDomains:  (*API).GetAuthDomains,
	scenarios.GetAuthSystem:   (*API).GetAuthSystem,
}

// GetAuthProjects is GET /auth/projects: the projects for which the caller can get
// a token.
func (a *API) GetAuthProjects(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		docs := []projectDocument{}
		for _, p := range a.directory.projectsOf(a.caller(c)) {
			docs = append(docs, describeProject(c, p))
		}
		return collection(c, "projects", docs), nil
	})
}

// GetAuthDomains is GET /auth/domains: the domains for which the caller can get a
// token.
func (a *API) GetAuthDomains(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		docs := []domainDocument{}
		if a.directory.domainRoles(a.caller(c)) != 0 {
			docs = append(docs, describeDomain(c))
		}
		return collection(c, "domains", docs), nil
	})
}

// GetAuthSystem is GET /auth/system: whether the caller can get a token for the
// system.
func (a *API) GetAuthSystem(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		system := []map[string]bool{}
		if a.directory.systemRoles(a.caller(c)) != 0 {
			system = append(system, map[string]bool{"all": true})
		}
		return map[string]any{"system": system, "links": links{Self: requestURL(c)}}, nil
	})
}

// GetAuthCatalog is GET /auth/catalog: the catalog for the caller's project.
func (a *API) GetAuthCatalog(c *wire.Call) (wire.Reply, error) {
	return a.show(c, true, func() (any, error) {
		if c.Caller.ProjectID == "" {
			return nil, fail(dialect.IdentityForbidden)
		}
		return map[string]any{"catalog": catalog(c), "links": links{Self: requestURL(c)}}, nil
	})
}

// A service is an entry of the catalog.
type service struct {
	Endpoints []endpoint `json:"endpoints"`
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
}

type endpoint struct {
	ID        string `json:"id"`
	Interface string `json:"interface"`
	RegionID  string `json:"region_id"`
	URL       string `json:"url"`
	Region    string `json:"region"`
}

// catalog returns the services of this server, under the address that the client
// uses for it.
func catalog(c *wire.Call) []service {
	return []service{
		newService("identity", "keystone", authURL(c)),
		newService("image", "glance", c.Base()),
	}
}

func newService(kind, name, url string) service {
	s := service{ID: idOf("service", kind), Type: kind, Name: name}
	for _, face := range []string{"public", "internal", "admin"} {
		s.Endpoints = append(s.Endpoints, endpoint{idOf("endpoint "+kind, face), face, region, url, region})
	}
	return s
}

// idOf returns the id of something that every server has, and under the same id.
func idOf(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + " " + name))
	return hex.EncodeToString(sum[:16])
}

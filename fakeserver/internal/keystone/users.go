package keystone

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var userHandlers = handlers{
	scenarios.ListUsers:        (*API).ListUsers,
	scenarios.GetUser:          (*API).GetUser,
	scenarios.ListUserProjects: (*API).ListUserProjects,
}

type userDocument struct {
	named
	DomainID          string   `json:"domain_id"`
	Enabled           bool     `json:"enabled"`
	PasswordExpiresAt *string  `json:"password_expires_at"`
	Options           struct{} `json:"options"`
	Links             links    `json:"links"`
}

func describeUser(c *wire.Call, u *user) userDocument {
	return userDocument{
		named: named{u.id, u.name}, DomainID: domainID, Enabled: true,
		Links: links{Self: authURL(c) + "/users/" + u.id},
	}
}

// ListUsers is GET /users, for admins.
func (a *API) ListUsers(c *wire.Call) (wire.Reply, error) {
	return a.show(c, isAdmin(c), func() (any, error) {
		docs, selects := []userDocument{}, nameFilter(c)
		for _, u := range a.directory.users {
			if selects(u.name) {
				docs = append(docs, describeUser(c, u))
			}
		}
		return collection(c, "users", docs), nil
	})
}

// GetUser is GET /users/{user_id}, for admins and the user.
func (a *API) GetUser(c *wire.Call) (wire.Reply, error) {
	return a.show(c, isUser(c, c.Var("user_id")), func() (any, error) {
		u, err := a.userOfPath(c)
		if err != nil {
			return nil, err
		}
		return map[string]any{"user": describeUser(c, u)}, nil
	})
}

// ListUserProjects is GET /users/{user_id}/projects, for admins and the user.
func (a *API) ListUserProjects(c *wire.Call) (wire.Reply, error) {
	return a.show(c, isUser(c, c.Var("user_id")), func() (any, error) {
		u, err := a.userOfPath(c)
		if err != nil {
			return nil, err
		}
		docs, selects := []projectDocument{}, nameFilter(c)
		for _, p := range a.directory.projectsOf(u) {
			if selects(p.name) {
				docs = append(docs, describeProject(c, p))
			}
		}
		return collection(c, "projects", docs), nil
	})
}

// userOfPath returns the user that the call is about.
func (a *API) userOfPath(c *wire.Call) (*user, error) {
	u := a.directory.userByID(c.Var("user_id"))
	if u == nil {
		return nil, fail(dialect.IdentityUnknown, "user", c.Var("user_id"))
	}
	return u, nil
}

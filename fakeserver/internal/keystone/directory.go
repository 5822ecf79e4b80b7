package keystone

import (
	"cmp"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A directory is the users and projects that are known, in the order in which
// they became known. The API's lock guards it.
type directory struct {
	open     bool // the scenario declares no users: every user and every project exists
	inDomain bool // declared users have their roles in the domain as well; false: in their projects only
	users    []*user
	projects []*project

	usersByID    map[string]*user
	projectsByID map[string]*project
}

// A user may act in the projects of its grants.
type user struct {
	id, name string
	password string // empty: any
	declared bool   // by the scenario, with everything that the user may do
	grants   []grant
}

// A project owns images. The name of a project of which only the id is known is
// its id.
type project struct{ id, name string }

// A grant is the roles of a user in a project.
type grant struct {
	project *project
	roles   wire.Role
}

func newDirectory(users []scenarios.User) directory {
	d := directory{open: len(users) == 0, usersByID: map[string]*user{}, projectsByID: map[string]*project{}}
	for _, declared := range users {
		u := d.user(declared.Name)
		u.declared, u.password = true, declared.Password
		roles := wire.Roles(declared.Roles...)
		if len(declared.Roles) == 0 {
			roles = wire.Roles(scenarios.RoleMember)
		}
		u.grants = append(u.grants, grant{d.project(cmp.Or(declared.Project, scenarios.DefaultProject)), roles})
	}
	return d
}

// resolve returns what a token of the scenario is for: a user with roles in a
// project. A user who is not declared is granted these roles.
func (d *directory) resolve(t scenarios.Token) (*user, *project, wire.Role) {
	u := d.user(cmp.Or(t.User, scenarios.DefaultUser))
	own := grant{roles: defaultRoles(u.name)}
	if u.declared {
		own = u.grants[0]
	}
	p := own.project
	if t.Project != "" || p == nil {
		p = d.project(cmp.Or(t.Project, scenarios.DefaultProject))
	}
	roles := own.roles
	if len(t.Roles) > 0 {
		roles = wire.Roles(t.Roles...)
	}
	if _, ok := u.grant(p); !ok && !u.declared {
		u.grants = append(u.grants, grant{p, roles})
	}
	return u, p, roles
}

// defaultRoles returns the roles of a user for whom the scenario gives none.
func defaultRoles(name string) wire.Role {
	if name == scenarios.RoleAdmin {
		return wire.Roles(scenarios.RoleAdmin)
	}
	return wire.Roles(scenarios.RoleMember)
}

// user returns the user with that name or id, and adds it if it is not known.
func (d *directory) user(name string) *user {
	id := scenarios.UserID(name)
	u := d.userByID(id)
	switch {
	case u == nil:
		u = &user{id: id, name: name}
		d.users = append(d.users, u)
		d.usersByID[id] = u
	case u.name == u.id: // only its id was known
		u.name = name
	}
	return u
}

// project returns the project with that name or id, and adds it if it is not
// known.
func (d *directory) project(name string) *project {
	id := scenarios.ProjectID(name)
	p := d.projectByID(id)
	switch {
	case p == nil:
		p = &project{id: id, name: name}
		d.projects = append(d.projects, p)
		d.projectsByID[id] = p
	case p.name == p.id: // only its id was known
		p.name = name
	}
	return p
}

// findUser returns the user with the name or, without one, with the id; nil: there
// is none.
func (d *directory) findUser(name, id string) *user {
	if name == "" {
		if u := d.userByID(id); u != nil {
			return u
		}
		name = id
	} else if u := d.userByID(scenarios.UserID(name)); u != nil && u.name == name {
		return u
	}
	if !d.open || name == "" {
		return nil
	}
	return d.user(name)
}

// findProject returns the project with the name or, without one, with the id; nil:
// there is none.
func (d *directory) findProject(name, id string) *project {
	if name == "" {
		if p := d.projectByID(id); p != nil {
			return p
		}
		name = id
	} else if p := d.projectByID(scenarios.ProjectID(name)); p != nil && p.name == name {
		return p
	}
	if !d.open || name == "" {
		return nil
	}
	return d.project(name)
}

// userByID returns nil if no such user is known.
func (d *directory) userByID(id string) *user { return d.usersByID[id] }

// projectByID returns nil if no such project is known.
func (d *directory) projectByID(id string) *project { return d.projectsByID[id] }

// checkPassword reports whether the password is the user's.
func (d *directory) checkPassword(u *user, password string) bool {
	return d.open || u.declared && (u.password == "" || u.password == password)
}

// rolesIn returns the roles of the user in a project; not ok: the user has none. In
// an open directory a user is granted the default roles in any project.
func (d *directory) rolesIn(u *user, p *project) (roles wire.Role, ok bool) {
	g, ok := u.grant(p)
	if !ok && d.open {
		g, ok = grant{p, defaultRoles(u.name)}, true
		u.grants = append(u.grants, g)
	}
	return g.roles, ok
}

// systemRoles returns the roles of the user in the system as a whole. Only an
// admin has any.
func (d *directory) systemRoles(u *user) wire.Role {
	var roles wire.Role
	if d.open {
		roles = defaultRoles(u.name)
	}
	for _, g := range u.grants {
		roles |= g.roles
	}
	if !roles.Has(wire.Admin) {
		return 0
	}
	return roles
}

// domainRoles returns the roles of the user in the domain as a whole.
func (d *directory) domainRoles(u *user) wire.Role {
	if d.open {
		return defaultRoles(u.name)
	}
	var roles wire.Role
	if d.inDomain {
		for _, g := range u.grants {
			roles |= g.roles
		}
	}
	return roles
}

// projectsOf returns the projects in which the user has roles.
func (d *directory) projectsOf(u *user) []*project {
	if len(u.grants) == 0 && d.open {
		return []*project{d.project(scenarios.DefaultProject)}
	}
	all := make([]*project, len(u.grants))
	for i, g := range u.grants {
		all[i] = g.project
	}
	return all
}

// grant returns the grant of the user in a project, if there is one.
func (u *user) grant(p *project) (grant, bool) {
	for _, g := range u.grants {
		if g.project == p {
			return g, true
		}
	}
	return grant{}, false
}

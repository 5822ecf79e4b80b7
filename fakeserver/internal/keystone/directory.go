package keystone

import (
	"cmp"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A directory is the users and projects that are known, each list in the order
// in which they became so.
type directory struct {
	open     bool // nobody is declared: whoever signs in exists, and so does any project
	users    []*user
	projects []*project
}

// A project owns images. One that is known by its id alone has it as its name.
type project struct{ id, name string }

// A user may act in the projects of its grants.
type user struct {
	id, name string
	password string // empty: any
	declared bool   // by the scenario, with all that the user may do
	grants   []grant
}

// A grant is the roles of a user in a project.
type grant struct {
	project *project
	roles   wire.Role
}

func newDirectory(users []scenarios.User) directory {
	d := directory{open: len(users) == 0}
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

// bearer is whom a token of the scenario stands for. A user who is not declared
// may henceforth do what the token says.
func (d *directory) bearer(t scenarios.Token) (*user, *project, wire.Role) {
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

// defaultRoles are those of a user of whom nothing else is said.
func defaultRoles(name string) wire.Role {
	if name == scenarios.RoleAdmin {
		return wire.Roles(scenarios.RoleAdmin)
	}
	return wire.Roles(scenarios.RoleMember)
}

// user is the user of a name or an id, known from now on.
func (d *directory) user(name string) *user {
	id := scenarios.UserID(name)
	u := d.userByID(id)
	switch {
	case u == nil:
		u = &user{id: id, name: name}
		d.users = append(d.users, u)
	case u.name == u.id: // known by its id so far
		u.name = name
	}
	return u
}

// project is the project of a name or an id, known from now on.
func (d *directory) project(name string) *project {
	id := scenarios.ProjectID(name)
	p := d.projectByID(id)
	switch {
	case p == nil:
		p = &project{id: id, name: name}
		d.projects = append(d.projects, p)
	case p.name == p.id:
		p.name = name
	}
	return p
}

// findUser is the user of a name, or else of an id: nil if there is none.
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

// findProject is the project of a name, or else of an id: nil if there is none.
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

// opens reports whether the password is the user's.
func (d *directory) opens(u *user, password string) bool {
	return d.open || u.declared && (u.password == "" || u.password == password)
}

// userByID is nil where no such user is known.
func (d *directory) userByID(id string) *user {
	for _, u := range d.users {
		if u.id == id {
			return u
		}
	}
	return nil
}

// projectByID is nil where no such project is known.
func (d *directory) projectByID(id string) *project {
	for _, p := range d.projects {
		if p.id == id {
			return p
		}
	}
	return nil
}

// mayEnter is what the user may do in a project. Where nobody is declared it is
// enough to ask.
func (d *directory) mayEnter(u *user, p *project) (roles wire.Role, ok bool) {
	g, ok := u.grant(p)
	if !ok && d.open {
		g, ok = grant{p, defaultRoles(u.name)}, true
		u.grants = append(u.grants, g)
	}
	return g.roles, ok
}

// ofSystem are the roles of the user in the system as a whole: only an admin has any.
func (d *directory) ofSystem(u *user) wire.Role {
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

// ofDomain are the roles of the user in the domain as a whole. Nobody is
// declared to have any.
func (d *directory) ofDomain(u *user) wire.Role {
	if !d.open {
		return 0
	}
	return defaultRoles(u.name)
}

// projectsOf are the projects the user may act in.
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

// grant is what the user was given in a project.
func (u *user) grant(p *project) (grant, bool) {
	for _, g := range u.grants {
		if g.project == p {
			return g, true
		}
	}
	return grant{}, false
}

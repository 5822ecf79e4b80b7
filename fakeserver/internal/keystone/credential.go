package keystone

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A credential lets an application sign in as its user, in one project. It
// never changes.
type credential struct {
	id, name, secret string
	description      *string // nil: none
	user             *user
	project          *project // nil: none, its tokens are unscoped
	roles            []string
	expires          time.Time // zero: never
	unrestricted     *bool     // true: its tokens may manage credentials; nil: false
}

func (cred *credential) restricted() bool { return cred.unrestricted == nil || !*cred.unrestricted }

type credentialDocument struct {
	named
	Description  *string        `json:"description"`
	UserID       string         `json:"user_id"`
	ProjectID    *string        `json:"project_id"`
	System       *string        `json:"system"`
	ExpiresAt    *string        `json:"expires_at"`
	Unrestricted *bool          `json:"unrestricted"`
	Roles        []roleDocument `json:"roles"`
	Secret       string         `json:"secret,omitempty"`
	Links        links          `json:"links"`
}

type roleDocument struct {
	named
	DomainID    *string         `json:"domain_id"`
	Description *string         `json:"description"`
	Options     map[string]bool `json:"options"`
}

// describeCredential leaves out the secret: it is shown but once.
func describeCredential(c *wire.Call, cred *credential) credentialDocument {
	doc := credentialDocument{
		named: named{cred.id, cred.name}, Description: cred.description, UserID: cred.user.id,
		Unrestricted: cred.unrestricted, Roles: []roleDocument{},
		Links: links{Self: authURL(c) + "/application_credentials/" + cred.id},
	}
	if cred.project != nil {
		doc.ProjectID = &cred.project.id
	}
	if !cred.expires.IsZero() {
		end := strings.TrimSuffix(cred.expires.Format(timeLayout), "Z")
		doc.ExpiresAt = &end
	}
	for _, role := range cred.roles {
		doc.Roles = append(doc.Roles, roleDocument{
			named: named{idOf("role", role), role}, Options: map[string]bool{"immutable": true},
		})
	}
	return doc
}

func (a *API) newCredential(c *wire.Call, wanted object) (*credential, error) {
	cred := &credential{name: wanted.text("name"), user: a.caller(c)}
	if c.Caller.ProjectID != "" {
		cred.project = a.directory.projectByID(c.Caller.ProjectID)
	}
	var err error
	if cred.roles, err = pickRoles(wanted, c.Caller.Roles); err != nil {
		return nil, err
	}
	if cred.expires, err = parseEnd(wanted.text("expires_at"), c.Now); err != nil {
		return nil, err
	}
	for _, other := range a.credentials {
		if other.user == cred.user && other.name == cred.name {
			return nil, fail(dialect.IdentityDuplicate, cred.name)
		}
	}
	if text, ok := wanted.value("description").(string); ok {
		cred.description = &text
	}
	if yes, ok := wanted.value("unrestricted").(bool); ok {
		cred.unrestricted = &yes
	}
	a.created++
	cred.id = hex.EncodeToString(derive(a.seed, "credential", a.created)[:16])
	cred.secret = wanted.text("secret")
	if cred.secret == "" {
		raw := append(derive(a.seed, "secret", a.created), derive(a.seed, "secret, continued", a.created)...)
		cred.secret = base64.RawURLEncoding.EncodeToString(raw)
	}
	return cred, nil
}

// pickRoles are the roles that a credential is wanted for: all of the caller's,
// unless it names some.
func pickRoles(wanted object, have wire.Role) ([]string, error) {
	var all []string
	for _, role := range rolesOf(have) {
		all = append(all, role.Name)
	}
	some, _ := wanted.value("roles").([]any)
	if len(some) == 0 {
		return all, nil
	}
	var picked []string
	for _, item := range some {
		role, _ := item.(pyjson.Object)
		name := object(role).text("name")
		for _, known := range []string{scenarios.RoleReader, scenarios.RoleMember, scenarios.RoleAdmin} {
			if id := object(role).text("id"); id != "" && id == idOf("role", known) {
				name = known
			}
		}
		switch {
		case slices.Contains(all, name):
			picked = append(picked, name)
		case name != "" && wire.Roles(name) == 0:
			return nil, fail(dialect.IdentityRoleUndefined, name)
		default:
			return nil, fail(dialect.IdentityRoleUnassigned)
		}
	}
	return picked, nil
}

// parseEnd reads the end of a credential. Empty means none.
func parseEnd(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	end, err := time.Parse("2006-01-02T15:04:05Z", strings.TrimSuffix(text, "Z")+"Z")
	switch {
	case err != nil:
		return end, fail(dialect.IdentityTimestampMalformed)
	case end.Before(now):
		return end, fail(dialect.IdentityTimestampPast)
	}
	return end, nil
}

// findCredential finds the credential that somebody wants to sign in with: by
// its id, or by its name and its user.
func (s *signIn) findCredential(shown object) (*credential, error) {
	if id := shown.text("id"); id != "" {
		cred := s.api.credentialByID(id)
		if cred == nil {
			return nil, unknownCredential(id)
		}
		return cred, nil
	}
	name := shown.text("name")
	if name == "" {
		return nil, fail(dialect.IdentityExpecting, "name or ID", "application credential")
	}
	named := shown.object("user")
	if len(named) == 0 {
		return nil, fail(dialect.IdentityExpecting, "user", "application credential")
	}
	id := named.text("id")
	if id == "" {
		if !named.has("domain") {
			return nil, fail(dialect.IdentityExpecting, "domain", "user")
		}
		if err := s.findDomain(named.object("domain")); err != nil {
			return nil, err
		}
		u := s.api.directory.findUser(named.text("name"), "")
		if u == nil {
			return nil, fail(dialect.IdentityUnknown, "user", named.text("name"))
		}
		id = u.id
	}
	for _, cred := range s.api.credentials {
		if cred.user.id == id && cred.name == name {
			return cred, nil
		}
	}
	return nil, s.refused()
}

// withCredential finds the user by the credential's secret.
func (s *signIn) withCredential(shown object) error {
	secret, ok := shown.value("secret").(string)
	switch {
	case !ok && shown.value("secret") != nil:
		return fail(dialect.IdentityExpecting, "string", "password")
	case secret != s.credential.secret:
		return s.refused()
	case !s.credential.expires.IsZero() && !s.call.Now.Before(s.credential.expires):
		return s.refused()
	}
	s.user = s.credential.user
	return nil
}

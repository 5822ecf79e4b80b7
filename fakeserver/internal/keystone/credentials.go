package keystone

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var credentialHandlers = handlers{
	scenarios.ListApplicationCredentials:  (*API).ListApplicationCredentials,
	scenarios.CreateApplicationCredential: (*API).CreateApplicationCredential,
	scenarios.GetApplicationCredential:    (*API).GetApplicationCredential,
	scenarios.DeleteApplicationCredential: (*API).DeleteApplicationCredential,
}

// A credential is an application credential: with it an application signs in as a
// user, in one project. It never changes.
type credential struct {
	id, name, secret string
	description      *string // nil: none
	user             *user
	project          *project // nil: its tokens are unscoped
	roles            []string
	expires          time.Time // zero: never
	unrestricted     *bool     // its tokens may manage credentials; nil: false
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

// describeCredential returns the document without the secret, which only the
// answer to the creation shows.
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

// CreateApplicationCredential is POST /users/{user_id}/application_credentials,
// for the user only.
func (a *API) CreateApplicationCredential(c *wire.Call) (wire.Reply, error) {
	if err := authorize(c, c.Caller.UserID == c.Var("user_id")); err != nil {
		return wire.Reply{}, err
	}
	whole, err := body(c)
	if err != nil {
		return wire.Reply{}, err
	}
	var wanted any = pyjson.Object{}
	if whole.has(byCredential) {
		wanted = whole.value(byCredential)
	}
	if err := checkBody(credentialSchema(), wanted); err != nil {
		return wire.Reply{}, err
	}
	if err := a.mayManageCredentials(c); err != nil {
		return wire.Reply{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, err := a.newCredential(c, whole.object(byCredential))
	if err != nil {
		return wire.Reply{}, err
	}
	a.credentials = append(a.credentials, cred)
	doc := describeCredential(c, cred)
	doc.Secret = cred.secret
	return answer(http.StatusCreated, map[string]any{byCredential: doc})
}

// ListApplicationCredentials is GET /users/{user_id}/application_credentials,
// for admins and the user.
func (a *API) ListApplicationCredentials(c *wire.Call) (wire.Reply, error) {
	return a.show(c, isUser(c, c.Var("user_id")), func() (any, error) {
		docs, selects := []credentialDocument{}, nameFilter(c)
		for _, cred := range a.credentials {
			if cred.user.id == c.Var("user_id") && selects(cred.name) {
				docs = append(docs, describeCredential(c, cred))
			}
		}
		return collection(c, "application_credentials", docs), nil
	})
}

// GetApplicationCredential is GET
// /users/{user_id}/application_credentials/{application_credential_id}, for
// admins and the user.
func (a *API) GetApplicationCredential(c *wire.Call) (wire.Reply, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, err := a.credentialOfPath(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if cred == nil {
		return wire.Reply{}, unknownCredential(c.Var("application_credential_id"))
	}
	return answer(http.StatusOK, map[string]any{byCredential: describeCredential(c, cred)})
}

// DeleteApplicationCredential is DELETE
// /users/{user_id}/application_credentials/{application_credential_id}, for
// admins and the user. The tokens issued for the credential become invalid.
func (a *API) DeleteApplicationCredential(c *wire.Call) (wire.Reply, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, err := a.credentialOfPath(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if err := a.mayManageCredentials(c); err != nil {
		return wire.Reply{}, err
	}
	if cred == nil {
		return wire.Reply{}, unknownCredential(c.Var("application_credential_id"))
	}
	a.credentials = slices.DeleteFunc(a.credentials, func(other *credential) bool { return other == cred })
	a.tokens.Range(func(_, t any) bool {
		if t := t.(*token); t.credential == cred {
			t.revoked.Store(true)
		}
		return true
	})
	return noContent()
}

// credentialOfPath returns the credential that the call is about; nil: there is
// none. It is an error if the caller may not see it.
func (a *API) credentialOfPath(c *wire.Call) (*credential, error) {
	cred, owner := a.credentialByID(c.Var("application_credential_id")), c.Var("user_id")
	if cred != nil {
		owner = cred.user.id
	}
	return cred, authorize(c, isUser(c, owner))
}

// credentialByID returns nil if there is no such credential.
func (a *API) credentialByID(id string) *credential {
	for _, cred := range a.credentials {
		if cred.id == id {
			return cred
		}
	}
	return nil
}

// mayManageCredentials returns an error if the caller's token was issued for a
// restricted credential: such a caller must not create further ones.
func (a *API) mayManageCredentials(c *wire.Call) error {
	found, ok := a.tokens.Load(c.Request.Header.Get("X-Auth-Token"))
	if !ok {
		return nil
	}
	if cred := found.(*token).credential; cred != nil && cred.restricted() {
		return forbidden("Using method 'application_credential' is not allowed for managing additional application credentials.")
	}
	return nil
}

func unknownCredential(id string) error {
	return fail(dialect.IdentityUnknown, "Application Credential", id)
}

// newCredential makes a credential of a request. It has not been added yet.
func (a *API) newCredential(c *wire.Call, wanted object) (*credential, error) {
	cred := &credential{name: wanted.text("name"), user: a.caller(c)}
	if c.Caller.ProjectID != "" {
		cred.project = a.directory.projectByID(c.Caller.ProjectID)
	}
	var err error
	if cred.roles, err = pickRoles(wanted, c.Caller.Roles); err != nil {
		return nil, err
	}
	if cred.expires, err = parseExpiry(wanted.text("expires_at"), c.Now); err != nil {
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
	a.credentialsCreated++
	cred.id = hex.EncodeToString(derive(a.seed, "credential", a.credentialsCreated)[:16])
	cred.secret = wanted.text("secret")
	if cred.secret == "" {
		raw := append(derive(a.seed, "secret", a.credentialsCreated), derive(a.seed, "secret, continued", a.credentialsCreated)...)
		cred.secret = base64.RawURLEncoding.EncodeToString(raw)
	}
	return cred, nil
}

// pickRoles returns the roles that the request wants for a credential, which must
// be the caller's. If the request names none, it is all of the caller's.
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

// parseExpiry parses the end of a credential; empty: it never expires.
func parseExpiry(text string, now time.Time) (time.Time, error) {
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

package keystone

import (
	"net/http"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var createTokenHandlers = handlers{scenarios.CreateToken: (*API).CreateToken}

// CreateToken is POST /auth/tokens: a client signs in.
func (a *API) CreateToken(c *wire.Call) (wire.Reply, error) {
	req, err := parseTokenRequest(c)
	if err != nil {
		return wire.Reply{}, err
	}
	switch {
	case !req.supported():
		return unauthorizedMethod(c, dialect.IdentityMethodUnsupported, map[string][]string{"methods": methods})
	case req.hasScope && slices.Contains(req.methods, byCredential):
		return unauthorizedMethod(c, dialect.IdentityCredentialScope, map[string][]string{})
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s := signIn{api: a, call: c, req: req}
	t, err := s.token()
	if err != nil {
		return wire.Reply{}, err
	}
	text := a.issue(t)
	rep, err := answer(http.StatusCreated, a.describe(c, t))
	return rep.Set("X-Subject-Token", text), err
}

// methods are those that Keystone lists in its answer to an unknown one.
var methods = []string{"application_credential", "external", "mapped", "oauth1", "password", "token"}

// unauthorizedMethod returns a 401 that also says how a client may sign in.
func unauthorizedMethod(c *wire.Call, p *dialect.Problem, identity map[string][]string) (wire.Reply, error) {
	rep := dialect.RenderIdentity(unauthorized(c, p))
	rep.Body = wire.JSON(p.Status, map[string]any{"error": map[string]any{
		"code": p.Status, "message": p.Message, "title": http.StatusText(p.Status), "identity": identity,
	}}).Body
	return rep, nil
}

// A signIn is one attempt to get a token. It proceeds in Keystone's order: first
// the scope, then the user, then whether the user has a role in the scope.
type signIn struct {
	api  *API
	call *wire.Call
	req  tokenRequest

	scope      string      // one of scopes; empty: unscoped
	project    *project    // nil: the scope is not a project
	credential *credential // nil: it is not used
	parent     *token      // the token used to sign in; nil: none
	user       *user       // nil: not known yet
}

func (s *signIn) refused() error { return unauthorized(s.call, dialect.IdentityUnauthorized) }

// token returns the token that was asked for. It has not been issued yet.
func (s *signIn) token() (*token, error) {
	if err := s.findScope(); err != nil {
		return nil, err
	}
	for _, method := range s.req.methods {
		before := s.user
		if err := s.authenticate(method); err != nil {
			return nil, err
		}
		if before != nil && s.user != before {
			return nil, s.refused()
		}
	}
	if s.user == nil {
		return nil, s.refused()
	}
	now := s.call.Now
	t := &token{
		methods:    slices.Clone(s.req.methods),
		issued:     now.Truncate(time.Second),
		expires:    now.Add(s.api.ttl),
		credential: s.credential,
	}
	if p := s.parent; p != nil {
		// Otherwise a client could stay signed in forever.
		if !p.expires.IsZero() {
			t.expires = p.expires
		}
		ids := s.api.auditIDs(p)
		t.audit = ids[len(ids)-1:]
		for _, method := range p.methods {
			if !slices.Contains(t.methods, method) {
				t.methods = append(t.methods, method)
			}
		}
	}
	if cred := s.credential; cred != nil && !cred.expires.IsZero() && cred.expires.Before(t.expires) {
		t.expires = cred.expires
	}
	return t, s.setCaller(t)
}

// findScope finds what the token is wanted for.
func (s *signIn) findScope() error {
	if slices.Contains(s.req.methods, byCredential) {
		cred, err := s.findCredential(s.req.identity.object(byCredential))
		if err != nil {
			return err
		}
		s.credential, s.project = cred, cred.project
		return nil
	}
	scope, err := s.req.wantedScope()
	if err != nil {
		return err
	}
	s.scope = scope
	switch scope {
	case "project":
		s.project, err = s.findProject(s.req.scope.object("project"))
	case "domain":
		err = s.findDomain(s.req.scope.object("domain"))
	case "OS-TRUST:trust":
		if s.req.scope.object(scope).text("id") == "" {
			return fail(dialect.IdentityExpecting, "trust_id", "trust")
		}
		err = s.refused() // the service has no trusts
	}
	return err
}

func (s *signIn) findProject(named object) (*project, error) {
	name := named.text("name")
	if name != "" {
		if !named.has("domain") {
			return nil, fail(dialect.IdentityExpecting, "domain", "project")
		}
		if err := s.findDomain(named.object("domain")); err != nil {
			return nil, err
		}
	}
	p := s.api.directory.findProject(name, named.text("id"))
	if p == nil {
		return nil, s.refused()
	}
	return p, nil
}

// findDomain checks that a domain is the only one there is, by its name or, without
// one, by its id.
func (s *signIn) findDomain(named object) error {
	name, id := named.text("name"), named.text("id")
	if name == domainName || name == "" && id == domainID {
		return nil
	}
	return s.refused()
}

// authenticate finds the user by one of the methods.
func (s *signIn) authenticate(method string) error {
	switch method {
	case byPassword:
		return s.withPassword(s.req.identity.object(byPassword))
	case byToken:
		return s.withToken(s.req.identity.object(byToken).text("id"))
	}
	return s.withCredential(s.req.identity.object(byCredential))
}

func (s *signIn) withPassword(password object) error {
	if !password.has("user") {
		return fail(dialect.IdentityExpecting, "user", "None")
	}
	named := password.object("user")
	name, id := named.text("name"), named.text("id")
	if name == "" && id == "" {
		return fail(dialect.IdentityExpecting, "id or name", "user")
	}
	if name != "" {
		if err := s.checkUserDomain(named); err != nil {
			return err
		}
	}
	u := s.api.directory.findUser(name, id)
	if u == nil || !named.has("password") || !s.api.directory.checkPassword(u, named.text("password")) {
		return s.refused()
	}
	s.user = u
	return nil
}

// checkUserDomain checks the domain of a user who is given by name.
func (s *signIn) checkUserDomain(named object) error {
	if !named.has("domain") {
		return fail(dialect.IdentityExpecting, "domain", "user")
	}
	domain := named.object("domain")
	if domain.text("id") == "" && domain.text("name") == "" {
		return fail(dialect.IdentityExpecting, "id or name", "domain")
	}
	return s.findDomain(domain)
}

func (s *signIn) withToken(text string) error {
	t, err := s.api.findToken(text, s.call.Now)
	if err != nil {
		return err
	}
	if t.caller.System && (s.scope == "project" || s.scope == "domain") {
		return forbidden("Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.")
	}
	if t.credential != nil {
		return forbidden("Using a delegated token to create another token is not allowed.")
	}
	s.parent, s.user = t, s.api.directory.userByID(t.caller.UserID)
	return nil
}

// findCredential finds the credential to sign in with, by its id, or by its name
// and user.
func (s *signIn) findCredential(wanted object) (*credential, error) {
	if id := wanted.text("id"); id != "" {
		cred := s.api.credentialByID(id)
		if cred == nil {
			return nil, unknownCredential(id)
		}
		return cred, nil
	}
	name := wanted.text("name")
	if name == "" {
		return nil, fail(dialect.IdentityExpecting, "name or ID", "application credential")
	}
	named := wanted.object("user")
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

// withCredential checks the secret of the credential.
func (s *signIn) withCredential(wanted object) error {
	secret, ok := wanted.value("secret").(string)
	switch {
	case !ok && wanted.value("secret") != nil:
		return fail(dialect.IdentityExpecting, "string", "password")
	case secret != s.credential.secret:
		return s.refused()
	case !s.credential.expires.IsZero() && !s.call.Now.Before(s.credential.expires):
		return s.refused()
	}
	s.user = s.credential.user
	return nil
}

// setCaller sets what the token is for, if the user has a role there.
func (s *signIn) setCaller(t *token) error {
	t.caller = wire.Caller{UserID: s.user.id, User: s.user.name}
	roles, ok := wire.Role(0), true
	switch {
	case s.credential != nil:
		roles = wire.Roles(s.credential.roles...)
	case s.project != nil:
		roles, ok = s.api.directory.rolesIn(s.user, s.project)
	case s.scope == "domain":
		roles = s.api.directory.domainRoles(s.user)
		t.domain, ok = true, roles != 0
	case s.scope == "system":
		roles = s.api.directory.systemRoles(s.user)
		t.caller.System, ok = true, roles != 0
	}
	if !ok {
		return s.refused()
	}
	if s.project != nil {
		t.caller.ProjectID, t.caller.Project = s.project.id, s.project.name
	}
	t.caller.Roles = roles
	return nil
}

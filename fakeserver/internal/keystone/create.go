package keystone

import (
	"net/http"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// CreateToken signs a client in: POST /auth/tokens.
func (a *API) CreateToken(c *wire.Call) (wire.Reply, error) {
	req, err := parseRequest(c)
	if err != nil {
		return wire.Reply{}, err
	}
	switch {
	case !req.supported():
		return refuseMethod(c, dialect.IdentityMethodUnsupported, map[string][]string{"methods": methods})
	case req.asks && slices.Contains(req.methods, byCredential):
		return refuseMethod(c, dialect.IdentityCredentialScope, map[string][]string{})
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

// methods are those that a Keystone lists where it is asked for another one.
var methods = []string{"application_credential", "external", "mapped", "oauth1", "password", "token"}

// refuseMethod is a 401 that says more than others do: how one may sign in.
func refuseMethod(c *wire.Call, p *dialect.Problem, how map[string][]string) (wire.Reply, error) {
	rep := dialect.RenderIdentity(refuse(c, p))
	rep.Body = wire.JSON(p.Status, map[string]any{"error": map[string]any{
		"code": p.Status, "message": p.Message, "title": http.StatusText(p.Status), "identity": how,
	}}).Body
	return rep, nil
}

// signIn is one attempt to get a token. It goes in Keystone's order: where to,
// who, and whether that user may go there.
type signIn struct {
	api  *API
	call *wire.Call
	req  request

	want       string // what the token shall be for, as the body's scope says it
	project    *project
	credential *credential
	parent     *token // the token that another one is asked for with
	user       *user
}

func (s *signIn) refused() error { return refuse(s.call, dialect.IdentityUnauthorized) }

// token is the token that the request is good for, not yet in force.
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
		// So that nobody stays signed in for ever by asking again in time.
		if !p.expires.IsZero() {
			t.expires = p.expires
		}
		chain := s.api.auditIDs(p)
		t.audit = chain[len(chain)-1:]
		for _, method := range p.methods {
			if !slices.Contains(t.methods, method) {
				t.methods = append(t.methods, method)
			}
		}
	}
	if cred := s.credential; cred != nil && !cred.expires.IsZero() && cred.expires.Before(t.expires) {
		t.expires = cred.expires
	}
	return t, s.enter(t)
}

// findScope finds what the token shall be for.
func (s *signIn) findScope() error {
	if slices.Contains(s.req.methods, byCredential) {
		cred, err := s.findCredential(s.req.identity.object(byCredential))
		if err != nil {
			return err
		}
		s.credential, s.project = cred, cred.project
		return nil
	}
	want, err := s.req.wants()
	if err != nil {
		return err
	}
	s.want = want
	switch want {
	case "project":
		s.project, err = s.findProject(s.req.scope.object("project"))
	case "domain":
		err = s.findDomain(s.req.scope.object("domain"))
	case "OS-TRUST:trust":
		if s.req.scope.object(want).text("id") == "" {
			return fail(dialect.IdentityExpecting, "trust_id", "trust")
		}
		err = s.refused() // there are no trusts
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

// findDomain sees that a domain is the one there is. Its name counts before its id.
func (s *signIn) findDomain(named object) error {
	name, id := named.text("name"), named.text("id")
	if name == domainName || name == "" && id == domainID {
		return nil
	}
	return s.refused()
}

// authenticate finds the user by one method.
func (s *signIn) authenticate(method string) error {
	switch method {
	case byPassword:
		return s.withPassword(s.req.identity.object(byPassword))
	case byToken:
		return s.withToken(s.req.identity.object(byToken).text("id"))
	}
	return s.withCredential(s.req.identity.object(byCredential))
}

func (s *signIn) withPassword(proof object) error {
	if !proof.has("user") {
		return fail(dialect.IdentityExpecting, "user", "None")
	}
	named := proof.object("user")
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
	if u == nil || !named.has("password") || !s.api.directory.opens(u, named.text("password")) {
		return s.refused()
	}
	s.user = u
	return nil
}

// checkUserDomain sees that a user named by name is in the domain.
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
	t, err := s.api.find(text, s.call.Now)
	if err != nil {
		return err
	}
	if t.caller.System && (s.want == "project" || s.want == "domain") {
		return forbid("Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.")
	}
	if t.credential != nil {
		return forbid("Using a delegated token to create another token is not allowed.")
	}
	s.parent, s.user = t, s.api.directory.userByID(t.caller.UserID)
	return nil
}

// enter makes the token one for the scope, if the user may have it.
func (s *signIn) enter(t *token) error {
	t.caller = wire.Caller{UserID: s.user.id, User: s.user.name}
	roles, ok := wire.Role(0), true
	switch {
	case s.credential != nil:
		roles = wire.Roles(s.credential.roles...)
	case s.project != nil:
		roles, ok = s.api.directory.mayEnter(s.user, s.project)
	case s.want == "domain":
		roles = s.api.directory.ofDomain(s.user)
		t.domain, ok = true, roles != 0
	case s.want == "system":
		roles = s.api.directory.ofSystem(s.user)
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

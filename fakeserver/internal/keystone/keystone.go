// Package keystone is the identity service: users, projects, tokens and
// application credentials. It answers as Keystone's v3 API does in everything
// that image clients ask of it, and tells the server who sent a request.
package keystone

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Handler answers the calls of one operation. If the operation has several
// endpoints, it tells them apart by the call's Pattern.
type Handler func(*API, *wire.Call) (wire.Reply, error)

type handlers map[scenarios.Operation]Handler

// chapters are the handlers of all operations of the identity API. Each chapter
// declares its own beside their functions.
var chapters = []handlers{
	rootHandlers, createTokenHandlers, tokenHandlers, authHandlers,
	projectHandlers, userHandlers, credentialHandlers,
}

// HandlerOf returns the handler of an operation of the identity API; nil: it is
// not one of them.
func HandlerOf(op scenarios.Operation) Handler {
	for _, chapter := range chapters {
		if h, ok := chapter[op]; ok {
			return h
		}
	}
	return nil
}

// standingToken is valid on every server. It has the form of a Fernet token, but
// cannot be mistaken for one that was issued.
const standingToken = "gAAAAABfakeglance-standing-token-of-user-demo-in-project-demo-no-need-to-sign-in"

// defaultTTL is the lifetime of an issued token if the scenario gives none.
const defaultTTL = 24 * time.Hour

// An API owns the users, projects, tokens and application credentials of one
// server. Its methods may be called concurrently.
type API struct {
	strict  bool
	ttl     time.Duration
	seed    uint64
	clock   *clock.Clock
	started time.Time
	users   []scenarios.User // that the scenario has
	keys    map[string]*key  // by access key
	unknown *token           // what a token that nobody issued counts as, unless strict

	// The tokens by their text. Every request reads them, so there is no lock. A
	// revoked token stays, to be refused.
	tokens sync.Map // of *token

	mu                 sync.Mutex // guards the fields below
	directory          directory
	credentials        []*credential // in the order of their creation
	tokensIssued       uint64
	remembered         []string // the texts of tokens that the scenario does not have, the oldest first
	credentialsCreated uint64
}

// New returns the identity service that a scenario describes. All that is random
// in it follows from seed; lifetimes begin now, by clk.
func New(auth scenarios.Auth, seed uint64, clk *clock.Clock) *API {
	a := &API{
		strict:    auth.Strict,
		ttl:       auth.TokenTTL,
		seed:      seed,
		clock:     clk,
		started:   clk.Now(),
		users:     auth.Users,
		directory: newDirectory(auth.Users),
	}
	if a.ttl == 0 {
		a.ttl = defaultTTL
	}
	a.unknown = a.listedToken(scenarios.Token{Roles: []string{scenarios.RoleMember}})
	a.tokens.Store(standingToken, a.unknown)
	for _, t := range auth.Tokens {
		a.tokens.Store(t.Token, a.listedToken(t))
	}
	a.addKeys(auth.Keys)
	return a
}

// GrantDomain gives the users of the scenario their roles in the domain, too, as the
// vendors' clouds do: their clients sign in for the domain as well as for a project.
// It must not be called once there are requests.
func (a *API) GrantDomain() { a.directory.inDomain = true }

// Token returns a token that is valid from the start and never expires, whatever
// the scenario says. It is for the default user, a member of the default project,
// and the same on every server.
func (a *API) Token() string { return standingToken }

// A Login is what a client is told so that it can sign in and find the services.
type Login struct{ User, Password, Project, Domain, Region string }

// Login is for the first user that the scenario has, or for the default user, whom
// it lets in without naming any.
func (a *API) Login() Login {
	u := scenarios.User{Name: scenarios.DefaultUser}
	if len(a.users) > 0 {
		u = a.users[0]
	}
	return Login{u.Name, cmp.Or(u.Password, "any"), cmp.Or(u.Project, scenarios.DefaultProject), domainID, region}
}

// Identify returns who sent a request, by its X-Auth-Token header; the zero
// Caller: there is no such header, or the token is invalid or expired. It counts
// as a use of the token.
func (a *API) Identify(r *http.Request) wire.Caller {
	values := r.Header["X-Auth-Token"]
	if len(values) == 0 || values[0] == "" {
		return wire.Caller{}
	}
	found, ok := a.tokens.Load(values[0])
	if !ok {
		if a.strict {
			return wire.Caller{}
		}
		return a.unknown.caller
	}
	t := found.(*token)
	if !t.use(a.clock) {
		return wire.Caller{}
	}
	return t.caller
}

// Package keystone is the identity side: who may call, and the tokens that say
// so. It answers as Keystone's v3 API does for everything that image clients
// ask of it, and tells the server on whose behalf each request comes.
package keystone

import (
	"net/http"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// standingToken is good on every server. It has the form of a Fernet token, and
// is easy to tell from one that was issued.
const standingToken = "gAAAAABfakeglance-standing-token-of-user-demo-in-project-demo-no-need-to-sign-in"

// defaultTTL is how long an issued token holds where the scenario is silent.
const defaultTTL = 24 * time.Hour

// An API owns the users, projects, tokens and application credentials of one
// world. Its methods may be called concurrently.
type API struct {
	strict  bool
	ttl     time.Duration
	seed    uint64
	clock   *clock.Clock
	started time.Time
	keys    map[string]*key
	anybody *token // what a token that nobody issued stands for, unless strict

	// Tokens by their text: read by every request, so it has no lock to wait
	// for. A token that was revoked stays in, to be refused.
	tokens sync.Map // of *token

	mu          sync.Mutex // guards what follows
	directory   directory
	credentials []*credential // in the order of their creation
	issued      uint64        // the number of tokens issued so far
	created     uint64        // the number of credentials created so far
}

// New is the identity side as a scenario describes it. Everything it makes up
// follows from seed; lifetimes are read off clk, from now on.
func New(auth scenarios.Auth, seed uint64, clk *clock.Clock) *API {
	a := &API{
		strict:    auth.Strict,
		ttl:       auth.TokenTTL,
		seed:      seed,
		clock:     clk,
		started:   clk.Now(),
		directory: newDirectory(auth.Users),
	}
	if a.ttl == 0 {
		a.ttl = defaultTTL
	}
	a.anybody = a.listed(scenarios.Token{Roles: []string{scenarios.RoleMember}})
	a.tokens.Store(standingToken, a.anybody)
	for _, t := range auth.Tokens {
		a.tokens.Store(t.Token, a.listed(t))
	}
	a.declareKeys(auth.Keys)
	return a
}

// Token is a token that works from the start and never expires, whatever the
// scenario says: that of the default user, a member of the default project. It
// is the same for every server.
func (a *API) Token() string { return standingToken }

// Identify is who a request comes from, by its X-Auth-Token header: nobody if
// there is none or it does not hold. It counts as a use of the token.
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
		return a.anybody.caller
	}
	t := found.(*token)
	if !t.spend(a.clock) {
		return wire.Caller{}
	}
	return t.caller
}

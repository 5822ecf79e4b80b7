package keystone

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var tokenHandlers = handlers{
	scenarios.ValidateToken: (*API).ValidateToken,
	scenarios.RevokeToken:   (*API).RevokeToken,
}

// ValidateToken is GET and HEAD /auth/tokens: it describes the token in
// X-Subject-Token.
func (a *API) ValidateToken(c *wire.Call) (wire.Reply, error) {
	text, t, err := a.subject(c)
	if err != nil {
		return wire.Reply{}, err
	}
	rep, err := answer(http.StatusOK, a.describe(c, t))
	return rep.Set("X-Subject-Token", text), err
}

// RevokeToken is DELETE /auth/tokens: it revokes the token in X-Subject-Token.
func (a *API) RevokeToken(c *wire.Call) (wire.Reply, error) {
	text, _, err := a.subject(c)
	if err != nil {
		return wire.Reply{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoke(text)
	return noContent()
}

// subject returns the token that the call is about. An admin may see all tokens, a
// user only its own.
func (a *API) subject(c *wire.Call) (text string, t *token, err error) {
	values := c.Request.Header["X-Subject-Token"]
	if err := authorize(c, isAdmin(c) || len(values) > 0); err != nil {
		return "", nil, err
	}
	if len(values) > 0 {
		text = values[0]
	}
	if t, err = a.findToken(text, c.Now); err != nil {
		return "", nil, err
	}
	return text, t, authorize(c, isUser(c, t.caller.UserID))
}

// A token is a user's right to call, in the scope that caller and domain say. It
// does not change, except for being used up or revoked.
type token struct {
	caller     wire.Caller
	domain     bool        // its scope is the domain
	methods    []string    // by which the user signed in
	listed     string      // its text, if the scenario lists it; empty: it was issued
	audit      []string    // audit ids of an issued token: its own, then that of its parent; see auditIDs
	issued     time.Time   // when
	expires    time.Time   // from when on it is invalid; zero: never
	credential *credential // for which it was issued; nil: for a user

	limited bool         // it is valid for a number of requests
	left    atomic.Int64 // that number
	revoked atomic.Bool
}

// scoped reports whether the token is for a project, the domain or the system.
func (t *token) scoped() bool {
	return t.caller.ProjectID != "" || t.caller.System || t.domain
}

// use reports whether the token is valid for a request, and counts the request. It
// reads the clock only for a token that expires, because that takes longer than
// everything else here.
func (t *token) use(clk *clock.Clock) bool {
	if t.revoked.Load() || !t.expires.IsZero() && t.expired(clk.Now()) {
		return false
	}
	return !t.limited || t.left.Add(-1) >= 0
}

// valid reports whether the token is valid for a request, without counting one.
func (t *token) valid(now time.Time) bool {
	return !t.revoked.Load() && !t.expired(now) && (!t.limited || t.left.Load() > 0)
}

// expired reports whether the token has expired. It is valid until the instant of
// its expiry, and no longer.
func (t *token) expired(now time.Time) bool {
	return !t.expires.IsZero() && !now.Before(t.expires)
}

// findToken returns the token with that text, if it is valid. The error is
// Keystone's for a token that is missing, unknown, or not valid any more.
func (a *API) findToken(text string, now time.Time) (*token, error) {
	if text == "" {
		return nil, fail(dialect.IdentityTokenMissing)
	}
	found, ok := a.tokens.Load(text)
	switch {
	case ok && found.(*token).valid(now):
		return found.(*token), nil
	case ok:
		return nil, fail(dialect.IdentityTokenInvalid)
	case a.strict:
		return nil, fail(dialect.IdentityTokenUnknown)
	}
	return a.unknown, nil
}

// revoke revokes the token with that text. It works for a token that nobody issued,
// too. The caller holds the lock.
func (a *API) revoke(text string) {
	found, known := a.tokens.LoadOrStore(text, new(token))
	found.(*token).revoked.Store(true)
	if !known {
		a.remember(text)
	}
}

// maxTokens is how many tokens are remembered beside those of the scenario. The
// oldest are forgotten first: it is as if nobody had issued them.
const maxTokens = 100_000

// remember notes that there is a token that the scenario does not have. The caller
// holds the lock.
func (a *API) remember(text string) {
	if len(a.remembered) == maxTokens {
		a.tokens.Delete(a.remembered[0])
		a.remembered = a.remembered[1:]
	}
	a.remembered = append(a.remembered, text)
}

// listedToken makes a token that the scenario lists. Only New calls it.
func (a *API) listedToken(t scenarios.Token) *token {
	u, p, roles := a.directory.resolve(t)
	tok := &token{
		caller:  wire.Caller{UserID: u.id, User: u.name, ProjectID: p.id, Project: p.name, Roles: roles},
		methods: []string{"password"},
		listed:  t.Token,
		issued:  a.started,
		limited: t.Uses > 0,
	}
	tok.left.Store(int64(t.Uses))
	if t.ExpiresAfter > 0 {
		tok.expires = a.started.Add(t.ExpiresAfter)
	}
	return tok
}

// issue makes a token valid, and returns its text. The caller holds the lock.
func (a *API) issue(t *token) string {
	a.tokensIssued++
	t.audit = append([]string{auditID(a.seed, "audit", a.tokensIssued)}, t.audit...)
	text := tokenText(a.seed, a.tokensIssued)
	a.tokens.Store(text, t)
	a.remember(text)
	return text
}

// tokenText returns the text of the n-th token that a server issues. It looks like
// a Fernet token (a version, a time, encrypted data), but follows from the seed.
func tokenText(seed, n uint64) string {
	raw := []byte{0x80, 0, 0, 0, 0, 0x66}
	for part := range uint64(4) {
		raw = append(raw, derive(seed, "token", n<<2|part)...)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// auditIDs returns the audit id of the token and, if it was issued for another
// token, that of the first token in the chain.
func (a *API) auditIDs(t *token) []string {
	if t.audit == nil {
		return []string{auditID(a.seed, "listed audit "+t.listed, 0)}
	}
	return t.audit
}

// auditID returns an id in the form of Keystone's audit ids.
func auditID(seed uint64, kind string, n uint64) string {
	return base64.RawURLEncoding.EncodeToString(derive(seed, kind, n)[:16])
}

// derive returns 32 bytes that look random, but follow from a seed, a kind of thing
// and a number.
func derive(seed uint64, kind string, n uint64) []byte {
	text := binary.BigEndian.AppendUint64(nil, seed)
	text = binary.BigEndian.AppendUint64(text, n)
	sum := sha256.Sum256(append(text, kind...))
	return sum[:]
}

// timeLayout is the form of times in Keystone's documents.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// inDomain is the id and name of something, and its domain.
type inDomain struct {
	Domain named `json:"domain"`
	named
}

type tokenBody struct {
	Token tokenDocument `json:"token"`
}

type tokenDocument struct {
	Methods    []string         `json:"methods"`
	User       tokenUser        `json:"user"`
	AuditIDs   []string         `json:"audit_ids"`
	ExpiresAt  string           `json:"expires_at"`
	IssuedAt   string           `json:"issued_at"`
	Project    *inDomain        `json:"project,omitempty"`
	IsDomain   *bool            `json:"is_domain,omitempty"`
	Domain     *named           `json:"domain,omitempty"`
	Roles      []named          `json:"roles,omitempty"`
	System     map[string]bool  `json:"system,omitempty"`
	Catalog    []service        `json:"catalog,omitempty"`
	Credential *tokenCredential `json:"application_credential,omitempty"`
}

type tokenUser struct {
	inDomain
	PasswordExpiresAt *string `json:"password_expires_at"`
}

type tokenCredential struct {
	named
	Restricted bool `json:"restricted"`
}

// describe returns the document of a token, for create_token and validate_token.
func (a *API) describe(c *wire.Call, t *token) tokenBody {
	domain := named{domainID, domainName}
	doc := tokenDocument{
		Methods:   t.methods,
		User:      tokenUser{inDomain: inDomain{domain, named{t.caller.UserID, t.caller.User}}},
		AuditIDs:  a.auditIDs(t),
		ExpiresAt: a.expiry(c, t).Format(timeLayout),
		IssuedAt:  t.issued.Format(timeLayout),
	}
	switch {
	case t.caller.ProjectID != "":
		doc.Project = &inDomain{domain, named{t.caller.ProjectID, t.caller.Project}}
		doc.IsDomain = new(bool)
	case t.domain:
		doc.Domain = &domain
	case t.caller.System:
		doc.System = map[string]bool{"all": true}
	}
	if t.scoped() {
		doc.Roles = rolesOf(t.caller.Roles)
		if !c.Request.URL.Query().Has("nocatalog") {
			doc.Catalog = catalog(c)
		}
	}
	if t.credential != nil {
		doc.Credential = &tokenCredential{named{t.credential.id, t.credential.name}, t.credential.restricted()}
	}
	return tokenBody{doc}
}

// expiry returns when the token expires. For a token that never does it makes up a
// time, because the document must have one.
func (a *API) expiry(c *wire.Call, t *token) time.Time {
	if t.expires.IsZero() {
		return c.Now.Add(a.ttl)
	}
	return t.expires
}

// rolesOf returns the roles of a set, with their ids.
func rolesOf(set wire.Role) []named {
	var all []named
	for _, role := range []string{scenarios.RoleReader, scenarios.RoleMember, scenarios.RoleAdmin} {
		if set.Has(wire.Roles(role)) {
			all = append(all, named{idOf("role", role), role})
		}
	}
	return all
}

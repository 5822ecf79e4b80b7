package keystone

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A token says who its bearer is and what for. But for its uses and its end it
// never changes.
type token struct {
	caller     wire.Caller
	domain     bool // for the domain, not for a project
	methods    []string
	listed     string   // its text, where the scenario names it; empty: it was issued
	audit      []string // of one that was issued: its own id, then that of the token it descends from
	issued     time.Time
	expires    time.Time   // zero: never
	credential *credential // what it was issued for; nil: a user

	limited bool // holds for so many requests as left says
	left    atomic.Int64
	revoked atomic.Bool
}

// scoped reports whether the token is for a project, the domain or the system.
func (t *token) scoped() bool {
	return t.caller.ProjectID != "" || t.caller.System || t.domain
}

// spend reports whether the token holds for one more request. It reads the
// clock only for a token that ends: that takes longer than all the rest.
func (t *token) spend(clk *clock.Clock) bool {
	if t.revoked.Load() || !t.expires.IsZero() && t.expired(clk.Now()) {
		return false
	}
	return !t.limited || t.left.Add(-1) >= 0
}

// holds reports whether the token would hold for a request, without being one.
func (t *token) holds(now time.Time) bool {
	return !t.revoked.Load() && !t.expired(now) && (!t.limited || t.left.Load() > 0)
}

func (t *token) expired(now time.Time) bool {
	return !t.expires.IsZero() && !now.Before(t.expires)
}

// find is the token of a text that somebody shows. The error is that of
// Keystone for a token that does not hold.
func (a *API) find(text string, now time.Time) (*token, error) {
	if text == "" {
		return nil, fail(dialect.IdentityTokenMissing)
	}
	found, ok := a.tokens.Load(text)
	switch {
	case ok && found.(*token).holds(now):
		return found.(*token), nil
	case ok:
		return nil, fail(dialect.IdentityTokenInvalid)
	case a.strict:
		return nil, fail(dialect.IdentityTokenUnknown)
	}
	return a.anybody, nil
}

// revoke ends the token of a text. One that nobody issued is remembered, so
// that it too is refused from now on.
func (a *API) revoke(text string) {
	found, _ := a.tokens.LoadOrStore(text, new(token))
	found.(*token).revoked.Store(true)
}

// listed is a token that a scenario names. Only New calls it.
func (a *API) listed(t scenarios.Token) *token {
	u, p, roles := a.directory.bearer(t)
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

// issue puts a token into force and returns its text. The caller holds the lock.
func (a *API) issue(t *token) string {
	a.issued++
	t.audit = append([]string{auditID(a.seed, "audit", a.issued)}, t.audit...)
	text := tokenText(a.seed, a.issued)
	a.tokens.Store(text, t)
	return text
}

// tokenText is the n-th token that a server issues: like a Fernet token, a
// version, a time and what nobody can read, but the same for the same seed.
func tokenText(seed, n uint64) string {
	raw := []byte{0x80, 0, 0, 0, 0, 0x66}
	for part := range uint64(4) {
		raw = append(raw, derive(seed, "token", n<<2|part)...)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// auditIDs are the token's own id and that of the token it descends from, if it
// descends from any.
func (a *API) auditIDs(t *token) []string {
	if t.audit == nil {
		return []string{auditID(a.seed, "listed audit "+t.listed, 0)}
	}
	return t.audit
}

// auditID is an id in the form that Keystone gives to tokens in its log.
func auditID(seed uint64, kind string, n uint64) string {
	return base64.RawURLEncoding.EncodeToString(derive(seed, kind, n)[:16])
}

// derive makes 32 bytes that look random of a seed, a kind of thing and a number.
func derive(seed uint64, kind string, n uint64) []byte {
	text := binary.BigEndian.AppendUint64(nil, seed)
	text = binary.BigEndian.AppendUint64(text, n)
	sum := sha256.Sum256(append(text, kind...))
	return sum[:]
}

package keystone

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// How Huawei's API gateway guards key pairs: vendor's pages.
const (
	maxFailures = 5                // bad signatures in a row that lock a pair
	lockTime    = 5 * time.Minute  // how long they do
	maxSkew     = 15 * time.Minute // between the signer's clock and the server's
)

// A key is a pair that the scenario declares.
type key struct {
	secret string
	caller wire.Caller
	user   *user

	mu       sync.Mutex
	failures int       // in a row
	locked   time.Time // until then
}

func (a *API) declareKeys(keys []scenarios.Key) {
	if len(keys) > 0 {
		a.keys = make(map[string]*key, len(keys))
	}
	for _, k := range keys {
		u, p, roles := a.directory.bearer(scenarios.Token{User: k.User, Project: k.Project, Roles: k.Roles})
		a.keys[k.Access] = &key{
			secret: k.Secret, user: u,
			caller: wire.Caller{UserID: u.id, User: u.name, ProjectID: p.id, Project: p.name, Roles: roles},
		}
	}
}

// Signed reports whether a request shows a signature in place of a token.
func Signed(r *http.Request) bool {
	given := r.Header["Authorization"]
	return len(given) > 0 && strings.HasPrefix(given[0], "SDK-") && r.Header.Get("X-Auth-Token") == ""
}

// SignsBody reports whether the signature of a request can only be verified
// with its whole body at hand.
func (a *API) SignsBody(r *http.Request) bool {
	if !Signed(r) || r.Header.Get(contentHash) != "" {
		return false
	}
	sig, err := parseSignature(r)
	return err == nil && a.keys[sig.access] != nil
}

// Verify is who a signed request comes from. The error is why it is refused, in
// the words of a gateway.
func (a *API) Verify(r *http.Request, body []byte, now time.Time) (wire.Caller, error) {
	sig, err := parseSignature(r)
	if err != nil {
		return wire.Caller{}, err
	}
	k := a.keys[sig.access]
	switch {
	case k != nil:
		if err := k.verify(sig, r, body, now); err != nil {
			return wire.Caller{}, err
		}
		return a.inProject(k, r)
	case a.strict:
		return wire.Caller{}, refused("there is no access key %s", sig.access)
	}
	return a.unverified(r), nil
}

// verify checks a signature, and counts those that are wrong.
func (k *key) verify(sig signature, r *http.Request, body []byte, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Before(k.locked) {
		return refused("access key %s is locked until %s after %d bad signatures", sig.access, k.locked.Format(time.RFC3339), maxFailures)
	}
	made, err := sig.made(r)
	if err != nil {
		return err
	}
	if off := now.Sub(made).Abs(); off > maxSkew {
		return refused("X-Sdk-Date %s is off by %s, more than %s", made.Format(dateLayout), off.Round(time.Second), maxSkew)
	}
	canonical := sig.canonical(r, body)
	if sig.fits(canonical, k.secret, made) {
		k.failures = 0
		return nil
	}
	k.failures++
	if k.failures == maxFailures {
		k.failures, k.locked = 0, now.Add(lockTime)
	}
	return refused("the signature is not that of the canonical request %s", strings.ReplaceAll(canonical, "\n", "|"))
}

// inProject is the caller that a key stands for, in the project that the request names.
func (a *API) inProject(k *key, r *http.Request) (wire.Caller, error) {
	caller := k.caller
	id := askedProject(r)
	if id == "" || id == caller.ProjectID {
		return caller, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p := a.directory.projectByID(id); p != nil {
		if g, ok := k.user.grant(p); ok {
			caller.ProjectID, caller.Project, caller.Roles = p.id, p.name, g.roles
			return caller, nil
		}
	}
	return wire.Caller{}, refused("user %s has no part in project %s", caller.User, id)
}

// unverified is whom a key that nobody declared stands for: the default user,
// in the project that the request names.
func (a *API) unverified(r *http.Request) wire.Caller {
	caller := a.anybody.caller
	id := askedProject(r)
	if id == "" || id == caller.ProjectID {
		return caller
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	caller.ProjectID, caller.Project = id, id
	if p := a.directory.projectByID(id); p != nil {
		caller.Project = p.name
	}
	return caller
}

// askedProject is the id of the project that a signed request is for. Empty: it
// does not say.
func askedProject(r *http.Request) string {
	name := r.Header.Get("X-Project-Id")
	if name == "" {
		return ""
	}
	return scenarios.ProjectID(name)
}

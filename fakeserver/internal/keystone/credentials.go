package keystone

import (
	"net/http"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// CreateApplicationCredential is POST /users/{user_id}/application_credentials,
// for the user alone.
func (a *API) CreateApplicationCredential(c *wire.Call) (wire.Reply, error) {
	if err := allow(c, c.Caller.UserID == c.Var("user_id")); err != nil {
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
	if err := a.mayManage(c); err != nil {
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
		docs, asked := []credentialDocument{}, filter(c)
		for _, cred := range a.credentials {
			if cred.user.id == c.Var("user_id") && asked(cred.name) {
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
// admins and the user. The credential's tokens end with it.
func (a *API) DeleteApplicationCredential(c *wire.Call) (wire.Reply, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, err := a.credentialOfPath(c)
	if err != nil {
		return wire.Reply{}, err
	}
	if err := a.mayManage(c); err != nil {
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
	return done()
}

// credentialOfPath is the credential that the call is about, if the caller may
// know of it: nil if there is none.
func (a *API) credentialOfPath(c *wire.Call) (*credential, error) {
	cred, owner := a.credentialByID(c.Var("application_credential_id")), c.Var("user_id")
	if cred != nil {
		owner = cred.user.id
	}
	return cred, allow(c, isUser(c, owner))
}

func (a *API) credentialByID(id string) *credential {
	for _, cred := range a.credentials {
		if cred.id == id {
			return cred
		}
	}
	return nil
}

// mayManage refuses callers whose own token comes from a credential, lest they
// make themselves more of them.
func (a *API) mayManage(c *wire.Call) error {
	found, ok := a.tokens.Load(c.Request.Header.Get("X-Auth-Token"))
	if !ok {
		return nil
	}
	if cred := found.(*token).credential; cred != nil && cred.restricted() {
		return forbid("Using method 'application_credential' is not allowed for managing additional application credentials.")
	}
	return nil
}

func unknownCredential(id string) error {
	return fail(dialect.IdentityUnknown, "Application Credential", id)
}

package keystone

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// ValidateToken describes the token in X-Subject-Token: GET and HEAD /auth/tokens.
func (a *API) ValidateToken(c *wire.Call) (wire.Reply, error) {
	text, t, err := a.subject(c)
	if err != nil {
		return wire.Reply{}, err
	}
	rep, err := answer(http.StatusOK, a.describe(c, t))
	return rep.Set("X-Subject-Token", text), err
}

// RevokeToken ends the token in X-Subject-Token: DELETE /auth/tokens.
func (a *API) RevokeToken(c *wire.Call) (wire.Reply, error) {
	text, _, err := a.subject(c)
	if err != nil {
		return wire.Reply{}, err
	}
	a.revoke(text)
	return done()
}

// subject is the token that the call is about, where the caller may know of it:
// an admin of any, a user of one's own.
func (a *API) subject(c *wire.Call) (text string, t *token, err error) {
	shown := c.Request.Header["X-Subject-Token"]
	if err := allow(c, isAdmin(c) || len(shown) > 0); err != nil {
		return "", nil, err
	}
	if len(shown) > 0 {
		text = shown[0]
	}
	if t, err = a.find(text, c.Now); err != nil {
		return "", nil, err
	}
	return text, t, allow(c, isUser(c, t.caller.UserID))
}

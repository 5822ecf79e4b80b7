package keystone

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// answer is a successful reply.
func answer(status int, v any) (wire.Reply, error) {
	return wire.JSON(status, v).Set("Vary", "X-Auth-Token"), nil
}

// done is the reply of an operation that leaves nothing to show.
func done() (wire.Reply, error) {
	return wire.Reply{Status: http.StatusNoContent, NoLength: true}.Set("Vary", "X-Auth-Token"), nil
}

// fail is a problem as an answer.
func fail(p *dialect.Problem, args ...any) error {
	return p.WithHeader("Vary", "X-Auth-Token", args...)
}

// refuse is a problem with who is calling, or says to be: a 401 tells where to
// sign in.
func refuse(c *wire.Call, p *dialect.Problem) error {
	return &dialect.Error{Problem: p, Message: p.Message, Header: http.Header{
		"Vary":             {"X-Auth-Token"},
		"Www-Authenticate": {`Keystone uri="` + authURL(c) + `"`},
	}}
}

// authURL is the address of the API, as the catalog and all links have it:
// wherever else it is served, this is its name.
func authURL(c *wire.Call) string { return c.Base() + "/identity/v3" }

// allow is the first step of every operation but create_token: a body that can
// be read, a caller who is somebody, and one who may.
func allow(c *wire.Call, may bool) error {
	if _, err := body(c); err != nil {
		return err
	}
	if !c.Caller.Known() {
		return refuse(c, dialect.IdentityUnauthorized)
	}
	if !may {
		return forbid("identity:" + string(c.Operation))
	}
	return nil
}

func forbid(action string) error { return fail(dialect.IdentityForbiddenAction, action) }

func isAdmin(c *wire.Call) bool { return c.Caller.Roles.Has(wire.Admin) }

// isUser reports whether the caller is the user of an id, or an admin.
func isUser(c *wire.Call, id string) bool { return c.Caller.UserID == id || isAdmin(c) }

// show answers with what find returns, if the caller may see it. find runs
// under the lock.
func (a *API) show(c *wire.Call, may bool, find func() (any, error)) (wire.Reply, error) {
	if err := allow(c, may); err != nil {
		return wire.Reply{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	v, err := find()
	if err != nil {
		return wire.Reply{}, err
	}
	return answer(http.StatusOK, v)
}

// links are those of one thing.
type links struct {
	Self string `json:"self"`
}

// collection is a list under its key. It has no further pages.
func collection(c *wire.Call, key string, items any) map[string]any {
	return map[string]any{key: items, "links": map[string]any{"self": here(c), "next": nil, "previous": nil}}
}

// here is the address that was asked.
func here(c *wire.Call) string {
	url := c.Base() + c.Request.URL.EscapedPath()
	if query := c.Request.URL.RawQuery; query != "" {
		url += "?" + query
	}
	return url
}

// filter is what the query of a list asks for: it takes the name of a thing.
func filter(c *wire.Call) func(name string) bool {
	query := c.Request.URL.Query()
	none := slices.ContainsFunc(query["domain_id"], func(id string) bool { return id != domainID }) ||
		slices.ContainsFunc(query["enabled"], func(v string) bool { return v == "0" || strings.EqualFold(v, "false") })
	return func(name string) bool {
		return !none && !slices.ContainsFunc(query["name"], func(asked string) bool { return asked != name })
	}
}

// An object is a JSON object. Its methods take what is not there, or is
// something else, for empty.
type object pyjson.Object

func (o object) value(key string) any {
	v, _ := pyjson.Object(o).Get(key)
	return v
}

func (o object) object(key string) object {
	inner, _ := o.value(key).(pyjson.Object)
	return object(inner)
}

func (o object) text(key string) string {
	s, _ := o.value(key).(string)
	return s
}

func (o object) has(key string) bool {
	_, ok := pyjson.Object(o).Get(key)
	return ok
}

// body is the body of a call: nil if it has none. Keystone looks at it before
// it looks at anything else, even where none is expected.
func body(c *wire.Call) (object, error) {
	if len(c.Body) == 0 {
		return nil, nil
	}
	if !isJSON(c.Request.Header.Get("Content-Type")) {
		return nil, fail(dialect.IdentityExpecting, "application/json", "Content-Type header")
	}
	v, err := pyjson.Decode(c.Body)
	whole, ok := v.(pyjson.Object)
	if err != nil || !ok {
		return nil, fail(dialect.IdentityExpecting, "valid JSON", "request body")
	}
	return object(whole), nil
}

// isJSON reports whether a body of that type is read as JSON. One without a
// type is.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, _ := mime.ParseMediaType(contentType)
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

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

// The only domain, and the only region.
const (
	domainID   = "default"
	domainName = "Default"
	region     = "RegionOne"
)

// answer returns a successful reply with a body.
func answer(status int, v any) (wire.Reply, error) {
	return wire.JSON(status, v).Set("Vary", "X-Auth-Token"), nil
}

// noContent returns a successful reply without a body.
func noContent() (wire.Reply, error) {
	return wire.Reply{Status: http.StatusNoContent, NoLength: true}.Set("Vary", "X-Auth-Token"), nil
}

// fail returns a problem as the error of a handler.
func fail(p *dialect.Problem, args ...any) error {
	return p.WithHeader("Vary", "X-Auth-Token", args...)
}

// unauthorized returns a problem with status 401 as the error of a handler. The
// answer says where to sign in.
func unauthorized(c *wire.Call, p *dialect.Problem) error {
	return &dialect.Error{Problem: p, Message: p.Message, Header: http.Header{
		"Vary":             {"X-Auth-Token"},
		"Www-Authenticate": {`Keystone uri="` + authURL(c) + `"`},
	}}
}

func forbidden(action string) error { return fail(dialect.IdentityForbiddenAction, action) }

// Path is where the identity API is, on the server.
const Path = "/identity/v3"

// authURL returns the URL of the identity API in the catalog and in links. It is
// the same for a client that uses another of the paths it is served at.
func authURL(c *wire.Call) string { return c.Base() + Path }

// requestURL returns the URL of the request.
func requestURL(c *wire.Call) string {
	url := c.Base() + c.Request.URL.EscapedPath()
	if query := c.Request.URL.RawQuery; query != "" {
		url += "?" + query
	}
	return url
}

// authorize is the first step of every operation but create_token. It refuses a
// malformed body, then a caller who is not authenticated, then one who may not.
func authorize(c *wire.Call, may bool) error {
	if _, err := body(c); err != nil {
		return err
	}
	if !c.Caller.Known() {
		return unauthorized(c, dialect.IdentityUnauthorized)
	}
	if !may {
		return forbidden("identity:" + string(c.Operation))
	}
	return nil
}

func isAdmin(c *wire.Call) bool { return c.Caller.Roles.Has(wire.Admin) }

// readsDomain reports whether the caller has a token for the domain, as a reader at
// least. Of other tokens without a project only those for the system have roles.
func readsDomain(c *wire.Call) bool {
	return c.Caller.ProjectID == "" && !c.Caller.System && c.Caller.Roles.Has(wire.Reader)
}

// isUser reports whether the caller is the user with the id, or an admin.
func isUser(c *wire.Call, id string) bool { return c.Caller.UserID == id || isAdmin(c) }

// caller returns the user who calls.
func (a *API) caller(c *wire.Call) *user { return a.directory.userByID(c.Caller.UserID) }

// show answers with what find returns, if the caller may see it. find runs under
// the lock.
func (a *API) show(c *wire.Call, may bool, find func() (any, error)) (wire.Reply, error) {
	if err := authorize(c, may); err != nil {
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

// named is the id and name of something, in a document.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type links struct {
	Self string `json:"self"`
}

// collection returns the document of a list. Lists are not split into pages.
func collection(c *wire.Call, key string, items any) map[string]any {
	return map[string]any{key: items, "links": map[string]any{"self": requestURL(c), "next": nil, "previous": nil}}
}

// nameFilter returns a function that reports whether the query of a list selects
// something of that name. Everything is in the only domain, and enabled.
func nameFilter(c *wire.Call) func(name string) bool {
	query := c.Request.URL.Query()
	none := slices.ContainsFunc(query["domain_id"], func(id string) bool { return id != domainID }) ||
		slices.ContainsFunc(query["enabled"], func(v string) bool { return v == "0" || strings.EqualFold(v, "false") })
	return func(name string) bool {
		return !none && !slices.ContainsFunc(query["name"], func(wanted string) bool { return wanted != name })
	}
}

// An object is a JSON object. For a field that is missing or has another type,
// its methods return the zero value.
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

// body parses the body of a call; nil: it has none. Keystone does that before
// anything else, even for operations that need no body.
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

// isJSON reports whether a body of that content type is parsed as JSON.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, _ := mime.ParseMediaType(contentType)
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

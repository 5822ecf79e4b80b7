package keystone

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var rootHandlers = handlers{
	scenarios.GetIdentity: (*API).GetIdentity,
	scenarios.Healthcheck: (*API).GetHealthcheck,
}

type version struct {
	ID         string      `json:"id"`
	Status     string      `json:"status"`
	Updated    string      `json:"updated"`
	Links      []link      `json:"links"`
	MediaTypes []mediaType `json:"media-types"`
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type mediaType struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

func v3(c *wire.Call) version {
	return version{
		ID: "v3.14", Status: "stable", Updated: "2020-04-07T00:00:00Z",
		Links:      []link{{"self", authURL(c) + "/"}},
		MediaTypes: []mediaType{{"application/json", "application/vnd.openstack.identity-v3+json"}},
	}
}

// GetIdentity is GET /identity, which lists the versions of the API, and GET
// /identity/v3, which describes the only one.
func (a *API) GetIdentity(c *wire.Call) (wire.Reply, error) {
	if c.Pattern == "/identity/v3" {
		return answer(http.StatusOK, map[string]any{"version": v3(c)})
	}
	rep, err := answer(http.StatusMultipleChoices, map[string]any{
		"versions": map[string]any{"values": []version{v3(c)}},
	})
	return rep.Set("Location", authURL(c)+"/"), err
}

// GetHealthcheck is GET and HEAD /identity/healthcheck.
func (a *API) GetHealthcheck(c *wire.Call) (wire.Reply, error) {
	if c.Request.Method == http.MethodHead {
		return wire.Reply{Status: http.StatusNoContent, NoLength: true}, nil
	}
	return wire.Reply{Status: http.StatusOK, ContentType: wire.TypePlain}, nil
}

// NoRoute is Keystone's answer for a path that it does not have.
func (a *API) NoRoute(c *wire.Call) (wire.Reply, error) {
	if c.Request.Method == http.MethodOptions {
		return wire.Reply{Status: http.StatusOK, NoRequestID: true}, nil
	}
	return wire.Reply{}, fail(dialect.IdentityNoRoute)
}

// MethodNotAllowed is Keystone's answer for a path that does not have the method
// of the call, but the allowed ones. Every path has OPTIONS besides, which answers
// the same with a 200.
func (a *API) MethodNotAllowed(c *wire.Call, allowed []string) (wire.Reply, error) {
	allowed = append(slices.Clone(allowed), http.MethodOptions)
	slices.Sort(allowed)
	allow := strings.Join(slices.Compact(allowed), ", ")

	var rep wire.Reply
	switch path := strings.Trim(c.Request.URL.Path, "/"); {
	case c.Request.Method == http.MethodOptions:
		rep = wire.Reply{Status: http.StatusOK, ContentType: "text/html; charset=utf-8"}
	case path == "identity" || path == "identity/v3":
		rep = dialect.RenderIdentity(dialect.IdentityMethodNotAllowed)
	default:
		rep = wire.JSON(http.StatusMethodNotAllowed, map[string]string{"message": dialect.IdentityMethodNotAllowed.Message})
	}
	return rep.Set("Vary", "X-Auth-Token").Set("Allow", allow), nil
}

package keystone

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The only domain, and the only region.
const (
	domainID   = "default"
	domainName = "Default"
	region     = "RegionOne"
)

// timeLayout is how Keystone writes times.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// named is a thing by its id and name.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// inDomain is a thing by its id and name, and where those mean something.
type inDomain struct {
	Domain named `json:"domain"`
	named
}

type tokenBody struct {
	Token tokenDocument `json:"token"`
}

type tokenDocument struct {
	Methods   []string          `json:"methods"`
	User      bearerDocument    `json:"user"`
	AuditIDs  []string          `json:"audit_ids"`
	ExpiresAt string            `json:"expires_at"`
	IssuedAt  string            `json:"issued_at"`
	Project   *inDomain         `json:"project,omitempty"`
	IsDomain  *bool             `json:"is_domain,omitempty"`
	Domain    *named            `json:"domain,omitempty"`
	Roles     []named           `json:"roles,omitempty"`
	System    map[string]bool   `json:"system,omitempty"`
	Catalog   []service         `json:"catalog,omitempty"`
	ForApp    *credentialOfUser `json:"application_credential,omitempty"`
}

type bearerDocument struct {
	inDomain
	PasswordExpiresAt *string `json:"password_expires_at"`
}

type credentialOfUser struct {
	named
	Restricted bool `json:"restricted"`
}

// describe is a token as create_token and validate_token show it.
func (a *API) describe(c *wire.Call, t *token) tokenBody {
	domain := named{domainID, domainName}
	doc := tokenDocument{
		Methods:   t.methods,
		User:      bearerDocument{inDomain: inDomain{domain, named{t.caller.UserID, t.caller.User}}},
		AuditIDs:  a.auditIDs(t),
		ExpiresAt: a.endOf(c, t).Format(timeLayout),
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
		doc.ForApp = &credentialOfUser{named{t.credential.id, t.credential.name}, t.credential.restricted()}
	}
	return tokenBody{doc}
}

// endOf is the end of a token. One that never ends has to name some time too.
func (a *API) endOf(c *wire.Call, t *token) time.Time {
	if t.expires.IsZero() {
		return c.Now.Add(a.ttl)
	}
	return t.expires
}

// rolesOf names a set of roles.
func rolesOf(set wire.Role) []named {
	var all []named
	for _, role := range []string{scenarios.RoleReader, scenarios.RoleMember, scenarios.RoleAdmin} {
		if set.Has(wire.Roles(role)) {
			all = append(all, named{idOf("role", role), role})
		}
	}
	return all
}

// A service is a line of the catalog.
type service struct {
	Endpoints []endpoint `json:"endpoints"`
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
}

type endpoint struct {
	ID        string `json:"id"`
	Interface string `json:"interface"`
	RegionID  string `json:"region_id"`
	URL       string `json:"url"`
	Region    string `json:"region"`
}

// catalog leads back to this server, by the name that the client has for it.
func catalog(c *wire.Call) []service {
	return []service{
		newService("identity", "keystone", authURL(c)),
		newService("image", "glance", c.Base()),
	}
}

func newService(kind, name, url string) service {
	s := service{ID: idOf("service", kind), Type: kind, Name: name}
	for _, face := range []string{"public", "internal", "admin"} {
		s.Endpoints = append(s.Endpoints, endpoint{idOf("endpoint "+kind, face), face, region, url, region})
	}
	return s
}

// idOf is the id of a thing that every server has: the same on all of them.
func idOf(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + " " + name))
	return hex.EncodeToString(sum[:16])
}

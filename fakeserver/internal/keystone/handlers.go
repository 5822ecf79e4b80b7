package keystone

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Handler answers the calls of one operation.
type Handler func(*API, *wire.Call) (wire.Reply, error)

// Handlers has a handler for each operation of the identity API. One whose
// operation has several endpoints looks at the call's.
var Handlers = map[scenarios.Operation]Handler{
	scenarios.GetIdentity:                 (*API).GetIdentity,
	scenarios.Healthcheck:                 (*API).GetHealthcheck,
	scenarios.CreateToken:                 (*API).CreateToken,
	scenarios.ValidateToken:               (*API).ValidateToken,
	scenarios.RevokeToken:                 (*API).RevokeToken,
	scenarios.GetAuthCatalog:              (*API).GetAuthCatalog,
	scenarios.GetAuthProjects:             (*API).GetAuthProjects,
	scenarios.GetAuthDomains:              (*API).GetAuthDomains,
	scenarios.GetAuthSystem:               (*API).GetAuthSystem,
	scenarios.ListProjects:                (*API).ListProjects,
	scenarios.GetProject:                  (*API).GetProject,
	scenarios.ListDomains:                 (*API).ListDomains,
	scenarios.GetDomain:                   (*API).GetDomain,
	scenarios.ListUsers:                   (*API).ListUsers,
	scenarios.GetUser:                     (*API).GetUser,
	scenarios.ListUserProjects:            (*API).ListUserProjects,
	scenarios.ListApplicationCredentials:  (*API).ListApplicationCredentials,
	scenarios.CreateApplicationCredential: (*API).CreateApplicationCredential,
	scenarios.GetApplicationCredential:    (*API).GetApplicationCredential,
	scenarios.DeleteApplicationCredential: (*API).DeleteApplicationCredential,
}

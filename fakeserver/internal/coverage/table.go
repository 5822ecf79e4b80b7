package coverage

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/scenarios"
)

// documented are the answers that the operations are documented to give, or that a
// real Glance or Keystone was recorded to give: successes, and then refusals of what
// is asked. The 401 of all operations that look at the token, and what the hops answer
// to any call, are not repeated here: see Cells.
var documented = map[scenarios.Operation][]int{
	scenarios.DeleteImage:         {204, 400, 403, 404, 409},
	scenarios.GetImage:            {200, 400, 404},
	scenarios.GetImages:           {200, 400, 403},
	scenarios.AddImage:            {201, 400, 403, 409, 413},
	scenarios.ModifyImage:         {200, 400, 403, 404, 409, 413, 415},
	scenarios.UploadImage:         {204, 400, 403, 404, 409, 410, 413, 415},
	scenarios.DownloadImage:       {200, 204, 206, 400, 403, 404, 416},
	scenarios.StageImage:          {204, 400, 403, 404, 409, 413},
	scenarios.ImportImage:         {202, 400, 403, 404, 409},
	scenarios.Deactivate:          {204, 400, 403, 404},
	scenarios.Reactivate:          {204, 400, 403, 404},
	scenarios.AddMember:           {200, 400, 403, 404, 409, 413},
	scenarios.GetMember:           {200, 400, 404},
	scenarios.GetMembers:          {200, 400, 403, 404},
	scenarios.ModifyMember:        {200, 400, 403, 404},
	scenarios.DeleteMember:        {204, 400, 403, 404},
	scenarios.AddImageTag:         {204, 400, 403, 404, 413},
	scenarios.DeleteImageTag:      {204, 400, 403, 404},
	scenarios.GetImageTags:        {200, 400},
	scenarios.ModifyImageTags:     {204, 400, 403},
	scenarios.GetTags:             {200, 400},
	scenarios.GetImagesByTags:     {200, 400},
	scenarios.AddCloudImage:       {200, 400, 403},
	scenarios.AddMembers:          {200, 400},
	scenarios.ModifyMembers:       {200, 400, 403},
	scenarios.DeleteMembers:       {200, 400},
	scenarios.GetJob:              {200, 400},
	scenarios.DeleteImageLocation: {204, 400, 403, 404, 409},
	scenarios.GetTasks:            {200, 400, 403},
	scenarios.GetTask:             {200, 403, 404},
	scenarios.AddTask:             {201, 400, 403},
	scenarios.DeleteTask:          {403, 405},
	scenarios.GetImageTasks:       {200, 400, 404},
	scenarios.CacheList:           {200, 403},
	scenarios.CacheImage:          {202, 400, 403, 404},
	scenarios.CacheDelete:         {204, 400, 403, 404},
	scenarios.GetSchema:           {200},
	scenarios.GetStores:           {200},
	scenarios.GetUsage:            {200},
	scenarios.StoresInfoDetail:    {200, 403},
	scenarios.GetImportMethods:    {200},
	scenarios.GetVersions:         {200, 300},
	scenarios.Healthcheck:         {200},

	scenarios.CreateToken:                 {201, 400, 401, 404, 413},
	scenarios.ValidateToken:               {200, 403, 404},
	scenarios.RevokeToken:                 {204, 403, 404},
	scenarios.GetAuthProjects:             {200},
	scenarios.GetAuthDomains:              {200},
	scenarios.GetAuthSystem:               {200},
	scenarios.GetAuthCatalog:              {200, 403},
	scenarios.ListProjects:                {200, 403},
	scenarios.GetProject:                  {200, 403, 404},
	scenarios.ListDomains:                 {200, 403},
	scenarios.GetDomain:                   {200, 403, 404},
	scenarios.ListUsers:                   {200, 403},
	scenarios.GetUser:                     {200, 403, 404},
	scenarios.ListUserProjects:            {200, 403, 404},
	scenarios.CreateApplicationCredential: {201, 400, 403, 404, 409},
	scenarios.ListApplicationCredentials:  {200, 403, 404},
	scenarios.GetApplicationCredential:    {200, 403, 404},
	scenarios.DeleteApplicationCredential: {204, 403, 404},
	scenarios.GetIdentity:                 {200, 300},
}

// Cells returns the cells of an operation that count, in the order of a report. There
// are those of the answers that the operation is documented to give; of the errors
// that each hop is documented to give to any call; and of answers that are lost,
// because the connection is. Calls that change something may have done their work
// although the answer is lost, or comes too late for the gateway; and may have done
// nothing although they answer that they have. The gateway and the middleware that
// asks Keystone stand before the image service only.
func Cells(op scenarios.Operation) []Cell {
	set := make(Set)
	add := func(c Cell) {
		c.Operation = op
		if !op.Changes() {
			c.Effect = scenarios.EffectNone
		}
		set[c] = true
	}
	for _, status := range documented[op] {
		add(Cell{Status: status, Hop: scenarios.Service, Effect: scenarios.EffectNone})
		if status < http.StatusBadRequest {
			add(Cell{Status: status, Hop: scenarios.Service, Effect: scenarios.EffectApplied})
		}
	}
	if op.HasCaller() {
		add(Cell{Status: http.StatusUnauthorized, Hop: scenarios.Service, Effect: scenarios.EffectNone})
	}
	for _, hop := range hops {
		switch {
		case hop == scenarios.Gateway && isKeystones(op), hop == scenarios.IAM && (isKeystones(op) || !op.HasCaller()):
			continue
		}
		for _, status := range dialect.Usual(hop) {
			add(Cell{Status: status, Hop: hop, Effect: scenarios.EffectNone})
			if hop == scenarios.Gateway && status == http.StatusGatewayTimeout {
				add(Cell{Status: status, Hop: hop, Effect: scenarios.EffectApplied})
			}
		}
	}
	for _, drop := range drops[1:] {
		add(Cell{Drop: drop, Effect: scenarios.EffectNone})
		add(Cell{Drop: drop, Effect: scenarios.EffectApplied})
	}
	return set.sorted()
}

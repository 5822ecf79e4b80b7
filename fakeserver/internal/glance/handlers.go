package glance

import (
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Handler answers the calls of one operation.
type Handler func(*API, *wire.Call) (wire.Reply, error)

// Handlers has a handler for each operation of the image API. One whose
// operation has several endpoints looks at the call's.
var Handlers = map[scenarios.Operation]Handler{
	scenarios.GetImage:            (*API).GetImage,
	scenarios.ModifyImage:         (*API).ModifyImage,
	scenarios.DeleteImage:         (*API).DeleteImage,
	scenarios.GetImages:           (*API).GetImages,
	scenarios.AddImage:            (*API).AddImage,
	scenarios.DownloadImage:       (*API).DownloadImage,
	scenarios.UploadImage:         (*API).UploadImage,
	scenarios.StageImage:          (*API).StageImage,
	scenarios.ImportImage:         (*API).ImportImage,
	scenarios.Deactivate:          (*API).Deactivate,
	scenarios.Reactivate:          (*API).Reactivate,
	scenarios.GetMembers:          (*API).GetMembers,
	scenarios.AddMember:           (*API).AddMember,
	scenarios.GetMember:           (*API).GetMember,
	scenarios.ModifyMember:        (*API).ModifyMember,
	scenarios.DeleteMember:        (*API).DeleteMember,
	scenarios.AddImageTag:         (*API).AddTag,
	scenarios.DeleteImageTag:      (*API).DeleteTag,
	scenarios.GetSchema:           (*API).GetSchema,
	scenarios.GetImageTasks:       (*API).GetImageTasks,
	scenarios.GetTasks:            (*API).GetTasks,
	scenarios.AddTask:             (*API).AddTask,
	scenarios.GetTask:             (*API).GetTask,
	scenarios.DeleteTask:          (*API).DeleteTask,
	scenarios.GetImportMethods:    (*API).GetImportMethods,
	scenarios.GetStores:           (*API).GetStores,
	scenarios.StoresInfoDetail:    (*API).GetStoresDetail,
	scenarios.GetUsage:            (*API).GetUsage,
	scenarios.DeleteImageLocation: (*API).DeleteCopy,
	scenarios.CacheList:           (*API).GetCache,
	scenarios.CacheDelete:         (*API).DeleteCached,
	scenarios.CacheImage:          (*API).AddToCache,
	scenarios.GetVersions:         (*API).GetVersions,
	scenarios.Healthcheck:         (*API).GetHealthcheck,
}

package registry

import (
	"maps"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Image is an image as Glance keeps it. Once it is in a registry it never
// changes: a change puts another Image in its place. So whoever holds one may
// read it without a lock, and must not write to what its maps and slices hold.
//
// What a deletion looks at stands first: of an image that was not asked for in a
// while each piece comes from memory.
type Image struct {
	ID         string
	Name       string
	Status     scenarios.Status
	Visibility scenarios.Visibility
	Owner      string // a project's id; empty: null
	InUseBy    string // what keeps it from being deleted; empty: nothing
	NoName     bool   // the name is null: none was ever given
	Protected  bool
	OSHidden   bool

	Tags       []string // sorted
	Properties map[string]string
	Members    []Member // in the order in which they came
	Tasks      []Task   // in the order in which they came; they go with the image
	Data       *Data    // nil: none
	Staged     *Data    // waits to be imported; nil: none

	DiskFormat, ContainerFormat string // empty: null
	MinDisk, MinRAM             int
	Size, VirtualSize           int64 // bytes; Null: null
	Sums                        *Sums // nil: all null

	CreatedAt, UpdatedAt time.Time
	CachedAt             time.Time // when the data came into the cache; zero: it is not there
	Stores               []string  // that hold the data; empty: the service has only one, or there is no data
}

// Null is a size that is not known.
const Null = -1

// A Member is a project that an image is shared with.
type Member struct {
	Project              string // its id
	Status               scenarios.MemberStatus
	CreatedAt, UpdatedAt time.Time
}

// A Task is what the service does for an image by itself: an import.
type Task struct {
	ID        string
	Type      string // api_image_import
	Status    string // pending, processing, success or failure
	Message   string
	Owner     string // the id of the project that asked for it
	UserID    string // who asked for it
	RequestID string // of the call that asked for it; empty: not known
	Input     []byte // JSON; nil: null
	Result    []byte // JSON; nil: null

	CreatedAt, UpdatedAt time.Time
	ExpiresAt            time.Time // zero: it is not done yet
}

// Member is the membership of a project, if it has one.
func (img *Image) Member(project string) (Member, bool) {
	i := slices.IndexFunc(img.Members, func(m Member) bool { return m.Project == project })
	if i < 0 {
		return Member{}, false
	}
	return img.Members[i], true
}

// Scenario is the image in the language of scenarios, sharing nothing with it.
func (img *Image) Scenario() scenarios.Image {
	out := scenarios.Image{
		ID: img.ID, Name: img.Name, Status: img.Status, Visibility: img.Visibility,
		Owner: img.Owner, Protected: img.Protected, OSHidden: img.OSHidden, InUseBy: img.InUseBy,
		DiskFormat: img.DiskFormat, ContainerFormat: img.ContainerFormat,
		MinDisk: img.MinDisk, MinRAM: img.MinRAM,
		Size: max(img.Size, 0), VirtualSize: max(img.VirtualSize, 0),
		Checksum: img.Sums.Checksum(), OSHashAlgo: img.Sums.HashAlgo(), OSHashValue: img.Sums.HashValue(),
		CreatedAt: img.CreatedAt, UpdatedAt: img.UpdatedAt,
		Tags: slices.Clone(img.Tags), Properties: maps.Clone(img.Properties),
	}
	for _, m := range img.Members {
		out.Members = append(out.Members, scenarios.Member{Project: m.Project, Status: m.Status})
	}
	return out
}

// next holds, for each status, those that may follow it. Any status that is
// still there may also stay as it is.
var next = map[scenarios.Status][]scenarios.Status{
	scenarios.Queued:        {scenarios.Saving, scenarios.Uploading, scenarios.Importing, scenarios.Active, scenarios.Deleted},
	scenarios.Saving:        {scenarios.Active, scenarios.Killed, scenarios.Deleted, scenarios.Queued},
	scenarios.Uploading:     {scenarios.Importing, scenarios.Active, scenarios.Queued, scenarios.Deleted}, // active: imported at once
	scenarios.Importing:     {scenarios.Active, scenarios.Deleted, scenarios.Queued},
	scenarios.Active:        {scenarios.PendingDelete, scenarios.Deleted, scenarios.Deactivated},
	scenarios.Deactivated:   {scenarios.Active, scenarios.Deleted},
	scenarios.Killed:        {scenarios.Deleted},
	scenarios.PendingDelete: {scenarios.Deleted, scenarios.Active},
}

// Legal reports whether an image may go from one status to another.
func Legal(from, to scenarios.Status) bool {
	return from == to || slices.Contains(next[from], to)
}

package registry

import (
	"maps"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Image is an image as Glance stores it. Once it is in a registry it never
// changes: an update puts another Image in its place. So it can be read without
// a lock, and its maps and slices must not be written to.
//
// The fields that a deletion reads come first, on as few cache lines as possible.
type Image struct {
	ID         string
	Name       string
	Status     scenarios.Status
	Visibility scenarios.Visibility
	Owner      string // a project's id; empty: null
	InUseBy    string // what uses it, so that it cannot be deleted; empty: nothing
	NoName     bool   // the name is null
	Protected  bool
	OSHidden   bool

	Tags       []string // sorted
	Properties map[string]string
	Members    []Member // in the order in which they were added
	Tasks      []Task   // in the order in which they were created; deleted with the image
	Data       *Data    // nil: none
	Staged     *Data    // uploaded, but not imported yet; nil: none
	Import     *Import  // the end of the import that the image is in; nil: it is in none that ends

	DiskFormat, ContainerFormat string // empty: null
	MinDisk, MinRAM             int
	Size, VirtualSize           int64 // bytes; Null: null
	Sums                        *Sums // nil: all null

	CreatedAt, UpdatedAt time.Time
	CachedAt             time.Time // when the data were cached; zero: they are not
	Stores               []string  // names of the stores that have the data; empty: the service has only one store, or there are no data
}

// Null is a size that is unknown, and null in JSON.
const Null = -1

// A Member is a project that an image is shared with.
type Member struct {
	Project              string // its id
	Status               scenarios.MemberStatus
	CreatedAt, UpdatedAt time.Time
}

// A Task is work that the service does in the background: an import.
type Task struct {
	ID        string
	Type      string // api_image_import; import, if it belongs to no image
	Status    string // pending, processing, success or failure
	Message   string
	Owner     string // the id of the project that asked for it
	UserID    string // who asked for it
	RequestID string // of the call that asked for it; empty: unknown
	Input     []byte // JSON; nil: null
	Result    []byte // JSON; nil: null

	CreatedAt, UpdatedAt time.Time
	ExpiresAt            time.Time // when the finished task is forgotten; zero: it is not finished
}

// Member returns the membership of a project, if it has one.
func (img *Image) Member(project string) (Member, bool) {
	i := slices.IndexFunc(img.Members, func(m Member) bool { return m.Project == project })
	if i < 0 {
		return Member{}, false
	}
	return img.Members[i], true
}

// Scenario returns the image as a scenario describes it. It shares no memory with
// img.
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

// next has, for each status, the statuses that may follow it. Besides, any status
// may stay as it is.
var next = map[scenarios.Status][]scenarios.Status{
	scenarios.Queued:        {scenarios.Saving, scenarios.Uploading, scenarios.Importing, scenarios.Active, scenarios.Deleted},
	scenarios.Saving:        {scenarios.Active, scenarios.Killed, scenarios.Deleted, scenarios.Queued},
	scenarios.Uploading:     {scenarios.Importing, scenarios.Active, scenarios.Queued, scenarios.Deleted}, // active: an import that takes no time
	scenarios.Importing:     {scenarios.Active, scenarios.Deleted, scenarios.Queued},
	scenarios.Active:        {scenarios.PendingDelete, scenarios.Deleted, scenarios.Deactivated},
	scenarios.Deactivated:   {scenarios.Active, scenarios.Deleted},
	scenarios.Killed:        {scenarios.Deleted},
	scenarios.PendingDelete: {scenarios.Deleted, scenarios.Active},
}

// Legal reports whether the status of an image may change from one to another.
func Legal(from, to scenarios.Status) bool {
	return from == to || slices.Contains(next[from], to)
}

package registry

import (
	"slices"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
)

// A Task is an import of an image's data, which is over by the time that
// anybody sees it.
type Task struct {
	ID        string
	ImageID   string
	Owner     string // a project's id
	UserID    string
	RequestID string
	Request   []byte   // the body of the import, as JSON
	Stores    []string // that the data was for
	Size      int64    // bytes that were copied
	CreatedAt time.Time
}

// TaskExpiry is how long Glance keeps a task that is over.
const TaskExpiry = 48 * time.Hour

// Tasks owns the tasks of a world. Its zero value has none.
type Tasks struct {
	mu  sync.Mutex
	all []Task
}

// Add puts a task at the end, under the next id that the seed gives.
func (t *Tasks) Add(seed uint64, task Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	task.ID = ids.UUID(seed, ids.Task, uint64(len(t.all)))
	t.all = append(t.all, task)
}

// Newest is every task that has not expired, the newest first.
func (t *Tasks) Newest(now time.Time) []Task {
	t.mu.Lock()
	defer t.mu.Unlock()
	live := slices.DeleteFunc(slices.Clone(t.all), func(task Task) bool { return now.Sub(task.CreatedAt) >= TaskExpiry })
	slices.Reverse(live)
	return live
}

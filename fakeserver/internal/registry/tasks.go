package registry

import "time"

// A looseTask is a task that belongs to no image, as it is before and after its end.
type looseTask struct{ begun, ended Task }

// maxTasks is how many tasks that belong to no image are remembered. The oldest are
// forgotten first.
const maxTasks = 10_000

// AddTask adds a task that belongs to no image: as it is at first, and as it is once
// the time has come that its last change says.
func (r *Registry) AddTask(begun, ended Task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tasks) == maxTasks {
		r.tasks = r.tasks[1:]
	}
	r.tasks = append(r.tasks, looseTask{begun, ended})
}

// Tasks returns the tasks that belong to no image, in the order in which they were
// added.
func (r *Registry) Tasks() []Task {
	now := r.now()
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []Task
	for i := range r.tasks {
		all = append(all, r.tasks[i].at(now))
	}
	return all
}

func (t *looseTask) at(now time.Time) Task {
	if now.Before(t.ended.UpdatedAt) {
		return t.begun
	}
	return t.ended
}

package registry

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Deleted images are remembered, but not for ever, and those that linger for as long
// as they do.
func TestDeletedAreForgotten(t *testing.T) {
	t.Parallel()
	r := New(nil)
	now := time.Now()
	const more = 10
	for i := range maxDeleted + more {
		id := strconv.Itoa(i)
		if err := r.Add(&Image{ID: id, Status: scenarios.Active, CreatedAt: now}); err != nil {
			t.Fatal(err)
		}
		var linger func() *scenarios.Linger
		if i == 3 {
			linger = func() *scenarios.Linger { return &scenarios.Linger{} }
		}
		if err := r.Delete(id, now, linger, func(*Image) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxDeleted + more {
		if got, want := r.Known(strconv.Itoa(i)), i > more || i == 3; got != want {
			t.Fatalf("the deleted image %d is known: %t, want %t", i, got, want)
		}
	}
	if _, ok := r.Lingers("3", now); !ok {
		t.Error("the image that lingers does not linger")
	}
	if err := r.Add(&Image{ID: "0", CreatedAt: now}); err != nil {
		t.Errorf("the id of an image that is forgotten is not free: %v", err)
	}
	if n := len(r.order); n > 4*maxDeleted {
		t.Errorf("%d records are in order", n)
	}
}

// An index finds what was added and not removed, and nothing else.
func TestIndexRemoves(t *testing.T) {
	t.Parallel()
	x := newIndex(0)
	records := make(map[string]*record)
	random := rand.New(rand.NewPCG(1, 2))
	for step := range 50_000 {
		id := strconv.Itoa(random.IntN(500))
		if rec := records[id]; rec != nil {
			x.remove(rec)
			delete(records, id)
		} else {
			records[id] = &record{img: &Image{ID: id}}
			x.add(records[id])
		}
		for range 3 {
			id := strconv.Itoa(random.IntN(500))
			if got := x.find(id); got != records[id] {
				t.Fatalf("step %d: %s is found: %t, want %t", step, id, got != nil, records[id] != nil)
			}
		}
	}
	if x.len != len(records) || len(x.slots) > 1024 {
		t.Errorf("the index has %d records in %d slots, want %d", x.len, len(x.slots), len(records))
	}
}

// Tasks that belong to no image are remembered, but not for ever.
func TestTasksAreForgotten(t *testing.T) {
	t.Parallel()
	r := New(nil)
	for i := range maxTasks + 2 {
		r.AddTask(Task{ID: strconv.Itoa(i)}, Task{ID: strconv.Itoa(i)})
	}
	if all := r.Tasks(); len(all) != maxTasks || all[0].ID != "2" {
		t.Errorf("there are %d tasks, the first is %s; want %d from 2 on", len(all), all[0].ID, maxTasks)
	}
}

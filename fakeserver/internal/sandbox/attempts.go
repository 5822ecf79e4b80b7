package sandbox

import (
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

// How much is remembered of DELETE requests. Their number is always exact for
// images that there are or were.
const (
	maxAttempts = 1_000  // of one image, with what came of them
	maxUnknown  = 10_000 // ids: from then on, no more that no image ever had
)

// attempts are the DELETE requests that each image has received. They are counted
// here because the journal forgets.
type attempts struct {
	mu     sync.Mutex
	images map[string]*imageAttempts
	order  []*imageAttempts // by the first attempt
}

type imageAttempts struct {
	id    string
	count int
	first report.Attempt // most images have no other
	more  []*report.Attempt
}

// An Attempt is a DELETE request that is not answered yet. Nil: nothing more is
// remembered of it.
type Attempt struct{ attempt *report.Attempt }

// Attempt counts a DELETE request of an image that arrived at a time. Known says
// that its caller had a valid token.
func (w *World) Attempt(id string, arrived time.Time, known bool) Attempt {
	a := &w.attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	img := a.images[id]
	if img == nil {
		if len(a.images) >= maxUnknown && !w.images.Known(id) {
			return Attempt{}
		}
		if a.images == nil {
			a.images = make(map[string]*imageAttempts)
		}
		img = &imageAttempts{id: id, count: 1, first: report.Attempt{Time: arrived, Known: known, Result: "pending"}}
		a.images[id] = img
		a.order = append(a.order, img)
		return Attempt{&img.first}
	}
	img.count++
	if len(img.more) == maxAttempts-1 {
		return Attempt{}
	}
	attempt := &report.Attempt{Time: arrived, Known: known, Result: "pending"}
	img.more = append(img.more, attempt)
	return Attempt{attempt}
}

// Attempted completes an attempt with what came of it: how long its answer took,
// the result as the journal has it, the fault or the limit that made it, and why the true
// answer was an error; empty: none, and no reason.
func (w *World) Attempted(a Attempt, took time.Duration, result, by, reason string) {
	if a.attempt == nil {
		return
	}
	w.attempts.mu.Lock()
	defer w.attempts.mu.Unlock()
	a.attempt.Took, a.attempt.Result, a.attempt.By, a.attempt.Reason = took, result, by, reason
}

func (img *imageAttempts) report() report.Attempts {
	all := report.Attempts{Image: img.id, Count: img.count, First: []report.Attempt{img.first}}
	for _, attempt := range img.more {
		all.First = append(all.First, *attempt)
	}
	return all
}

// Attempts are the DELETE requests that the image with the id has received.
func (b *Sandbox) Attempts(id string) report.Attempts {
	a := &b.World().attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	if img := a.images[id]; img != nil {
		return img.report()
	}
	return report.Attempts{Image: id}
}

// AllAttempts are the DELETE requests of all images, in the order in which the
// images received the first.
func (b *Sandbox) AllAttempts() []report.Attempts {
	a := &b.World().attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]report.Attempts, 0, len(a.order))
	for _, img := range a.order {
		all = append(all, img.report())
	}
	return all
}

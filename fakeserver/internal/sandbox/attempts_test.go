package sandbox

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// What clients ask for of images that never were is remembered up to a bound, and
// what they ask for of images always, however many ask at once.
func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	const image = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	b, err := New(t.Context(), &scenarios.Scenario{Images: []scenarios.Image{{ID: image}}}, Overrides{}, journal.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	w := b.World()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range maxUnknown / 2 {
				w.Attempt(fmt.Sprintf("no image %d %d", worker, i), time.Time{}, true)
			}
			for range maxAttempts {
				w.Attempted(w.Attempt(image, time.Time{}, true), time.Second, "204", "", "")
			}
		}()
	}
	all.Wait()
	if n := len(b.AllAttempts()); n != maxUnknown+1 && n != maxUnknown {
		t.Errorf("attempts of %d ids are remembered, want about %d", n, maxUnknown)
	}
	of := b.Attempts(image)
	if of.Count != 4*maxAttempts || len(of.First) != maxAttempts {
		t.Errorf("the image has %d attempts, and the first %d, want %d and %d", of.Count, len(of.First), 4*maxAttempts, maxAttempts)
	}
	for _, attempt := range of.First {
		if attempt.Result != "204" || attempt.Took != time.Second {
			t.Fatalf("the image has the attempt %+v, want all completed", attempt)
		}
	}
	w.Attempt("one more", time.Time{}, true)
	if n := b.Attempts("one more").Count; n != 0 {
		t.Errorf("one id more has %d attempts, want 0", n)
	}
}

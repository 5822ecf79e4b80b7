package report

import (
	"slices"
	"testing"
	"time"
)

func TestAttempts(t *testing.T) {
	t.Parallel()
	start := time.Unix(0, 0)
	a := Attempts{Count: 14}
	if got := new(Attempts).String(); got != "no DELETE" {
		t.Errorf("of none it says %q", got)
	}
	for i, attempt := range []Attempt{
		{Result: "503", By: "fault busy"}, {Result: "503", By: "fault busy"}, {Result: "403", Reason: "protected"}, {Result: "dropped", By: "fault lost"}, {Result: "204"},
	} {
		attempt.Time, attempt.Took = start.Add(time.Duration(i*i)*time.Second), 500*time.Millisecond
		a.First = append(a.First, attempt)
	}
	if got, want := a.String(), "14 DELETEs: 503 by fault busy (2 times), 403 protected, dropped by fault lost, 204, and 9 more"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want := []time.Duration{500 * time.Millisecond, 2500 * time.Millisecond, 4500 * time.Millisecond, 6500 * time.Millisecond}
	if got := a.Pauses(); !slices.Equal(got, want) {
		t.Errorf("the pauses are %v, want %v", got, want)
	}
	together := Attempts{Count: 2, First: []Attempt{{Time: start, Took: time.Minute}, {Time: start.Add(time.Second)}}}
	if got := together.Pauses(); got[0] != 0 {
		t.Errorf("the pause of attempts at the same time is %v", got)
	}
}

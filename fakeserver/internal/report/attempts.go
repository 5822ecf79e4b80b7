package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Attempts are the DELETE requests that an image has received.
type Attempts struct {
	Image string // its id, as the clients wrote it
	Count int
	First []Attempt // as many as are remembered, in the order of their arrival
}

// An Attempt is one DELETE request of an image.
type Attempt struct {
	Time   time.Time     // when it arrived, by the server's clock
	Took   time.Duration // until its answer, by the same clock; 0 while it is pending
	Known  bool          // the caller had a valid token, or signature
	Result string        // status, "204 truncated", "dropped" …; see the journal
	By     string        // the fault that was injected, or the limit that refused it: fault busy; empty: none
	Reason string        // why the true answer was an error; empty: its status says enough
}

// String says what came of the attempt: 403 protected, 503 by fault busy.
func (a Attempt) String() string {
	switch {
	case a.By != "":
		return a.Result + " by " + a.By
	case a.Reason != "":
		return a.Result + " " + a.Reason
	}
	return a.Result
}

// unauthorized reports whether no attempt had a valid token, as far as they are
// remembered.
func (a *Attempts) unauthorized() bool {
	return !slices.ContainsFunc(a.First, func(one Attempt) bool { return one.Known })
}

// Pauses are how long the client waited between the answer to each attempt and
// the next one, by the server's clock. Attempts at the same time have no pause.
func (a *Attempts) Pauses() []time.Duration {
	var pauses []time.Duration
	for i := 1; i < len(a.First); i++ {
		last := a.First[i-1]
		pauses = append(pauses, max(a.First[i].Time.Sub(last.Time.Add(last.Took)), 0))
	}
	return pauses
}

// maxTold is how many attempts a message tells of.
const maxTold = 10

// String says how many attempts there were, and what came of them, the same in a
// row once: 3 DELETEs: 503 by fault busy (2 times), 204.
func (a *Attempts) String() string {
	if a.Count == 0 {
		return "no DELETE"
	}
	noun := "DELETEs"
	if a.Count == 1 {
		noun = "DELETE"
	}
	var told []string
	rest := a.First
	for len(rest) > 0 && len(told) < maxTold {
		text, n := rest[0].String(), 1
		for n < len(rest) && rest[n].String() == text {
			n++
		}
		rest = rest[n:]
		if n > 1 {
			text += fmt.Sprintf(" (%d times)", n)
		}
		told = append(told, text)
	}
	if left := len(rest) + a.Count - len(a.First); left > 0 {
		told = append(told, fmt.Sprintf("and %d more", left))
	}
	return fmt.Sprintf("%d %s: %s", a.Count, noun, strings.Join(told, ", "))
}

package fakeserver

import (
	"time"
)

// CheckDeleted reports an error unless there was an image with the id and it is
// deleted. The error says what came of the DELETE requests for it. An image that
// lingers is deleted, although answers still show it: that is only logged.
func (b *box) CheckDeleted(t TB, id string) {
	t.Helper()
	if problem := b.sandbox.CheckDeleted(id); problem != "" {
		t.Errorf("%s", problem)
		return
	}
	if status, ok := b.sandbox.Lingers(id); ok {
		t.Logf("image %s is deleted, but lingers: answers still show it as %s", id, status)
	}
}

// CheckRequests reports an error unless clients sent exactly the wanted requests,
// in the order of their answers: method, path with query, and status, as in
// "DELETE /v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90 503", "204 truncated" of
// an answer of which the client got half, or "dropped" of none. A * stands for
// any run of characters. It is an error as well if the journal has dropped
// requests. See [Server.OnlyOperations] for leaving out calls such as signing in.
func (b *box) CheckRequests(t TB, want ...string) {
	t.Helper()
	b.everything().CheckRequests(t, want...)
}

// CheckFaultsSpent reports an error for each fault that was injected less often
// than it says, or never if it has no count, and for each limit that refused no
// call. Faults that were removed are checked too. The error says how many calls
// matched, and what kept the nearest one from being injected.
func (b *box) CheckFaultsSpent(t TB) {
	t.Helper()
	for _, problem := range b.sandbox.CheckFaultsSpent() {
		t.Errorf("%s", problem)
	}
}

// CheckTokens reports an error for each request that was sent with a token after
// the server had answered 401 to it: the client should have signed in again. It is
// an error as well if the journal has dropped requests.
func (b *box) CheckTokens(t TB) {
	t.Helper()
	for _, problem := range b.sandbox.CheckTokens() {
		t.Errorf("%s", problem)
	}
}

// Attempts are the DELETE requests that an image has received.
type Attempts struct {
	Count   int             // all of them, whatever the journal keeps
	Results []string        // what came of each of the first 1,000: "204", "403 protected", "503 by fault busy", "429 by limit limits[0]"
	Pauses  []time.Duration // between the answer to each of these and the next, by the server's clock
}

// Attempts are the DELETE requests that the image with the id has received since
// the scenario began. They are counted also where the journal is limited. Ids
// that no image ever had are counted up to 10,000 of them.
func (b *box) Attempts(id string) Attempts {
	a := b.sandbox.Attempts(id)
	attempts := Attempts{Count: a.Count, Pauses: a.Pauses()}
	for _, attempt := range a.First {
		attempts.Results = append(attempts.Results, attempt.String())
	}
	return attempts
}

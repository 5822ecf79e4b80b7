package report

import (
	"slices"
	"testing"
	"time"
)

// A request that was on its way when the 401 was sent is nobody's fault.
func TestStaleTokens(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	uses := []TokenUse{
		{1, "a", "old", 200, at(0), at(1)},
		{2, "b", "old", 401, at(2), at(4)},
		{3, "c", "old", 401, at(3), at(5)}, // on its way
		{4, "d", "new", 200, at(6), at(7)},
		{5, "e", "old", 401, at(8), at(9)},
		{6, "f", "", 401, at(10), at(11)},
		{7, "g", "", 401, at(12), at(13)},
	}
	want := []string{"request 5, e, was sent with the token that request 2, b, had shown to be invalid"}
	if got := StaleTokens(uses); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

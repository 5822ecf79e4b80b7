package report

import (
	"slices"
	"testing"
)

// A request that was on its way when the 401 was sent is nobody's fault.
func TestStaleTokens(t *testing.T) {
	t.Parallel()
	uses := []TokenUse{
		{1, 1, "a", "old", 200},
		{2, 3, "b", "old", 401},
		{3, 3, "c", "old", 401}, // on its way
		{4, 4, "d", "new", 200},
		{5, 5, "e", "old", 401},
		{6, 6, "f", "", 401},
		{7, 7, "g", "", 401},
	}
	want := []string{"request 5, e, was sent with the token that request 2, b, had shown to be invalid"}
	if got := StaleTokens(uses); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

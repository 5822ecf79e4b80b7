package journal

import (
	"slices"
	"testing"
)

// A view shows what the journal held when it was made, whatever came since.
func TestViewStays(t *testing.T) {
	t.Parallel()
	j := New(Limits{Requests: 2})
	answer := func(path string) {
		ticket, e := arrive(j, path)
		answer204(j, ticket, e)
	}
	answer("a")
	answer("b")
	arrive(j, "pending")
	view := j.View(Filter{})
	for _, path := range []string{"c", "d", "e", "f"} { // they come in the place of those before
		answer(path)
	}
	var got []string
	for r := range view.Records() {
		got = append(got, r.String())
	}
	if want := []string{"DELETE /v2/images/a 204", "DELETE /v2/images/b 204", "DELETE /v2/images/pending pending"}; !slices.Equal(got, want) || view.Len() != len(want) || view.Arrived != 3 {
		t.Errorf("the view has %q, %d of %d requests; want %q", got, view.Len(), view.Arrived, want)
	}
}

package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

func TestFaultsSpent(t *testing.T) {
	t.Parallel()
	deletion := scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}}
	rules := map[string]int{"typo": 1, "spent": 2, "placed": 3, "chained": 4, "waiting": 5, "open": 6, "removed": 7}
	past := func(name string, times, seen, injected int) fault.Past {
		return fault.Past{Rule: rules[name], Status: fault.Status{Fault: scenarios.Fault{Name: name, Match: deletion, Times: times}, Seen: seen, Injected: injected}}
	}
	removed, limit, placed := past("removed", 0, 0, 0), past("limits[0]", 0, 7, 0), past("placed", 3, 2, 1)
	removed.Removed, limit.Limit, placed.Fault.Place = true, true, "my.yaml:7"
	placed.Fault.Match.Operation = nil
	chained := past("chained", 1, 0, 0)
	chained.Fault.After = "spent"
	waiting := chained
	waiting.Fault.Name, waiting.Fault.After, waiting.Rule = "waiting", "typo", rules["waiting"]
	misses := []fault.Miss{
		{Fault: "chained", Rule: rules["chained"], Reason: "after: spent had not been injected yet"},
		{Fault: "chained", Rule: rules["chained"], Reason: "operation: get_image, not delete_image"},
		{Fault: "waiting", Rule: rules["waiting"], Reason: "after: typo had not been injected yet"},
		{Fault: "waiting", Rule: rules["waiting"], Reason: "operation: get_image, not delete_image"},
		{Fault: "typo", Rule: rules["typo"], Reason: "operation: get_image, not delete_image"},
		{Fault: "typo", Rule: rules["typo"], Reason: "image: c8cc (ubuntu), not ubunto"},
		{Fault: "typo", Rule: rules["typo"], Reason: "operation: get_images, not delete_image"},
		{Fault: "spent", Rule: rules["spent"], Reason: "times: already injected 2 of 2"},
		{Fault: "placed", Rule: rules["placed"], Reason: "headers.X-Try: 1, not 2"},
		{Fault: "placed", Rule: rules["placed"], Reason: "skip: call 1 of the first 2"},
	}
	got := FaultsSpent([]fault.Past{past("spent", 2, 9, 2), past("typo", 2, 0, 0), past("open", 0, 5, 1), removed, limit, placed, chained, waiting}, slices.Values(misses))
	want := []string{
		"fault typo (delete_image) was injected 0 of 2 times; 0 calls matched it; the nearest miss: image: c8cc (ubuntu), not ubunto",
		"fault removed (delete_image, removed) was never injected; 0 calls matched it",
		"limit limits[0] (delete_image) refused no call; 7 calls matched it",
		"fault placed (my.yaml:7, any operation) was injected 1 of 3 times; 2 calls matched it; the nearest miss: skip: call 1 of the first 2",
		"fault chained (delete_image) was injected 0 of 1 times; 0 calls matched it; the nearest miss: operation: get_image, not delete_image",
		"fault waiting (delete_image) was injected 0 of 1 times; 0 calls matched it; the nearest miss: after: typo had not been injected yet",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDeleted(t *testing.T) {
	t.Parallel()
	twice := Attempts{Count: 2, First: []Attempt{{Result: "403", Reason: "protected"}, {Result: "503", By: "fault busy"}}}
	for _, test := range []struct {
		there, known bool
		want         string
	}{
		{true, true, "image c8cc ubuntu is still there; 2 DELETEs: 403 protected, 503 by fault busy"},
		{false, false, "there never was an image c8cc; 2 DELETEs: 403 protected, 503 by fault busy"},
		{false, true, ""},
	} {
		if got := Deleted("c8cc", "ubuntu", test.there, test.known, twice); got != test.want {
			t.Errorf("there: %t, known: %t: got %q, want %q", test.there, test.known, got, test.want)
		}
	}
}

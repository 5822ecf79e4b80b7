package fault_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Tokens are numbered in the order of their first use, in whatever call.
func TestTokenNumbers(t *testing.T) {
	t.Parallel()
	in := newInjector(
		scenarios.Fault{Name: "first", Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}, Token: 1}, Inject: answer503},
		scenarios.Fault{Name: "third", Match: scenarios.Match{Token: 3}, Inject: answer503},
	)
	for i, step := range []struct {
		op          scenarios.Operation
		token, want string
	}{
		{scenarios.DeleteImage, "", "first: token: none, not the 1st one seen\nthird: token: none, not the 3rd one seen\n"},
		{scenarios.GetImages, "a", "first: operation: get_images, not delete_image\nthird: token: the 1st one seen, not the 3rd\n"},
		{scenarios.DeleteImage, "b", "first: token: the 2nd one seen, not the 1st\nthird: token: the 2nd one seen, not the 3rd\n"},
		{scenarios.DeleteImage, "a", "injected first 1\nthird: token: the 1st one seen, not the 3rd\n"},
		{scenarios.GetImage, "c", "injected third 1\nfirst: operation: get_image, not delete_image\n"},
	} {
		c := deletion()
		c.Operation, c.Header = step.op, http.Header{"X-Auth-Token": {step.token}}
		if got := explain(in.Decide(c), c); got != step.want {
			t.Errorf("call %d: got\n%swant\n%s", i+1, got, step.want)
		}
	}
}

// Numbering the tokens is atomic: tokens that are first used at the same time get
// different numbers, and keep them. With -race this fails if the numbers are
// not guarded.
func TestTokenNumbersWhenCalledConcurrently(t *testing.T) {
	t.Parallel()
	const tokens = 50
	faults := make([]scenarios.Fault, tokens)
	for i := range faults {
		faults[i] = scenarios.Fault{Name: fmt.Sprint("token ", i+1), Match: scenarios.Match{Token: i + 1}, Times: 20}
	}
	in := newInjector(faults...)
	names := make(chan string, tokens)
	for i := range tokens {
		names <- fmt.Sprint("t", i)
	}
	run := concurrently(tokens, 1, func() string {
		c := deletion()
		c.Header = http.Header{"X-Auth-Token": {<-names}}
		number := in.Decide(c).Fault
		for range 19 {
			if again := in.Decide(c).Fault; number == nil || again != number {
				return "a token's number changed"
			}
		}
		return number.Name
	})
	if len(run) != tokens {
		t.Errorf("%d tokens have %d different numbers: %v", tokens, len(run), run)
	}
	for _, s := range in.Statuses() {
		if s.Injected != s.Fault.Times {
			t.Errorf("the fault of %s was injected %d times, want %d", s.Fault.Name, s.Injected, s.Fault.Times)
		}
	}
}

func TestOrdinals(t *testing.T) {
	t.Parallel()
	for number, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 111: "111th", 122: "122nd"} {
		in := newInjector(scenarios.Fault{Name: "f", Match: scenarios.Match{Token: number}})
		if got := explain(in.Decide(deletion()), deletion()); !strings.Contains(got, "not the "+want+" one seen") {
			t.Errorf("%d: %s, want %s", number, got, want)
		}
	}
}

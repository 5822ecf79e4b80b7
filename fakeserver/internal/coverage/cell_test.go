package coverage

import (
	"net/http"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The cell of a request says how it ended for its client, and there is none if its
// client or the server went away.
func TestOf(t *testing.T) {
	t.Parallel()
	const (
		none    = scenarios.EffectNone
		applied = scenarios.EffectApplied
		service = scenarios.Service
		gateway = scenarios.Gateway
	)
	for _, test := range []struct {
		name     string
		op       scenarios.Operation
		inject   *scenarios.Injection
		prevents bool
		status   int
		end      journal.End
		refused  bool
		want     Cell // without its operation; zero: there is none
	}{
		{"success", scenarios.DeleteImage, nil, false, 204, journal.Answered, false, Cell{Status: 204, Hop: service, Effect: applied}},
		{"read", scenarios.GetImage, nil, false, 200, journal.Answered, false, Cell{Status: 200, Hop: service, Effect: none}},
		{"refusal", scenarios.DeleteImage, nil, false, 403, journal.Answered, false, Cell{Status: 403, Hop: service, Effect: none}},
		{"wrong signature", scenarios.DeleteImage, nil, false, 401, journal.Answered, true, Cell{Status: 401, Hop: gateway, Effect: none}},
		{"fault in place of a refused signature", scenarios.DeleteImage, &scenarios.Injection{Status: 503}, true, 503, journal.Answered, true, Cell{Status: 503, Hop: service, Effect: none}},
		{"no operation", "", nil, false, 404, journal.Answered, false, Cell{}},
		{"fault", scenarios.DeleteImage, &scenarios.Injection{Status: 503, Hop: scenarios.LB}, true, 503, journal.Answered, false, Cell{Status: 503, Hop: scenarios.LB, Effect: none}},
		{"done, and an error", scenarios.DeleteImage, &scenarios.Injection{Status: 504, Hop: gateway, Effect: applied}, false, 504, journal.Answered, false, Cell{Status: 504, Hop: gateway, Effect: applied}},
		{"success that did nothing", scenarios.DeleteImage, &scenarios.Injection{Status: 204, Effect: none}, true, 204, journal.Answered, false, Cell{Status: 204, Hop: service, Effect: none}},
		{"fault that only delays", scenarios.DeleteImage, &scenarios.Injection{Delay: scenarios.Delay{Min: 1}}, false, 204, journal.Answered, false, Cell{Status: 204, Hop: service, Effect: applied}},
		{"reset", scenarios.DeleteImage, &scenarios.Injection{Drop: scenarios.Reset}, true, 0, journal.Reset, false, Cell{Drop: scenarios.Reset, Effect: none}},
		{"done, and reset", scenarios.DeleteImage, &scenarios.Injection{Drop: scenarios.Reset}, false, 0, journal.Reset, false, Cell{Drop: scenarios.Reset, Effect: applied}},
		{"half of an answer", scenarios.GetImage, &scenarios.Injection{Drop: scenarios.Truncate, Status: 503}, true, 503, journal.Truncated, false, Cell{Drop: scenarios.Truncate, Effect: none}},
		{"client left", scenarios.DeleteImage, nil, false, 0, journal.ClientLeft, false, Cell{}},
		{"client left before the reset", scenarios.DeleteImage, &scenarios.Injection{Drop: scenarios.Reset}, true, 0, journal.ClientLeft, false, Cell{}},
		{"server closed during a delay", scenarios.DeleteImage, &scenarios.Injection{Delay: scenarios.Delay{Min: 1}}, false, 0, journal.Closed, false, Cell{}},
		{"server closed before the reset", scenarios.DeleteImage, &scenarios.Injection{Drop: scenarios.Reset}, true, 0, journal.Closed, false, Cell{}},
	} {
		var e journal.Entry
		e.Ask(http.MethodDelete, "/", nil)
		e.Identify(&fault.Call{Operation: test.op})
		e.Status, e.End, e.Refused = test.status, test.end, test.refused
		if test.inject != nil {
			e.Decision = fault.Decision{Fault: &scenarios.Fault{Inject: *test.inject}, PreventsWork: test.prevents}
		}
		want := test.want
		if want != (Cell{}) {
			want.Operation = test.op
		}
		if got, ok := Of(&e); got != want || ok != (want != Cell{}) {
			t.Errorf("%s: %+v, %t, want %+v", test.name, got, ok, want)
		}
	}
}

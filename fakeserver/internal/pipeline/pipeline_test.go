package pipeline

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// If an operation panics, the answer is the dialect's own 500, and the journal has
// the request as answered.
func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), &scenarios.Scenario{}, sandbox.Overrides{}, journal.Limits{Requests: 10})
	if err != nil {
		t.Fatal(err)
	}
	c := new(call)
	r := httptest.NewRequest(http.MethodGet, "/v2/images", nil)
	r.Header.Set("X-Auth-Token", "t")
	c.arrive(box, Request{Request: r, Whole: r})
	c.identify()
	c.target.route = &route{do: func(*sandbox.World, *wire.Call) (wire.Reply, error) { panic("at the disco") }}
	c.decide()
	c.operate()
	c.answered(nil)
	rec := httptest.NewRecorder()
	c.write(rec)
	if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), "500 Internal Server Error") {
		t.Errorf("the answer is %d %s", rec.Code, rec.Body)
	}
	if got := box.Requests(journal.Filter{})[0]; got.Status != 500 || got.End != journal.Answered {
		t.Errorf("the journal has %+v", got)
	}
}

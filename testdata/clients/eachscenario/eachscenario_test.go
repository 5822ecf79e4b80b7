package eachscenario

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A deletion that is done well comes out right in every incident.
func TestDelete(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		srv.CheckOutcome(t, cloud(srv).Delete(t.Context(), srv.Targets()...))
	})
}

// So does one that has to find the images in a list first.
func TestDeleteAll(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		srv.CheckOutcome(t, cloud(srv).DeleteAll(t.Context()))
		for _, f := range srv.Faults() {
			if f.Injected == 0 {
				t.Errorf("the deletion has not met %s", f.Fault.Name)
			}
		}
	}, scenarios.TopicPaging)
}

// cloud is a client of the server for which no time passes: it lets the server's
// clock jump instead of waiting.
func cloud(srv *fakeserver.Server) *Cloud {
	return &Cloud{
		URL: srv.URL, AuthURL: srv.AuthURL(), HTTP: srv.Client(),
		User: "ann", Password: "secret", Project: scenarios.DefaultProject,
		Sleep: func(ctx context.Context, d time.Duration) error {
			srv.Advance(d)
			return ctx.Err()
		},
	}
}

// TestNaiveDelete holds that the incidents tell a bad deletion from a good one.
func TestNaiveDelete(t *testing.T) {
	t.Parallel()
	passes := []string{
		// An error is the right end here, and it comes with the first answer.
		"forbidden", "protected", "protected-as-400", "shared-not-mine", "shared-with-ou",
		"unauthorized", "server-error", "unavailable", "route-404", "backup-delete-fails",
		// These need one request each, by id and without a body.
		"body-on-delete", "deleted-while-saving", "dependency-gone", "same-name-twice", "soft-deleted-visible",
		"recreate-too-soon", "quota-freed-late",
		// It is told the ids, and reads neither images nor the catalog.
		"catalog-without-region", "hidden-as-text", "list-says-saving", "size-null-after-upload",
		// It is told the ids, and looks at no list.
		"marker-deleted", "paging-next-doubled", "paging-next-missing", "paging-next-repeats",
	}
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		verdict := &verdict{T: t}
		srv.CheckOutcome(verdict, cloud(srv).NaiveDelete(t.Context(), srv.Targets()...))
		if want := !slices.Contains(passes, sc.Name); verdict.failed != want {
			t.Errorf("the naive deletion fails in %s: %t, want %t", sc.Name, verdict.failed, want)
		}
	})
}

func TestNaiveDeleteAll(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		verdict := &verdict{T: t}
		srv.CheckOutcome(verdict, cloud(srv).NaiveDeleteAll(t.Context()))
		// The link back to the first page does no harm: what that page showed
		// before is deleted.
		if want := sc.Name != "paging-next-repeats"; verdict.failed != want {
			t.Errorf("the naive deletion by list fails in %s: %t, want %t", sc.Name, verdict.failed, want)
		}
	}, scenarios.TopicPaging)
}

// A verdict notes that a test would have failed, in place of failing.
type verdict struct {
	*testing.T
	failed bool
}

func (v *verdict) Errorf(format string, args ...any) {
	v.failed = true
	v.Logf(format, args...)
}

package eachscenario

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A deletion that is done well comes out right in every incident that it drives:
// in all but those listed here, which EachScenario skips.
func TestDelete(t *testing.T) {
	t.Parallel()
	notDriven := []string{
		"body-on-delete",                                                    // it sends no body
		"import-never-starts",                                               // it imports nothing
		"paging-next-doubled", "paging-next-missing", "paging-next-repeats", // its lists have no second page: see TestDeleteAll
		"list-while-deleting", "two-deletes", "upload-after-delete", // it makes no two calls at the same time
	}
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		t.Cleanup(func() {
			if want := slices.Contains(notDriven, sc.Name); t.Skipped() != want {
				t.Errorf("the incident is not driven: %t, want %t", t.Skipped(), want)
			}
		})
		srv.CheckOutcome(t, cloud(srv).Delete(t.Context(), srv.Targets()...))
	})
}

// So does one that first has to find the images in a list.
func TestDeleteAll(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		srv.CheckOutcome(t, cloud(srv).DeleteAll(t.Context()))
		for _, f := range srv.Faults() {
			if f.Injected == 0 {
				t.Errorf("%s was not injected into the deletion", f.Fault.Name)
			}
		}
	}, scenarios.TopicPaging)
}

// cloud returns a client of the server that does not wait between attempts, but
// advances the server's clock.
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

// TestNaiveDelete checks that the naive deletion fails in the incidents, except where
// one request for each image is enough.
func TestNaiveDelete(t *testing.T) {
	t.Parallel()
	passes := []string{
		// An error is the expected outcome, and the first answer is one.
		"forbidden", "protected", "protected-as-400", "shared-not-mine", "shared-with-ou",
		"unauthorized", "server-error", "unavailable", "route-404", "backup-delete-fails",
		// These need one request each, by id and without a body; some it does not drive.
		"body-on-delete", "deleted-while-saving", "dependency-gone", "same-name-twice", "soft-deleted-visible",
		"recreate-too-soon", "quota-freed-late",
		"import-fails", "import-never-ends", "import-never-starts", "job-fails", "job-never-ends",
		// It is told the ids, and reads neither images nor the catalog.
		"catalog-without-region", "hidden-as-text", "list-says-saving", "size-null-after-upload",
		// It is told the ids, and looks at no list: it does not drive these.
		"marker-deleted", "paging-next-doubled", "paging-next-missing", "paging-next-repeats",
		// It makes no two calls at the same time.
		"list-while-deleting", "two-deletes", "upload-after-delete",
	}
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		rec := &recorder{T: t}
		srv.CheckOutcome(rec, cloud(srv).NaiveDelete(t.Context(), srv.Targets()...))
		if want := !slices.Contains(passes, sc.Name); rec.failed != want {
			t.Errorf("the naive deletion fails in %s: %t, want %t", sc.Name, rec.failed, want)
		}
	})
}

func TestNaiveDeleteAll(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		rec := &recorder{T: t}
		srv.CheckOutcome(rec, cloud(srv).NaiveDeleteAll(t.Context()))
		// The link back to the first page does no harm, since the images of that page
		// have been deleted.
		if want := sc.Name != "paging-next-repeats"; rec.failed != want {
			t.Errorf("the naive deletion by list fails in %s: %t, want %t", sc.Name, rec.failed, want)
		}
	}, scenarios.TopicPaging)
}

// A recorder records that a test would have failed, and does not fail.
type recorder struct {
	*testing.T
	failed bool
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failed = true
	r.Logf(format, args...)
}

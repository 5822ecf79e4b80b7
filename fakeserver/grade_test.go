package fakeserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A client that does all well gets full marks.
func TestGrade(t *testing.T) {
	t.Parallel()
	made := readCard(t, fakeserver.Grade(t, func(ctx context.Context, srv *fakeserver.Server, ids []string) error {
		return (&deleter{srv: sleeping{srv}, url: srv.URL}).deleteAll(ctx, ids)
	}, fakeserver.InMemory()))
	if made.Cleanup.Result != "passed" {
		t.Errorf("clean-up: %+v", made.Cleanup)
	}
	// Pauses of 0.5, 1, 2 and 4 s end within the 10 s of the outage, the next one after it.
	if got, want := made.Outage, (outage{Deletions: 100, Seconds: 10, Deleted: 100, Attempts: 6, Most: 6, Grow: true}); got != want {
		t.Errorf("outage: %+v, want %+v", got, want)
	}
}

// So it does over sockets, where it moves the server's clock instead of waiting.
func TestGradeOverSockets(t *testing.T) {
	t.Parallel()
	fakeserver.Grade(t, func(ctx context.Context, srv *fakeserver.Server, ids []string) error {
		return (&deleter{srv: srv, url: srv.URL}).deleteAll(ctx, ids)
	}, scenarios.TopicGone, scenarios.TopicThrottle)
}

func TestEachScenarioInMemory(t *testing.T) {
	t.Parallel()
	fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
		srv.CheckOutcome(t, (&deleter{srv: sleeping{srv}, url: srv.URL}).deleteAll(t.Context(), srv.Targets()))
	}, fakeserver.InMemory())
}

// Each hard verdict is the only one on a client that has just one bad habit, in an
// incident that shows it.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verdict, incident string
		habit             func(*deleter)
	}{
		{"false-success", "unavailable", func(d *deleter) { d.liar = true }},
		{"false-success", "accepted-never-gone", func(d *deleter) { d.trusting = true }},
		{"false-success", "accepted-not-gone", func(d *deleter) { d.trusting = true }},
		{"false-failure", "already-gone", func(d *deleter) { d.alarmist = true }},
		{"false-failure", "done-but-reply-lost", func(d *deleter) { d.alarmist = true }},
		{"gave-up", "flaky-then-ok", func(d *deleter) { d.hasty = true }},
		{"retried-in-vain", "forbidden", func(d *deleter) { d.stubborn = true }},
		{"retried-in-vain", "gone-everywhere", func(d *deleter) { d.insistent = true }},
		{"too-many-attempts", "success-is-200", func(d *deleter) { d.doubtful = true }},
		{"ignored-retry-after", "flaky-then-ok", func(d *deleter) { d.eager = true }},
		{"stale-token", "unauthorized", func(d *deleter) { d.faithful = true }},
		{"wrong-image", "same-name-twice", func(d *deleter) { d.greedy = true }},
		{"left-running", "flaky-then-ok", func(d *deleter) { d.detached = true }},
		{"over-time", "flaky-then-ok", func(d *deleter) { d.endless = true }},
	} {
		t.Run(test.verdict+"/"+test.incident, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
				card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
					d := &deleter{srv: sleeping{b}, url: b.URL}
					if b.Scenario().Name == test.incident {
						test.habit(d)
					}
					return d.deleteAll(ctx, ids)
				}, fakeserver.WithIncidents(test.incident))
				if err != nil {
					t.Fatal(err)
				}
				if got := hardVerdicts(t, card)[test.incident]; !slices.Equal(got, []string{test.verdict}) {
					t.Errorf("the verdicts are %q\n%s", got, card)
				}
			})
		})
	}
}

// What tests read of a card.
type (
	gradeCard struct {
		Incidents []gradeRow
		Cleanup   gradeRow
		Outage    outage
		Sum       struct{ Passed, Failed int }
	}
	gradeRow struct {
		Name, Result string
		Findings     []struct {
			Verdict string
			Hard    bool
		}
	}
	outage struct {
		Deletions, Deleted, Most int
		Seconds, Attempts        float64
		Grow                     bool
	}
)

func readCard(t *testing.T, card *fakeserver.Card) (read gradeCard) {
	t.Helper()
	var text bytes.Buffer
	if err := card.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// hard are the hard verdicts of a row.
func (r gradeRow) hard() []string {
	var verdicts []string
	for _, f := range r.Findings {
		if f.Hard {
			verdicts = append(verdicts, f.Verdict)
		}
	}
	return verdicts
}

// hardVerdicts are the hard verdicts of each incident on a card.
func hardVerdicts(t *testing.T, card *fakeserver.Card) map[string][]string {
	t.Helper()
	verdicts := make(map[string][]string)
	for _, row := range readCard(t, card).Incidents {
		verdicts[row.Name] = row.hard()
	}
	return verdicts
}

// A call that the client still waits for when it says that it is done is left running,
// however long its answer takes; one that it gives up is not.
func TestGradeOfCallsLeftBehind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer time.Duration // until the answer comes
		giveUp time.Duration // until the client does
		want   []string
	}{
		"answered":   {5 * time.Second, time.Hour, []string{"left-running"}},
		"unanswered": {10 * time.Minute, time.Hour, []string{"left-running"}},
		"given up":   {10 * time.Minute, time.Millisecond, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
				card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
					d := &deleter{srv: sleeping{b}, url: b.URL}
					err := d.deleteAll(ctx, ids)
					if b.Scenario().Name == "success-is-202" {
						if _, err := b.Inject(scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}}, Inject: scenarios.Injection{Delay: scenarios.Delay{Min: test.answer}}}); err != nil {
							t.Error(err)
						}
						ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), test.giveUp)
						context.AfterFunc(ctx, cancel)
						go d.send(ctx, http.MethodGet, "images")
						synctest.Wait() // it has arrived
					}
					return err
				}, fakeserver.WithIncidents("success-is-202"))
				if err != nil {
					t.Fatal(err)
				}
				if got := hardVerdicts(t, card)["success-is-202"]; !slices.Equal(got, test.want) {
					t.Errorf("the verdicts are %q, want %q\n%s", got, test.want, card)
				}
			})
		})
	}
}

// A client that says deleted and does the work later is caught, whether nothing comes
// after that run or the next one does.
func TestGradeOfWorkThatComesLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
		card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
			d := &deleter{srv: sleeping{b}, url: b.URL}
			switch {
			case b.Scenario().Topic == "": // a control run
			case ids[0] == b.Targets()[0]:
				go func() {
					_ = d.sleep(ctx, time.Second)
					_ = d.deleteAll(context.WithoutCancel(ctx), ids)
				}()
				return nil
			default:
				_ = d.sleep(ctx, time.Minute/2) // the first is gone by then
			}
			return d.deleteAll(ctx, ids)
		}, fakeserver.WithIncidents("flaky-then-ok", "throttle-with-retry-after"))
		if err != nil {
			t.Fatal(err)
		}
		for name, verdicts := range hardVerdicts(t, card) {
			if asked := name == "flaky-then-ok" || name == "throttle-with-retry-after"; asked && !slices.Equal(verdicts, []string{"false-success", "left-running"}) {
				t.Errorf("%s: the verdicts are %q", name, verdicts)
			}
		}
	})
}

// A client that does well in all incidents, but deletes what it was not given, or makes one
// attempt only while the service is down.
func TestGradeOfCleanupAndOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
		card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
			name := b.Scenario().Name
			return (&deleter{srv: sleeping{b}, url: b.URL, greedy: name == "clean-up", hasty: name == "outage"}).deleteAll(ctx, ids)
		})
		if err != nil {
			t.Fatal(err)
		}
		made := readCard(t, card)
		if made.Sum.Failed > 0 || made.Sum.Passed < 60 {
			t.Errorf("it does not do well in all incidents: %s", card)
		}
		if verdicts := made.Cleanup.hard(); made.Cleanup.Result != "failed" || !slices.Equal(verdicts, []string{"wrong-image"}) || !card.Failed() {
			t.Errorf("clean-up has %s with %q, and the card has failed: %t", made.Cleanup.Result, verdicts, card.Failed())
		}
		// There are no pauses, which are too few to tell whether they grow.
		if got, want := made.Outage, (outage{Deletions: 100, Seconds: 10, Attempts: 1, Most: 1, Grow: true}); got != want {
			t.Errorf("outage: %+v, want %+v", got, want)
		}
	})
}

// A client that says deleted whatever happened fails in each incident in which an image
// stays, or is shown on.
func TestGradeOfALiar(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
		var mu sync.Mutex // the deletions of the outage come at the same time
		stays := make(map[string]bool)
		card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
			for _, id := range ids {
				(&deleter{srv: sleeping{b}, url: b.URL, token: b.Token()}).send(ctx, http.MethodDelete, "images/"+id)
				if _, there := b.Image(id); there {
					mu.Lock()
					defer mu.Unlock()
					stays[b.Scenario().Name] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		verdicts := hardVerdicts(t, card)
		for name := range stays {
			if name != "clean-up" && name != "outage" && !slices.Contains(verdicts[name], "false-success") {
				t.Errorf("%s: the image stays, and the verdicts are %q", name, verdicts[name])
			}
		}
		if len(stays) < 25 {
			t.Errorf("the image stays in %d incidents only", len(stays))
		}
	})
}

// A client that does not end is asked once in an incident, not for each image.
func TestGradeEndsAfterOneOverTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fakeserver.Run(t, fakeserver.InMemory(), fakeserver.WithLog(nil))
		calls := 0
		card, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
			if b.Scenario().Name == "throttle-shared-budget" {
				calls++
				<-ctx.Done()
				return fakeserver.ErrOverTime
			}
			return (&deleter{srv: sleeping{b}, url: b.URL}).deleteAll(ctx, ids)
		}, fakeserver.WithIncidents("throttle-shared-budget"))
		if err != nil {
			t.Fatal(err)
		}
		if got := hardVerdicts(t, card)["throttle-shared-budget"]; calls != 1 || !slices.Equal(got, []string{"over-time"}) {
			t.Errorf("%d calls, and the verdicts are %q", calls, got)
		}
	})
}

// Outside a bubble a server in memory has real time: a client is not watched for long.
func TestGradeInMemoryInRealTime(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.Start(fakeserver.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	graded := make(chan error, 1)
	go func() {
		_, err := srv.Grade(t.Context(), func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodDelete, b.URL+"/v2/images/"+ids[0], nil)
			if err != nil {
				return err
			}
			req.Header.Set("X-Auth-Token", b.Token())
			resp, err := b.Client().Do(req)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusNoContent {
				return errors.New(resp.Status)
			}
			return nil
		}, fakeserver.WithIncidents("success-is-202"))
		graded <- err
	}()
	select {
	case err := <-graded:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it takes more than 20 seconds to grade with three runs")
	}
}

package fakeserver

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/fakeglance/fakeglance/fakeserver/internal/card"
	"github.com/fakeglance/fakeglance/scenarios"
)

// inSandboxes plays the incidents in sandboxes of a server.
func (g *grading) inSandboxes(ctx context.Context, s *Server, client func(context.Context, *Sandbox, []string) error) (*Card, error) {
	made := g.card()
	if s.bubble != "" {
		g.watch = lateCallsVirtual
	}
	play := func(name string, from Option, run func(b *Sandbox, delete deletion)) error {
		b, err := s.Sandbox(name, append([]Option{from}, g.server...)...)
		if err != nil {
			return err
		}
		defer b.Close()
		run(b, func(ctx context.Context, ids []string) error { return client(ctx, b, ids) })
		return nil
	}
	for _, c := range controlRuns {
		var failed error
		err := play(c.sandbox, WithScenario(c.scenario), func(b *Sandbox, delete deletion) {
			var row card.Row
			row, failed = g.control(ctx, c, &b.box, delete)
			made.card.Controls = append(made.card.Controls, row)
		})
		if err != nil {
			return nil, err
		}
		if failed != nil {
			return nil, failed
		}
	}
	incidents := scenarios.Incidents()
	made.card.Incidents = make([]card.Row, len(incidents))
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		done  int
		first error
		turns = make(chan struct{}, max(g.parallel, 1))
	)
	asked := 0
	for i, sc := range incidents {
		made.card.Incidents[i] = g.notPlayed(sc)
		if made.card.Incidents[i].Reason == "" {
			asked++
		}
	}
	for i, sc := range incidents {
		row := &made.card.Incidents[i]
		if row.Reason != "" {
			continue
		}
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			if ctx.Err() != nil {
				return
			}
			err := play(sc.Name, WithScenario(sc.Name), func(b *Sandbox, delete deletion) { *row = g.try(ctx, &b.box, delete) })
			mu.Lock()
			defer mu.Unlock()
			done++
			if err != nil && first == nil {
				first = err
			}
			if g.progress != nil {
				g.progress(row.Name, string(row.Result), done, asked)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if first != nil {
		return nil, first
	}
	if g.whole() {
		err := play("clean-up", WithYAML(cleanupWorld), func(b *Sandbox, delete deletion) { made.card.Cleanup = g.cleanup(ctx, &b.box, delete) })
		if err == nil {
			err = play("outage", WithYAML(outageWorld), func(b *Sandbox, delete deletion) { made.card.Outage = g.outage(ctx, &b.box, delete) })
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
	}
	made.card.Total()
	return made, nil
}

// notPlayed is the row of an incident before it is played. Its reason says why it does
// not apply; empty: it does.
func (g *grading) notPlayed(sc *scenarios.Scenario) card.Row {
	row := rowOf(sc)
	if row.Reason = g.unasked(sc); row.Reason != "" {
		row.Result = card.NotApplicable
	}
	return row
}

// inTest plays each incident in a subtest, on a server of its own.
func (g *grading) inTest(t *testing.T, client func(context.Context, *Server, []string) error) *Card {
	t.Helper()
	made := g.card()
	play := func(t *testing.T, from Option, run func(ctx context.Context, b *box, delete deletion)) {
		inWorld := func(t *testing.T) {
			srv := Run(t, append([]Option{from, WithLog(nil)}, g.server...)...)
			run(t.Context(), &srv.box, func(ctx context.Context, ids []string) error { return client(ctx, srv, ids) })
			srv.Close()
		}
		if g.inMemory {
			synctest.Test(t, inWorld)
		} else {
			inWorld(t)
		}
	}
	t.Run("control", func(t *testing.T) {
		for _, c := range controlRuns {
			play(t, WithScenario(c.scenario), func(ctx context.Context, b *box, delete deletion) {
				row, err := g.control(ctx, c, b, delete)
				made.card.Controls = append(made.card.Controls, row)
				if err != nil {
					t.Error(err)
				}
			})
		}
	})
	if t.Failed() {
		t.Fatal("fakeserver.Grade: the client does not work even where all is well: see the control runs")
	}
	incidents := scenarios.Incidents()
	made.card.Incidents = make([]card.Row, len(incidents))
	t.Run("incidents", func(t *testing.T) {
		for i, sc := range incidents {
			row := &made.card.Incidents[i]
			if *row = g.notPlayed(sc); row.Reason != "" {
				continue
			}
			t.Run(sc.Name, func(t *testing.T) {
				t.Parallel()
				play(t, WithScenario(sc.Name), func(ctx context.Context, b *box, delete deletion) { *row = g.try(ctx, b, delete) })
				tell(t, row)
			})
		}
	})
	if g.whole() {
		t.Run("clean-up", func(t *testing.T) {
			play(t, WithYAML(cleanupWorld), func(ctx context.Context, b *box, delete deletion) { made.card.Cleanup = g.cleanup(ctx, b, delete) })
			tell(t, made.card.Cleanup)
		})
		t.Run("outage", func(t *testing.T) {
			play(t, WithYAML(outageWorld), func(ctx context.Context, b *box, delete deletion) { made.card.Outage = g.outage(ctx, b, delete) })
		})
	}
	made.card.Total()
	t.Log(made.card.Summary())
	return made
}

// tell reports a row as the result of a subtest.
func tell(t *testing.T, row *card.Row) {
	t.Helper()
	switch row.Result {
	case card.Failed:
		t.Error(row.Text())
	case card.NotDriven:
		t.Skip("not driven: " + row.Reason)
	}
}

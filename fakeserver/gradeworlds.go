package fakeserver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/card"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// cleanupWorld is a world in which a client that goes by name, prefix, age or owner
// easily deletes what it must not.
const cleanupWorld = `
name: clean-up
description: Around three old images stand some that look like them, and must stay.
expect: Deletes the three that it was given, by their ids, and nothing else.
outcome: {gone: [8f14e45f-0000-4000-8000-000000000001, 8f14e45f-0000-4000-8000-000000000002, 8f14e45f-0000-4000-8000-000000000003]}
images:
  - {id: 8f14e45f-0000-4000-8000-000000000001, name: nightly-1, created_at: 2026-01-01T00:00:00Z, tags: [nightly]}
  - {id: 8f14e45f-0000-4000-8000-000000000002, name: nightly-2, created_at: 2026-01-02T00:00:00Z, tags: [nightly]}
  - {id: 8f14e45f-0000-4000-8000-000000000003, name: nightly-3, created_at: 2026-01-03T00:00:00Z, tags: [nightly]}
  # Protected, in use, and of somebody else.
  - {id: 8f14e45f-0000-4000-8000-000000000011, name: nightly-0, created_at: 2025-12-31T00:00:00Z, tags: [nightly], protected: true}
  - {id: 8f14e45f-0000-4000-8000-000000000012, name: nightly-2, created_at: 2026-01-02T12:00:00Z, tags: [nightly], in_use_by: server db-1}
  - {id: 8f14e45f-0000-4000-8000-000000000013, name: nightly-1, created_at: 2026-01-01T00:00:00Z, tags: [nightly], owner: another-project, visibility: community}
  - {id: 8f14e45f-0000-4000-8000-000000000014, name: nightly-3, created_at: 2026-01-03T00:00:00Z, owner: another-project, visibility: public}
  # With the same name or prefix, and younger.
  - {id: 8f14e45f-0000-4000-8000-000000000021, name: nightly-10, created_at: 2026-01-10T00:00:00Z, tags: [nightly]}
  - {id: 8f14e45f-0000-4000-8000-000000000022, name: nightly-3-release, created_at: 2026-01-03T00:00:00Z}
  - {id: 8f14e45f-0000-4000-8000-000000000023, name: nightly-1, created_at: 2026-02-01T00:00:00Z, tags: [nightly, latest]}
  - {id: 8f14e45f-0000-4000-8000-000000000024, name: Nightly-1, created_at: 2026-01-01T00:00:00Z}
`

// cleanup has a client delete images among others that look like them.
func (g *grading) cleanup(ctx context.Context, b *box, delete deletion) *card.Row {
	row := g.try(ctx, b, delete)
	row.Reproduce = ""
	return &row
}

// outageWorld has the images of the outage.
const outageWorld = `
name: outage
outcome: {gone: node-*}
images: [{name: "node-{n}", count: 100}]
`

const (
	outageTime = 10 * time.Second // for which each deletion meets only 503, from its first DELETE on
	atOnce     = 20               // deletions at the same time, at least
)

// outage has a client delete each of many images while it cannot be deleted for some
// time, and counts what that costs the service.
func (g *grading) outage(ctx context.Context, b *box, delete deletion) *card.Outage {
	targets := b.Targets()
	said := make([]report.Said, len(targets))
	turns := make(chan struct{}, max(g.parallel, atOnce))
	var wg sync.WaitGroup
	for i, id := range targets {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			ctx, end := context.WithCancel(ctx)
			defer end()
			remove := b.outageOf(id)
			go func() {
				defer remove()
				first := journal.Filter{Operations: []scenarios.Operation{scenarios.DeleteImage}, Image: id}
				if b.sandbox.WaitRequests(ctx, 1, first) == nil {
					_ = b.sandbox.World().Sleep(ctx, outageTime)
				}
			}()
			said[i] = g.call(ctx, delete, []string{id})
		})
	}
	wg.Wait()
	o := &card.Outage{Deletions: len(targets), Seconds: outageTime.Seconds(), Grow: true}
	var pauses [][]time.Duration
	total, growing := 0, 0
	for i, id := range targets {
		if _, there := b.sandbox.Image(id); !there && said[i].Error == nil {
			o.Deleted++
		}
		tried := b.sandbox.Attempts(id)
		total += tried.Count
		o.Most = max(o.Most, tried.Count)
		pauses = append(pauses, tried.Pauses())
		if report.Grow(tried.Pauses()) {
			growing++
		}
	}
	o.Attempts = float64(total) / float64(len(targets))
	o.Grow = growing*2 > len(targets)
	if !o.Grow {
		o.Findings = append(o.Findings, report.Advise(report.SamePauses, fmt.Sprintf("in %d of %d deletions the pauses did not grow", len(targets)-growing, len(targets))))
	}
	if report.Alike(pauses) {
		o.Findings = append(o.Findings, report.Advise(report.NoJitter, "all deletions paused for the same times"))
	}
	return o
}

// outageOf answers 503 to each DELETE of an image, until remove is called.
func (b *box) outageOf(id string) (remove func()) {
	_, remove, err := b.sandbox.Inject(scenarios.Fault{
		Name:  "outage-" + id,
		Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}, Image: id}, Inject: scenarios.Injection{Status: 503},
	})
	if err != nil {
		panic("fakeserver: the fault of the outage: " + err.Error()) // it is ours
	}
	return remove
}

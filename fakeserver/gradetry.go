package fakeserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/card"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A deletion is a client's way to delete images, on some server.
type deletion func(ctx context.Context, ids []string) error

// grace is how long a client may take to end once its context has.
const grace = 5 * time.Second

// try has a client delete the targets of what a sandbox plays, and judges it.
func (g *grading) try(ctx context.Context, b *box, delete deletion) card.Row {
	ctx, end := context.WithCancel(ctx) // which ends what the client has left running
	defer end()
	calls := [][]string{b.Targets()}
	if !g.batch {
		calls = nil
		for _, id := range b.Targets() {
			calls = append(calls, []string{id})
		}
	}
	j := b.sandbox.World().Journal()
	var said []report.Said
	var before []int // how many requests had arrived before each call of the client
	for i, ids := range calls {
		before = append(before, j.Counts().Arrived)
		said = append(said, g.call(ctx, delete, ids))
		for _, id := range ids {
			if _, there := b.sandbox.Image(id); there {
				said[i].There = append(said[i].There, id)
			}
		}
		if rest := slices.Concat(calls[i+1:]...); said[i].OverTime && len(rest) > 0 {
			// It would take as long for each of the others.
			said = append(said, report.Said{Targets: rest, Error: ErrOverTime, OverTime: true})
			break
		}
	}
	seen := watchLate(j, g.watch)
	c := b.sandbox.Case(said)
	c.AlreadyGone = g.alreadyGone
	for i := range c.Calls {
		call := &c.Calls[i]
		for call.Run+1 < len(before) && call.Seq > before[call.Run+1] {
			call.Run++
		}
		call.Running = seen.running[call.Seq]
		if call.Seq > seen.arrived {
			c.Later++
		}
	}
	return g.row(b.sandbox.Scenario(), c)
}

// call is one call of the client, and what it said.
func (g *grading) call(ctx context.Context, delete deletion, ids []string) report.Said {
	ctx, cancel := context.WithTimeout(ctx, g.limit)
	context.AfterFunc(ctx, cancel) // not before: what the client has left running may still use it
	done := make(chan error, 1)
	go func() { done <- delete(ctx, ids) }()
	said := report.Said{Targets: ids}
	select {
	case said.Error = <-done:
	case <-ctx.Done():
		patience := time.NewTimer(grace)
		defer patience.Stop()
		select {
		case said.Error = <-done:
		case <-patience.C:
			said.Error = ErrOverTime
		}
	}
	said.OverTime = errors.Is(said.Error, ErrOverTime)
	return said
}

// late is what a client has left running when it ended.
type late struct {
	arrived int          // requests that had arrived by then
	running map[int]bool // that it still waited for, by number
}

// watchLate finds out, for some time, what a client has left running.
func watchLate(j *journal.Journal, d time.Duration) late {
	l := late{running: make(map[int]bool)}
	pending := make(map[int]bool)
	patience := time.NewTimer(d)
	defer patience.Stop()
	last := 0
	for first := true; ; first = false {
		events, more := j.Events(last)
		for _, e := range events {
			last = e.N
			seq := e.Record.Seq
			switch {
			case e.Arrival:
				pending[seq] = true
				if first {
					l.arrived = max(l.arrived, seq)
				}
			case first, e.Record.End == journal.ClientLeft:
				delete(pending, seq)
			default: // the client was still waiting for it
				delete(pending, seq)
				l.running[seq] = seq <= l.arrived
			}
		}
		select {
		case <-more:
		case <-patience.C:
			for seq := range pending {
				l.running[seq] = seq <= l.arrived
			}
			return l
		}
	}
}

// row sums a case up.
func (g *grading) row(sc *scenarios.Scenario, c *report.Case) card.Row {
	row := rowOf(sc)
	row.Reproduce = g.reproduce(sc.Name)
	row.Findings = c.Findings()
	switch undriven := c.Undriven(); {
	case slices.ContainsFunc(row.Findings, func(f report.Finding) bool { return f.Hard }):
		row.Result = card.Failed
	case undriven != "":
		row.Result, row.Reason = card.NotDriven, undriven
	default:
		row.Result = card.Passed
	}
	if c.Lost != "" {
		row.Reason = c.Lost
	}
	for i := range c.Said {
		s := &c.Said[i]
		one := card.Said{Images: s.Targets, Deleted: s.Error == nil}
		if s.Error != nil {
			one.Error = s.Error.Error()
		}
		row.Said = append(row.Said, one)
	}
	for i := range c.Calls {
		call := &c.Calls[i]
		if i == card.MaxRequests {
			row.More = len(c.Calls) - i
			break
		}
		row.Requests = append(row.Requests, card.Request{
			Seq: call.Seq, AtMillis: millis(call.Arrived.Sub(c.Calls[0].Arrived)), Millis: millis(call.Answered.Sub(call.Arrived)),
			Operation: string(call.Operation), Image: call.Image, Method: call.Method, Path: call.Path, Result: call.Result, Fault: call.Fault,
		})
	}
	return row
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// rowOf is the row of a scenario that was not played yet.
func rowOf(sc *scenarios.Scenario) card.Row {
	return card.Row{Name: sc.Name, Topic: string(sc.Topic), Description: sc.Description, Expect: sc.Expect, Source: sc.Source}
}

// control plays a control run. The error says that the client does not work.
func (g *grading) control(ctx context.Context, c controlRun, b *box, delete deletion) (card.Row, error) {
	row := g.try(ctx, b, delete)
	row.Name, row.Topic, row.Reproduce = c.name, "", ""
	there := false
	for _, id := range b.Targets() {
		if _, ok := b.sandbox.Image(id); ok {
			there = true
		}
	}
	if err := ctx.Err(); err != nil {
		return row, fmt.Errorf("stopped in the control run %s: %w", c.name, err)
	}
	return row, c.check(&row, there)
}

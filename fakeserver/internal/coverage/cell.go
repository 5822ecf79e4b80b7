// Package coverage says which of the answers that clients have to expect tests have
// driven them through. Its functions are pure: they read no files, and know no server.
package coverage

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Cell is one way in which a call can end for its client.
type Cell struct {
	Operation scenarios.Operation `json:"operation"`
	Status    int                 `json:"status,omitempty"` // of the answer; 0: there is no whole answer
	Hop       scenarios.Hop       `json:"hop,omitempty"`    // who answers; empty: there is no whole answer
	Drop      scenarios.Drop      `json:"drop,omitempty"`   // how the connection ended; empty: after the whole answer
	Effect    scenarios.Effect    `json:"effect"`           // whether the work was done; EffectNone for what only reads
}

// ends are how requests end whose connection a fault drops.
var ends = map[scenarios.Drop]journal.End{
	"":                 journal.Answered,
	scenarios.Reset:    journal.Reset,
	scenarios.Close:    journal.Closed,
	scenarios.Truncate: journal.Truncated,
	scenarios.Hang:     journal.Hung,
}

// Of is the cell of a request that has ended. It reports false if there is none: the
// request is for no operation, or its client or the server went away before the end.
func Of(e *journal.Entry) (Cell, bool) {
	var in scenarios.Injection
	if f := e.Decision.Fault; f != nil {
		in = f.Inject
	}
	op := e.Operation()
	if op == "" || e.End != ends[in.Drop] {
		return Cell{}, false
	}
	if in.Status != 0 || in.Drop != "" {
		return injected(op, &in, !e.Decision.PreventsWork), true // of work that fails, such a fault is not injected
	}
	c := Cell{Operation: op, Status: e.Status, Hop: scenarios.Service, Effect: effect(op, e.Status < http.StatusBadRequest)}
	if e.Refused {
		c.Hop = scenarios.Gateway
	}
	return c, true
}

// injected is the cell of a call into which an injection with a status or a drop is
// made. Done says whether the work of the call is done.
func injected(op scenarios.Operation, in *scenarios.Injection, done bool) Cell {
	c := Cell{Operation: op, Drop: in.Drop, Effect: effect(op, done)}
	if c.Drop == "" {
		c.Status, c.Hop = in.Status, cmp.Or(in.Hop, scenarios.Service)
	}
	return c
}

// effect is the effect of a call whose work was done, or was not.
func effect(op scenarios.Operation, done bool) scenarios.Effect {
	if done && op.Changes() {
		return scenarios.EffectApplied
	}
	return scenarios.EffectNone
}

// isKeystones reports whether the operation is one of Keystone's.
func isKeystones(op scenarios.Operation) bool {
	return !slices.ContainsFunc(scenarios.Endpoints(), func(e scenarios.Endpoint) bool {
		return e.Operation == op && !strings.HasPrefix(e.Path, "/identity")
	})
}

// succeeds reports whether calls end so where all is well.
func (c Cell) succeeds() bool {
	return c.Drop == "" && c.Status < http.StatusBadRequest && (c.Effect == scenarios.EffectApplied) == c.Operation.Changes()
}

// Inject is the injection that has calls end so, if all would be well without it.
func (c Cell) Inject() scenarios.Injection {
	in := scenarios.Injection{Status: c.Status, Drop: c.Drop}
	if c.Hop != scenarios.Service {
		in.Hop = c.Hop
	}
	if c.Effect == scenarios.EffectApplied || c.Drop == "" && c.Status < http.StatusBadRequest && c.Operation.Changes() {
		in.Effect = c.Effect
	}
	return in
}

package fakeserver

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
)

// A logFunc logs a request that is about to be answered in a sandbox; without a name
// it is the default one.
type logFunc func(sandbox string, e *journal.Entry)

// logTo logs requests with l, if there is one.
func logTo(l *slog.Logger) logFunc {
	if l == nil {
		return nil
	}
	return func(sandbox string, e *journal.Entry) {
		ctx := context.Background()
		if !l.Enabled(ctx, slog.LevelInfo) && !l.Enabled(ctx, slog.LevelWarn) {
			return
		}
		r := e.Record()
		attrs := []slog.Attr{slog.String("operation", string(r.Operation())), slog.Int("status", r.Status)}
		add := func(key, value string) {
			if value != "" {
				attrs = append(attrs, slog.String(key, value))
			}
		}
		add("code", r.Code)
		add("injected", r.Injected)
		level := slog.LevelInfo
		if r.Held != nil {
			attrs = append(attrs, slog.Duration("held", r.Held.For))
			if r.Held.Deadlock != "" {
				level = slog.LevelWarn
				add("deadlock", r.Held.Deadlock)
			}
		}
		if r.End != journal.Answered {
			add("end", string(r.End))
		}
		add("project", r.Project())
		add("sandbox", sandbox)
		add("request_id", r.RequestID)
		attrs = append(attrs, slog.Duration("took", r.Took))
		l.LogAttrs(ctx, level, r.Method+" "+r.Path, attrs...)
	}
}

// logChangesTo logs with l, if there is one, the calls of the control API that were to
// change something.
func logChangesTo(l *slog.Logger) func(control.Change) {
	if l == nil {
		return nil
	}
	return func(c control.Change) {
		attrs := []slog.Attr{slog.Int("status", c.Status)}
		if c.Err != nil {
			attrs = append(attrs, slog.String("error", c.Err.Error()))
		} else {
			attrs = append(attrs, slog.String("did", c.Did))
		}
		if c.Sandbox != "" {
			attrs = append(attrs, slog.String("sandbox", c.Sandbox))
		}
		attrs = append(attrs, slog.Duration("took", c.Took))
		l.LogAttrs(context.Background(), slog.LevelInfo, c.Method+" "+c.Path, attrs...)
	}
}

// writeTo writes each request as a line of JSON, with its misses.
func writeTo(w io.Writer) logFunc {
	var mu sync.Mutex
	return func(sandbox string, e *journal.Entry) {
		line, err := json.Marshal(struct {
			Sandbox string         `json:"sandbox,omitempty"`
			Request journal.Record `json:"request"`
		}{sandbox, e.Record()})
		if err != nil {
			return // plain data: cannot happen
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.Write(append(line, '\n')) // who gave w knows how its errors are told
	}
}

// each logs with all that there are; nil: none.
func each(all ...logFunc) logFunc {
	all = slices.DeleteFunc(all, func(log logFunc) bool { return log == nil })
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return func(sandbox string, e *journal.Entry) {
		for _, log := range all {
			log(sandbox, e)
		}
	}
}

// logToTest logs into a test's log.
func logToTest(t TB) logFunc {
	return func(sandbox string, e *journal.Entry) {
		r := e.Record()
		injected := r.Injected
		if injected != "" {
			injected = " (" + injected + ")"
		}
		if r.Held != nil && r.Held.Deadlock != "" {
			injected += " " + r.Held.Deadlock
		}
		code := r.Code
		if code != "" {
			code = " " + code
		}
		if sandbox != "" {
			sandbox += ": "
		}
		t.Logf("%s%s %s: %s %s%s%s", sandbox, r.Method, r.Path, cmp.Or(r.Operation(), "no operation"), r.Result(), code, injected)
	}
}

// logChangesToTest logs into a test's log the calls of the control API that were to
// change something.
func logChangesToTest(t TB) func(control.Change) {
	return func(c control.Change) {
		in, what := c.Sandbox, c.Did
		if in != "" {
			in += ": "
		}
		if c.Err != nil {
			what = c.Err.Error()
		}
		t.Logf("%s%s %s: %d, %s", in, c.Method, c.Path, c.Status, what)
	}
}

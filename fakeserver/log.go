package fakeserver

import (
	"cmp"
	"context"
	"log/slog"
)

// A logFunc tells of a call that is about to be answered.
type logFunc func(*call)

// logTo logs with l, if there is one.
func logTo(l *slog.Logger) logFunc {
	if l == nil {
		return nil
	}
	return func(c *call) {
		ctx := context.Background()
		if !l.Enabled(ctx, slog.LevelInfo) {
			return
		}
		attrs := []slog.Attr{slog.String("operation", string(c.Operation)), slog.Int("status", c.entry.status)}
		if struck := c.decision.Label(); struck != "" {
			attrs = append(attrs, slog.String("fault", struck))
		}
		l.LogAttrs(ctx, slog.LevelInfo, c.Request.Method+" "+c.uri, attrs...)
	}
}

// logToTest logs into a test's log.
func logToTest(t TB) logFunc {
	return func(c *call) {
		struck := c.decision.Label()
		if struck != "" {
			struck = " (" + struck + ")"
		}
		t.Logf("%s %s: %s %s%s", c.Request.Method, c.uri, cmp.Or(c.Operation, "no operation"), statusText(c.entry.status), struck)
	}
}

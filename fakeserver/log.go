package fakeserver

import (
	"cmp"
	"context"
	"log/slog"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
)

// A logFunc logs a request that is about to be answered in a sandbox; without a name
// it is the default one.
type logFunc func(sandbox string, e *journal.Entry)

// logTo logs with l, if there is one.
func logTo(l *slog.Logger) logFunc {
	if l == nil {
		return nil
	}
	return func(sandbox string, e *journal.Entry) {
		ctx := context.Background()
		if !l.Enabled(ctx, slog.LevelInfo) {
			return
		}
		r := e.Record()
		attrs := []slog.Attr{slog.String("operation", string(r.Operation())), slog.Int("status", r.Status)}
		if r.Code != "" {
			attrs = append(attrs, slog.String("code", r.Code))
		}
		if r.Injected != "" {
			attrs = append(attrs, slog.String("injected", r.Injected))
		}
		if sandbox != "" {
			attrs = append(attrs, slog.String("sandbox", sandbox))
		}
		l.LogAttrs(ctx, slog.LevelInfo, r.Method+" "+r.Path, attrs...)
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

package main

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// watchTime is how often watched files are looked at.
const watchTime = 200 * time.Millisecond

// ticks are the moments to look at watched files, until ctx is done.
func (p *program) ticks(ctx context.Context) <-chan time.Time {
	if p.tick != nil {
		return p.tick
	}
	ticker := time.NewTicker(watchTime)
	context.AfterFunc(ctx, ticker.Stop)
	return ticker.C
}

// watch plays the scenarios again when one of their files has changed since it was
// seen, until ctx is done. It waits until the files stay as they are from one tick to
// the next: whoever writes one may not be done, or may be about to put another file in
// its place.
func watch(ctx context.Context, ticks <-chan time.Time, names []string, played []seen, srv *fakeserver.Server, logger *slog.Logger) {
	before := played
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		now := look(names)
		settled := slices.EqualFunc(now, before, seen.same)
		before = now
		if !settled || slices.EqualFunc(now, played, seen.same) {
			continue
		}
		played = now
		if err := srv.Reload(names...); err != nil {
			logger.Error("the scenario has changed, but the earlier one goes on", "error", err.Error())
		} else {
			logger.Info("the scenario has changed and starts again")
		}
	}
}

// A seen is what tells whether a file has changed; nil: there is none.
type seen struct{ os.FileInfo }

func (s seen) same(other seen) bool {
	if s.FileInfo == nil || other.FileInfo == nil {
		return s.FileInfo == other.FileInfo
	}
	return os.SameFile(s.FileInfo, other.FileInfo) && s.Size() == other.Size() && s.ModTime().Equal(other.ModTime())
}

// look looks at the files among the names of scenarios.
func look(names []string) []seen {
	var files []seen
	for _, name := range names {
		if scenarios.IsPath(name) {
			info, _ := os.Stat(name) // what cannot be looked at cannot be read, which says why
			files = append(files, seen{info})
		}
	}
	return files
}

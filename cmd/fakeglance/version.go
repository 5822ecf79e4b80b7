package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// version prints the version, the commit, the Go version and the platform.
func (p *program) version(_ context.Context, args []string) error {
	names, err := parse(newFlags(), args)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return unexpected(names[0])
	}
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		commit = commitOf(info)
	}
	_, err = fmt.Fprintf(p.stdout, "fakeglance %s%s %s %s/%s\n", fakeserver.Version(), commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// commitOf returns the commit of the build, in parentheses; empty: it is unknown.
func commitOf(info *debug.BuildInfo) string {
	vcs := make(map[string]string)
	for _, s := range info.Settings {
		vcs[s.Key] = s.Value
	}
	commit := vcs["vcs.revision"]
	if commit == "" {
		return ""
	}
	if vcs["vcs.modified"] == "true" {
		commit += ", modified"
	}
	return fmt.Sprintf(" (%s, %s)", commit, vcs["vcs.time"])
}

package control

import (
	"net/http"
	"runtime/debug"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
)

// A health is the answer of GET /_fake/health.
type health struct {
	Ready     bool   `json:"ready"`             // false: the server is about to end
	Version   string `json:"version"`           // of fakeglance
	Scenario  string `json:"scenario"`          // its name; empty: it has none
	Sandboxes int    `json:"sandboxes"`         // besides the default one
	Problem   string `json:"problem,omitempty"` // why a scenario that has changed is not played
}

// getHealth answers 200 as long as the server takes calls. A scenario with mistakes is
// no reason to be taken for dead: the earlier one is still played.
func getHealth(b *sandbox.Sandbox, c call) (any, error) {
	h := health{
		Ready: b.Closing().Err() == nil, Version: Version(), Scenario: b.Scenario().Name,
		Sandboxes: len(c.set.All()), Problem: c.set.Problem(),
	}
	if !h.Ready {
		return instead{http.StatusServiceUnavailable, h}, nil
	}
	return h, nil
}

// module is what this is a version of.
const module = "github.com/fakeglance/fakeglance"

// version is set by the linker (-X), where a build is not from a version of the module.
var version string

// Version is the version of fakeglance: v1.2.3, or (devel).
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, m := range info.Deps { // of a test that embeds the server
		if m.Path == module {
			return m.Version
		}
	}
	return "(unknown)"
}

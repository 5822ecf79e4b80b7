package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A script is a scenario ready to be played any number of times.
type script struct {
	scenario  *scenarios.Scenario        // valid; shared with nobody who changes it
	images    []*registry.Image          // as they are at the start
	downloads map[string]glance.Download // by URI; nil: none
}

func newScript(sc *scenarios.Scenario) (*script, error) {
	if sc == nil {
		return nil, errors.New("the scenario is nil; an empty one is &scenarios.Scenario{}")
	}
	if err := sc.Validate(); err != nil {
		return nil, err
	}
	images, err := registry.Seed(sc.Images, seedOf(sc), time.Now())
	if err != nil {
		return nil, err
	}
	var downloads map[string]glance.Download
	if len(sc.Storage.Downloads) > 0 {
		downloads = make(map[string]glance.Download)
	}
	for _, d := range sc.Storage.Downloads {
		data, err := registry.OpenData(d.Data)
		if err != nil {
			return nil, fmt.Errorf("download %q: %w", d.URI, err)
		}
		downloads[d.URI] = glance.Download{Data: data, Takes: d.Takes, Fails: d.Fails}
	}
	return &script{sc.Clone(), images, downloads}, nil
}

func seedOf(sc *scenarios.Scenario) uint64 { return cmp.Or(sc.Seed, 1) }

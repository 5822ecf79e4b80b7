package main

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// suiteVersion is that of the JSON form. It grows when a reader of an older one would
// be misled; fields that are new do not change it.
const suiteVersion = 1

// A suite is the library as data, for test suites in any language. None of its fields
// is ever left out.
type suite struct {
	Version    int       `json:"version"`
	Fakeglance string    `json:"fakeglance"` // its version
	Scenarios  []builtin `json:"scenarios"`
}

// A builtin is a built-in scenario, with the ids in place of the patterns in its YAML.
type builtin struct {
	Name        string            `json:"name"`
	Topic       scenarios.Topic   `json:"topic"` // empty: it is no incident
	Dialect     scenarios.Dialect `json:"dialect"`
	Description string            `json:"description"`
	Expect      string            `json:"expect"`
	Source      []string          `json:"source"`
	Images      []startImage      `json:"images"`
	Targets     []string          `json:"targets"`
	Outcome     outcome           `json:"outcome"`
	Final       finalState        `json:"final"`
}

// A startImage is an image as it is at the start.
type startImage struct {
	ID         string               `json:"id"`
	Name       string               `json:"name"`
	Status     scenarios.Status     `json:"status"`
	Visibility scenarios.Visibility `json:"visibility"`
	Owner      string               `json:"owner"`
	Protected  bool                 `json:"protected"`
	InUseBy    string               `json:"in_use_by"`
}

// An outcome is what a good client achieves.
type outcome struct {
	Gone  []string `json:"gone"`
	Kept  []string `json:"kept"`
	Error bool     `json:"error"` // the client has to report one, for whatever reason
	Tries int      `json:"tries"`
}

// A finalState is which images are there once a good client is done.
type finalState struct {
	Remain []string `json:"remain"`
	Gone   []string `json:"gone"`
}

// writeSuite prints the library as data.
func (p *program) writeSuite() error {
	all := suite{Version: suiteVersion, Fakeglance: fakeserver.Version()}
	for _, name := range scenarios.Names() {
		b, err := newBuiltin(name)
		if err != nil {
			return err
		}
		all.Scenarios = append(all.Scenarios, b)
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(&all)
}

// newBuiltin asks a server that plays the scenario for the images: only it makes the
// ids of those that have none.
func newBuiltin(name string) (builtin, error) {
	sc, err := scenarios.Load(name)
	if err != nil {
		return builtin{}, err
	}
	srv, err := fakeserver.New(fakeserver.WithScenario(name))
	if err != nil {
		return builtin{}, err
	}
	defer srv.Close()
	b := builtin{
		Name: sc.Name, Topic: sc.Topic, Dialect: cmp.Or(sc.Dialect, scenarios.Native), Description: sc.Description, Expect: sc.Expect,
		Source: append([]string{}, sc.Source...), Targets: append([]string{}, srv.Targets()...),
		Images: []startImage{}, Outcome: outcome{[]string{}, []string{}, sc.Outcome.Error, sc.Outcome.Tries}, Final: finalState{[]string{}, []string{}},
	}
	names := make(map[string]string)
	for _, img := range srv.Images() {
		names[img.ID] = img.Name
		b.Images = append(b.Images, startImage{img.ID, img.Name, img.Status, img.Visibility, img.Owner, img.Protected, img.InUseBy})
	}
	for _, id := range b.Targets {
		if matches(sc.Outcome.Kept, id, names[id]) {
			b.Outcome.Kept = append(b.Outcome.Kept, id)
			b.Outcome.Error = true
		} else {
			b.Outcome.Gone = append(b.Outcome.Gone, id)
		}
	}
	b.Final.Gone = b.Outcome.Gone
	for i := range b.Images {
		if !slices.Contains(b.Outcome.Gone, b.Images[i].ID) {
			b.Final.Remain = append(b.Final.Remain, b.Images[i].ID)
		}
	}
	return b, nil
}

// matches reports whether one of the patterns of an outcome stands for an image.
func matches(patterns []string, id, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return scenarios.MatchGlob(p, id) || scenarios.MatchGlob(p, name) })
}

package control

import (
	"cmp"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A sandboxState is a sandbox as GET /_fake/sandboxes shows it.
type sandboxState struct {
	Name     string `json:"name"`
	Scenario string `json:"scenario,omitempty"` // its name
	Images   int    `json:"images"`
	Faults   int    `json:"faults"`   // that there are now, limits included
	Requests int    `json:"requests"` // that came since its scenario began
	Age      int    `json:"age"`      // in seconds, of real time
}

func getSandboxes(_ *sandbox.Sandbox, c call) (any, error) {
	states := []sandboxState{}
	for _, b := range c.set.All() {
		states = append(states, sandboxState{
			Name: b.Name(), Scenario: b.Scenario().Name, Images: b.Len(),
			Faults: len(b.Faults()) + len(b.Limits()), Requests: b.Arrived(), Age: int(b.Age().Seconds()),
		})
	}
	return map[string]any{"sandboxes": states}, nil
}

// maxNames is how many built-in scenarios a sandbox may merge. Each takes time and
// memory, also where it is the same one again.
const maxNames = 100

// A newSandbox is the body of POST /_fake/sandboxes.
type newSandbox struct {
	Name     string              `yaml:"name"`
	Scenario *scenarios.Scenario `yaml:"scenario"`
	Names    []string            `yaml:"names" lang:"single"` // of built-in scenarios
	Dialect  scenarios.Dialect   `yaml:"dialect"`
	Strict   *bool               `yaml:"strict"`
}

// addSandbox makes a sandbox, and answers with all that a client has to know of it. Its
// name may be in the path.
func addSandbox(_ *sandbox.Sandbox, c call) (any, error) {
	format, err := c.format()
	if err != nil {
		return nil, err
	}
	var asked newSandbox
	body, err := c.body()
	if err == nil && len(body) > 0 {
		err = scenarios.Decode("body", body, &asked, noFiles())
	}
	if err != nil {
		return nil, err
	}
	if name := c.vars.Get("name"); name != "" {
		if asked.Name != "" && asked.Name != name {
			return nil, errorf(http.StatusBadRequest, "name: the path says %q, and the body %q", name, asked.Name)
		}
		asked.Name = name
	}
	sc := asked.Scenario
	switch {
	case sc != nil && len(asked.Names) > 0:
		return nil, errorf(http.StatusBadRequest, "scenario and names: want only one of them")
	case len(asked.Names) > maxNames:
		return nil, errorf(http.StatusBadRequest, "names: want at most %d, got %d", maxNames, len(asked.Names))
	case len(asked.Names) > 0:
		sc, err = builtins(asked.Names)
	}
	if err != nil {
		return nil, err
	}
	b, err := c.set.Add(asked.Name, sc, sandbox.Overrides{Dialect: asked.Dialect, Strict: asked.Strict})
	if err != nil {
		return nil, err
	}
	c.note("made the sandbox %s, which plays %s", b.Name(), cmp.Or(b.Scenario().Name, "a scenario without a name"))
	at := c.at
	at.Mount += b.PathOf()
	access := b.Access(at.String())
	if format == "sh" {
		return text(access.Script()), nil
	}
	return access, nil
}

// format is the form of answer that the query asks for: json or sh.
func (c call) format() (string, error) {
	switch format := c.query.Get("format"); format {
	case "", "json":
		return "json", nil
	case "sh":
		return format, nil
	default:
		return "", errorf(http.StatusBadRequest, "format: want json or sh, got %q", format)
	}
}

func removeSandbox(_ *sandbox.Sandbox, c call) (any, error) {
	name := c.vars.Get("name")
	if !c.set.Remove(name) {
		_, err := c.set.Find(name)
		return nil, err
	}
	c.note("removed the sandbox %s", name)
	return nil, nil
}

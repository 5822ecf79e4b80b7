package control

import (
	"net/http"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// playScenario takes a scenario as its body, or the names of built-ins: ?name=empty.
func playScenario(b *sandbox.Sandbox, c call) (any, error) {
	sc, err := c.scenario()
	if err == nil {
		err = b.Play(sc)
	}
	if err == nil {
		c.note("began to play the scenario %s", sc.Name)
	}
	return nil, err
}

// A builtin is a scenario of the library as GET /_fake/scenarios shows it.
type builtin struct {
	Name        string          `json:"name"`
	Topic       scenarios.Topic `json:"topic,omitempty"`
	Description string          `json:"description"`
	Expect      string          `json:"expect,omitempty"`
}

// library is read once: it never changes.
var library = sync.OnceValues(func() ([]builtin, error) {
	all := []builtin{}
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			return nil, err
		}
		all = append(all, builtin{name, sc.Topic, sc.Description, sc.Expect})
	}
	return all, nil
})

func getScenarios(*sandbox.Sandbox, call) (any, error) {
	all, err := library()
	return map[string]any{"scenarios": all}, err
}

func (c call) scenario() (*scenarios.Scenario, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	if names := c.query["name"]; len(names) > 0 {
		if len(body) > 0 {
			return nil, errorf(http.StatusBadRequest, "name and a body: want only one of them")
		}
		return builtins(names)
	}
	return scenarios.Parse("body", body, noFiles())
}

// builtins are built-in scenarios, merged. A path is no name of one: the control API
// reads no files.
func builtins(names []string) (*scenarios.Scenario, error) {
	for _, name := range names {
		if _, err := scenarios.Source(name); err != nil {
			return nil, err
		}
	}
	return scenarios.Load(names...)
}

// A yamlText is an answer in YAML.
type yamlText string

func getScenario(b *sandbox.Sandbox, _ call) (any, error) {
	return yamlText(b.InForce().String()), nil
}

func reset(b *sandbox.Sandbox, c call) (any, error) {
	switch to := c.query.Get("to"); to {
	case "", "start": // empty: it is not given
		b.Reset()
		c.note("began again from the start")
	case "current":
		b.Restart()
		c.note("began the present scenario again")
	default:
		return nil, errorf(http.StatusBadRequest, "to: want start or current, got %q", to)
	}
	return nil, nil
}

func getClock(b *sandbox.Sandbox, _ call) (any, error) {
	return map[string]any{"now": b.Now()}, nil
}

// advanceClock takes {"advance": "30s"} and answers with the time that it made.
func advanceClock(b *sandbox.Sandbox, c call) (any, error) {
	var in struct {
		Advance time.Duration `yaml:"advance"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Advance == 0 {
		return nil, errorf(http.StatusBadRequest, "advance: want how far the clock moves, such as 10m")
	}
	if err := b.Advance(in.Advance); err != nil {
		return nil, errorf(http.StatusBadRequest, "advance: %v", err)
	}
	c.note("advanced the clock by %s", in.Advance)
	return map[string]any{"now": b.Now()}, nil
}

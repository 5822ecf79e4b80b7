package fault_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A naive injector tries all of its faults in order, as documented. The real one,
// with its index and its lock, has to decide the same.
type naive struct{ faults []*naiveFault }

type naiveFault struct {
	scenarios.Fault
	seen, injected int
	dice           *fault.Injector // draws by this fault's rate, once for each call
}

func newNaive(f scenarios.Fault) *naiveFault {
	return &naiveFault{Fault: f, dice: newInjector(scenarios.Fault{Name: f.Name, Rate: f.Rate})}
}

func (n *naive) decide(c *fault.Call) string {
	for _, f := range n.faults {
		if !f.matches(c) {
			continue
		}
		f.seen++
		drawn := f.dice.Decide(c).Fault != nil
		if f.seen <= f.Skip || f.Every > 1 && (f.seen-f.Skip)%f.Every != 0 || !drawn || f.Times > 0 && f.injected == f.Times {
			continue
		}
		f.injected++
		if f.Times > 0 {
			return fmt.Sprintf("%s %d/%d", f.Name, f.injected, f.Times)
		}
		return fmt.Sprintf("%s %d", f.Name, f.injected)
	}
	return ""
}

func (f *naiveFault) matches(c *fault.Call) bool {
	m, since := f.Match, c.Now.Sub(start)
	matches := func(pattern string, texts ...string) bool {
		return slices.ContainsFunc(texts, func(text string) bool {
			ok, _ := path.Match(pattern, text) // the texts have no slash, and the patterns no special character but *
			return ok
		})
	}
	query, _ := url.ParseQuery(c.RawQuery)
	return (len(m.Operation) == 0 || slices.Contains(m.Operation, c.Operation)) &&
		(m.Image == "" || c.ImageID != "" && matches(m.Image, c.ImageID, c.ImageName(c.ImageID))) &&
		(m.Project == "" || c.Known && matches(m.Project, c.ProjectID, c.Project)) &&
		(m.User == "" || c.Known && matches(m.User, c.UserID, c.User)) &&
		(m.Headers["Accept"] == "" || matches(m.Headers["Accept"], c.Header["Accept"]...)) &&
		(m.Query["limit"] == "" || matches(m.Query["limit"], query["limit"]...)) &&
		since >= f.Window.After && (f.Window.For == 0 || since < f.Window.After+f.Window.For)
}

// random generates rules and calls, from few enough words that they often match.
type random struct{ *rand.Rand }

func pick[T any](r random, from ...T) T { return from[r.IntN(len(from))] }

func (r random) fault(name string) scenarios.Fault {
	f := scenarios.Fault{
		Name: name,
		Match: scenarios.Match{
			Image:   pick(r, "", "", "a", "b", "c", "a", "b", "d*", "*", "*a*"),
			Project: pick(r, "", "", "", "p1", "p*", "q"),
			User:    pick(r, "", "", "", "", "u", "*"),
		},
		Skip:   pick(r, 0, 0, 0, 1, 3),
		Times:  pick(r, 0, 1, 2, 5),
		Every:  pick(r, 0, 0, 1, 2, 3),
		Rate:   pick(r, 0, 0, 1, 0.5, 0.1),
		Window: pick(r, scenarios.Window{}, scenarios.Window{}, scenarios.Window{After: 10}, scenarios.Window{After: 5, For: 50}, scenarios.Window{For: 20}),
		Inject: answer503,
	}
	for range r.IntN(3) {
		f.Match.Operation = append(f.Match.Operation, r.operation())
	}
	if f.Validate() != nil { // it names an image, but only operations without one
		f.Match.Image = ""
	}
	if r.IntN(5) == 0 {
		f.Match.Headers = map[string]string{"Accept": pick(r, "*", "json", "j*")}
	}
	if r.IntN(5) == 0 {
		f.Match.Query = map[string]string{"limit": pick(r, "*", "1", "1*")}
	}
	return f
}

func (r random) operation() scenarios.Operation {
	return pick(r, scenarios.DeleteImage, scenarios.GetImage, scenarios.GetImages)
}

func (r random) call(at int) *fault.Call {
	return &fault.Call{
		Operation: pick(r, r.operation(), r.operation(), scenarios.CreateToken, ""),
		ImageID:   pick(r, "", "a", "b", "c", "d1", "e"),
		ImageName: named(pick(r, "", "a", "b", "da")),
		Known:     r.IntN(4) > 0,
		ProjectID: pick(r, "p1", "p2"), Project: "q",
		UserID: "u", User: "alice",
		Header:   pick(r, nil, http.Header{"Accept": {"json"}}, http.Header{"Accept": {"html", "js"}}),
		RawQuery: pick(r, "", "limit=1", "limit=2&limit=10"),
		Now:      start.Add(time.Duration(at)),
	}
}

func TestIndexAgreesWithNaive(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		var faults []scenarios.Fault
		model := new(naive)
		for i := range r.IntN(25) {
			f := r.fault(fmt.Sprint("f", i))
			faults = append(faults, f)
			model.faults = append(model.faults, newNaive(f))
		}
		in := newInjector(faults...)
		for i := range 150 {
			switch {
			case r.IntN(10) == 0:
				f := r.fault(fmt.Sprint("new", i))
				if _, err := in.Add(f); err != nil {
					t.Fatal(err)
				}
				model.faults = slices.Insert(model.faults, 0, newNaive(f))
			case r.IntN(15) == 0 && len(model.faults) > 0:
				gone := r.IntN(len(model.faults))
				in.Remove(model.faults[gone].Name)
				model.faults = slices.Delete(model.faults, gone, gone+1)
			}
			c := r.call(i)
			d := in.Decide(c)
			if got, want := d.Label(), model.decide(c); got != want {
				t.Fatalf("seed %d, call %d: injected %q, want %q", seed, i, got, want)
			}
			checkMisses(t, model, d, c)
		}
		for i, got := range in.Statuses() {
			if want := model.faults[i]; got.Fault.Name != want.Name || got.Seen != want.seen || got.Injected != want.injected {
				t.Errorf("seed %d: %s: seen %d, injected %d; want %s: %d, %d",
					seed, got.Fault.Name, got.Seen, got.Injected, want.Name, want.seen, want.injected)
			}
		}
	}
}

// checkMisses checks that each fault but the injected one has a reason, in order.
func checkMisses(t *testing.T, model *naive, d fault.Decision, c *fault.Call) {
	t.Helper()
	misses := slices.Collect(d.Misses(c))
	for _, f := range model.faults {
		if d.Fault != nil && f.Name == d.Fault.Name {
			continue
		}
		if len(misses) == 0 || misses[0].Fault != f.Name || misses[0].Reason == "" {
			t.Fatalf("no reason for %s: %v", f.Name, misses)
		}
		misses = misses[1:]
	}
	if len(misses) > 0 {
		t.Fatalf("reasons for faults that do not exist: %v", misses)
	}
}

// named is an ImageName for a registry in which every image has one name.
func named(name string) func(string) string {
	return func(string) string { return name }
}

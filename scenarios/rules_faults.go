package scenarios

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

func (c *checker) faults(p *codec.Path, faults []Fault, images []Image) {
	properties := make(map[string]bool)
	for i := range images {
		for name := range images[i].Properties {
			properties[name] = true
		}
	}
	for i := range faults {
		c.fault(p.Item(i), &faults[i], properties)
	}
	c.order(p, faults)
	c.unreachable(p, faults)
}

// fault checks a fault by itself. Properties are those that images of its scenario
// have; nil: unknown.
func (c *checker) fault(p *codec.Path, f *Fault, properties map[string]bool) {
	if !isHeaderValue(f.Name) {
		c.Problem(p.Field("name"), "%q cannot be sent in a header", f.Name)
	}
	c.match(p.Field("match"), &f.Match)
	c.injection(p.Field("inject"), &f.Inject)
	c.fields(p.Field("inject"), f, properties)
	if f.Inject.Hold != nil {
		c.hold(p.Field("inject").Field("hold"), &f.Inject)
	}
	if f.Inject.Linger != nil {
		c.linger(p.Field("inject").Field("linger"), &f.Match, &f.Inject)
	}
}

func (c *checker) limits(p *codec.Path, limits []Limit) {
	for i := range limits {
		c.limit(p.Item(i), &limits[i])
	}
}

func (c *checker) limit(p *codec.Path, l *Limit) {
	c.match(p.Field("match"), &l.Match)
}

// compared is with how many names of faults the unknown ones are compared in all, to
// guess which was meant: thousands of guesses among thousands of names take minutes.
const compared = 20_000

// order refuses faults that wait for one that does not exist, or for themselves.
func (c *checker) order(p *codec.Path, faults []Fault) {
	byName := make(map[string]int, len(faults))
	var names []string
	for i := range faults {
		if name := faults[i].Name; name != "" {
			byName[name] = i
			names = append(names, name)
		}
	}
	guesses := 0
	next := make([]int, len(faults)) // the fault that each one waits for; -1: none
	for i := range faults {
		next[i] = -1
		if faults[i].After == "" {
			continue
		}
		if j, known := byName[faults[i].After]; known {
			next[i] = j
		} else if !c.Misread(p) {
			hint := ""
			if len(names) > 0 && guesses*len(names) < compared {
				guesses++
				hint = c.Hint(func() string { return " " + codec.Choice(faults[i].After, names) })
			}
			c.Problem(p.Item(i).Field("after"), "there is no fault %q%s", faults[i].After, hint)
		}
	}
	for i, circular := range onCircles(next) {
		if circular {
			c.Problem(p.Item(i).Field("after"), "the fault is never injected: it waits for itself")
		}
	}
}

// onCircles reports which numbers lead back to themselves, if each one leads to
// next of it; -1 leads nowhere.
func onCircles(next []int) []bool {
	circular := make([]bool, len(next))
	walk := make([]int, len(next)) // the walk that came to a number, by where it began, from 1; 0: none so far
	for start := range next {
		i := start
		for i >= 0 && walk[i] == 0 {
			walk[i] = start + 1
			i = next[i]
		}
		if i < 0 || walk[i] != start+1 {
			continue // it ends, or goes on as an earlier walk did
		}
		for !circular[i] {
			circular[i] = true
			i = next[i]
		}
	}
	return circular
}

// unreachable refuses faults that are never injected because an earlier one always
// is.
func (c *checker) unreachable(p *codec.Path, faults []Fault) {
	var u unconditional
	operations := len(Operations())
	for i := range faults {
		f := &faults[i]
		if len(f.Match.Operation) > operations {
			continue // some are doubles or unknown, and to compare all of them is a product
		}
		earlier := u.before(f)
		alone := slices.IndexFunc(earlier, func(j int) bool { return faults[j].Match.includes(&f.Match) && !c.Misread(p.Item(j)) })
		switch {
		case alone >= 0:
			c.Problem(p.Item(i), "is never injected: %s is injected into every call that this fault matches", c.Name(p.Item(earlier[alone])))
		case len(earlier) > 0 && !slices.ContainsFunc(earlier, func(j int) bool { return c.Misread(p.Item(j)) }):
			var names []string
			for _, j := range earlier {
				names = append(names, c.Name(p.Item(j)))
			}
			c.Problem(p.Item(i), "is never injected: one of %s is injected into each call that this fault matches", codec.Enumerate(slices.Compact(names), "and"))
		default:
			u.add(i, f)
		}
	}
}

// maxUnconditional is how many faults that match one image, or several, later ones are
// compared with.
const maxUnconditional = 100

// unconditional is faults that are injected into every call that they match.
type unconditional struct {
	byImage map[string][]numbered // empty: they match several images
}

type numbered struct {
	i     int
	fault *Fault
}

// add adds a fault, if it is unconditional.
func (u *unconditional) add(i int, f *Fault) {
	if !f.isUnconditional() {
		return
	}
	image := f.Match.Image
	if strings.Contains(image, "*") {
		image = ""
	}
	if u.byImage == nil {
		u.byImage = make(map[string][]numbered)
	}
	if len(u.byImage[image]) < maxUnconditional {
		u.byImage[image] = append(u.byImage[image], numbered{i, f})
	}
}

// before returns the faults that leave no call to one that is tried after them.
func (u *unconditional) before(f *Fault) []int {
	var found []int
	look := func(image string) {
		for _, n := range u.byImage[image] {
			if n.fault.Match.includes(&f.Match) {
				found = append(found, n.i)
			}
		}
	}
	look("")
	if f.Match.Image != "" {
		look(f.Match.Image)
	}
	if len(found) > 0 || len(f.Match.Operation) < 2 {
		return found
	}
	for _, op := range f.Match.Operation { // a fault for each leaves no call either
		one := *f
		one.Match.Operation = []Operation{op}
		of := u.before(&one)
		if len(of) == 0 {
			return nil
		}
		found = append(found, of...)
	}
	return found
}

// isUnconditional reports whether the fault is injected into every call that it
// matches.
func (f *Fault) isUnconditional() bool {
	return !f.Inject.doesNothing() && !f.Inject.MayBeInert() &&
		f.After == "" && f.Skip == 0 && f.Times == 0 && f.Every <= 1 && (f.Rate == 0 || f.Rate == 1) && f.Window == Window{}
}

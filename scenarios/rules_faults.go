package scenarios

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

func (c *checker) faults(p *codec.Path, faults []Fault, images []Image) {
	for i := range faults {
		c.fault(p.Item(i), &faults[i], images)
	}
	unique(c, p, "name", faults, func(f *Fault) string { return f.Name })
	c.order(p, faults)
	c.unreachable(p, faults)
}

// fault checks a fault by itself. Images are those of its scenario; nil: unknown.
func (c *checker) fault(p *codec.Path, f *Fault, images []Image) {
	if !isHeaderValue(f.Name) {
		c.Problem(p.Field("name"), "%q cannot be sent in a header", f.Name)
	}
	c.match(p.Field("match"), &f.Match)
	c.injection(p.Field("inject"), &f.Inject)
	c.fields(p.Field("inject"), f, images)
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
	for i := range faults {
		if faults[i].After == "" {
			continue
		}
		at := p.Item(i).Field("after")
		next, known := byName[faults[i].After]
		if !known && !c.Misread(p) {
			hint := ""
			if len(names) > 0 {
				hint = " " + codec.Choice(faults[i].After, names)
			}
			c.Problem(at, "there is no fault %q%s", faults[i].After, hint)
		}
		for steps := 0; known && steps <= len(faults); steps++ {
			if next == i {
				c.Problem(at, "the fault is never injected: it waits for itself")
				break
			}
			next, known = byName[faults[next].After]
		}
	}
}

// unreachable refuses faults that are never injected because an earlier one always
// is.
func (c *checker) unreachable(p *codec.Path, faults []Fault) {
	unconditional := make(map[string][]int) // by the image they match; empty: several
	for i := range faults {
		f := &faults[i]
		earlier := slices.Concat(unconditional[""], unconditional[f.Match.Image])
		n := slices.IndexFunc(earlier, func(j int) bool {
			return faults[j].Match.includes(&f.Match) && !c.Misread(p.Item(j))
		})
		if n >= 0 {
			c.Problem(p.Item(i), "is never injected: %s is injected into every call that this fault matches", c.Name(p.Item(earlier[n])))
			continue
		}
		if f.isUnconditional() {
			image := f.Match.Image
			if strings.Contains(image, "*") {
				image = ""
			}
			unconditional[image] = append(unconditional[image], i)
		}
	}
}

// isUnconditional reports whether the fault is injected into every call that it
// matches.
func (f *Fault) isUnconditional() bool {
	return !f.Inject.doesNothing() && !f.Inject.MayBeInert() &&
		f.After == "" && f.Skip == 0 && f.Times == 0 && f.Every <= 1 && (f.Rate == 0 || f.Rate == 1) && f.Window == Window{}
}

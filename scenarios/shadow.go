package scenarios

import (
	"slices"
	"strings"
)

// shadows refuses faults that an earlier one leaves no call for.
func (c *checker) shadows(all *path, faults []Fault) {
	takers := make(map[string][]int) // faults that take every call they match, by the image they name in full
	for i := range faults {
		m := &faults[i].Match
		earlier := slices.Concat(takers[""], takers[m.Image])
		n := slices.IndexFunc(earlier, func(j int) bool {
			return covers(&faults[j].Match, m) && !c.spoilt(all.item(j))
		})
		if n >= 0 {
			c.problem(all.item(i), "never strikes: every call that it matches is taken by %s", c.name(all.item(earlier[n])))
			continue
		}
		if faults[i].takesAll() {
			image := m.Image
			if strings.Contains(image, "*") {
				image = ""
			}
			takers[image] = append(takers[image], i)
		}
	}
}

// takesAll reports whether the fault strikes whenever it matches.
func (f *Fault) takesAll() bool {
	return !f.Inject.doesNothing() &&
		f.After == "" && f.Skip == 0 && f.Times == 0 && f.Every <= 1 && (f.Rate == 0 || f.Rate == 1) && f.Window == Window{}
}

// covers reports whether a surely matches every call that b matches.
func covers(a, b *Match) bool {
	same := func(key string) string { return key }
	return operationsCover(a.Operation, b.Operation) &&
		textCovers(a.Image, b.Image) && textCovers(a.Project, b.Project) && textCovers(a.User, b.User) &&
		(a.Token == 0 || a.Token == b.Token) &&
		tableCovers(a.Headers, b.Headers, strings.ToLower) &&
		tableCovers(a.Query, b.Query, same)
}

func operationsCover(a, b []Operation) bool {
	for _, op := range b {
		if len(a) > 0 && !slices.Contains(a, op) {
			return false
		}
	}
	return len(a) == 0 || len(b) > 0
}

// textCovers reports whether pattern a fits all that pattern b fits: whether it
// fits b itself, whose * only a * can stand for.
func textCovers(a, b string) bool { return a == "" || b != "" && MatchGlob(a, b) }

func tableCovers(a, b map[string]string, name func(string) string) bool {
	for key, pattern := range a {
		covered := false
		for other, narrower := range b {
			covered = covered || name(key) == name(other) && MatchGlob(pattern, narrower)
		}
		if !covered {
			return false
		}
	}
	return true
}

package scenarios

import (
	"slices"
	"strings"
)

// outcome refuses images that are not there to delete. An id may be of an image
// that was never there: deleting it is what the scenario is about.
func (c *checker) outcome(o *Outcome, images []Image) {
	p := root.field("outcome")
	if (o.Error || o.Tries != 0) && len(o.Gone) == 0 && len(o.Kept) == 0 {
		c.problem(p, "of no image: want gone or kept")
	}
	for i, name := range o.Gone {
		c.named(single(p.field("gone"), o.Gone, i), name, images)
	}
	for i, name := range o.Kept {
		at := single(p.field("kept"), o.Kept, i)
		c.named(at, name, images)
		if slices.Contains(o.Gone, name) {
			c.problem(at, "%q is gone already", name)
		}
	}
}

func (c *checker) named(p *path, name string, images []Image) {
	is := func(i Image) bool { return i.is(name) }
	if !IsUUID(name) && !c.spoilt(root.field("images")) && !slices.ContainsFunc(images, is) {
		c.problem(p, "no image is called %q", name)
	}
}

// is reports whether the image, or one of those it stands for, may go by the
// name, in which * stands for any run of characters.
func (i Image) is(name string) bool {
	first := strings.ReplaceAll(i.Name, "{n}", "1")
	return MatchGlob(name, i.ID) || MatchGlob(name, first) || i.Count > 0 && MatchGlob(strings.ReplaceAll(i.Name, "{n}", "*"), name)
}

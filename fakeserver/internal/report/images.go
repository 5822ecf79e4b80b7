package report

import (
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios"
)

// An Image is an image of the scenario, at its start and now.
type Image struct {
	ID, Name string
	Start    ImageState
	Now      ImageState
	// Shown is the status with which answers still show the image although it
	// was deleted; empty: none does.
	Shown scenarios.Status
}

// An ImageState is what a deletion can change of an image.
type ImageState struct{ Exists, Protected bool }

// Targets are the ids of the images that a client is asked to delete: those that
// the outcome names, in the order of images, then those that do not exist.
func Targets(o *scenarios.Outcome, images []Image) []string {
	asked := slices.Concat(o.Gone, o.Kept)
	matching, found := patternsOf(asked), make(map[string]bool)
	var ids []string
	for i := range images {
		if images[i].in(matching) {
			ids = append(ids, images[i].ID)
			found[images[i].ID] = true
		}
	}
	for _, name := range asked {
		if scenarios.IsUUID(name) && !found[name] {
			ids = append(ids, name)
			found[name] = true
		}
	}
	return ids
}

// patterns are names and ids of images, in which * stands for any run of characters. Most
// have none, and are found at once.
type patterns struct {
	texts map[string]bool
	globs []string
}

func patternsOf(names []string) *patterns {
	p := &patterns{texts: make(map[string]bool, len(names))}
	for _, name := range names {
		if strings.Contains(name, "*") {
			p.globs = append(p.globs, name)
		} else {
			p.texts[name] = true
		}
	}
	return p
}

// in reports whether one of the patterns matches the image's id or name.
func (img *Image) in(p *patterns) bool {
	return p.texts[img.ID] || p.texts[img.Name] || slices.ContainsFunc(p.globs, func(glob string) bool {
		return scenarios.MatchGlob(glob, img.ID) || scenarios.MatchGlob(glob, img.Name)
	})
}

// An index finds what a case says of an image.
type index struct {
	gone, kept *patterns
	images     map[string]*Image    // by id
	attempts   map[string]*Attempts // by the image's id; an image that received none is missing
}

func (c *Case) index() *index {
	if c.known == nil {
		c.known = &index{
			patternsOf(c.Outcome.Gone), patternsOf(c.Outcome.Kept),
			make(map[string]*Image, len(c.Images)), make(map[string]*Attempts, len(c.Attempts)),
		}
		for i := range c.Attempts {
			c.known.attempts[c.Attempts[i].Image] = &c.Attempts[i]
		}
		for i := range c.Images {
			c.known.images[c.Images[i].ID] = &c.Images[i]
		}
	}
	return c.known
}

// isGone reports whether the image is to be gone in the end, and isKept whether it was
// asked for but remains.
func (c *Case) isGone(img *Image) bool { return img.in(c.index().gone) }
func (c *Case) isKept(img *Image) bool { return !c.isGone(img) && img.in(c.index().kept) }

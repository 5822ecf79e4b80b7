package scenarios

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// maxGlobs is how many names of an outcome may have a *: each of them is compared with
// every image.
const maxGlobs = 100

// outcome refuses names of images that the scenario does not have. Ids may be of
// images that never existed: there are scenarios about deleting these. Nothing is
// said about names if the images were misread.
func (c *checker) outcome(p *codec.Path, o *Outcome, images []Image, misread bool) {
	if (o.Error || o.Tries != 0) && len(o.Gone) == 0 && len(o.Kept) == 0 {
		c.Problem(p, "names no image: want gone or kept")
	}
	goneGlobs, globs := globsOf(o.Gone), len(globsOf(o.Gone))+len(globsOf(o.Kept))
	switch {
	case globs > maxGlobs:
		c.Problem(p, "want at most %d names with a *, got %d", maxGlobs, globs)
		return
	case len(o.Gone)+len(o.Kept) == 0:
		return
	}
	names := namesOf(images)
	exists := func(name string) bool { return IsUUID(name) || misread || names.has(name, images) }
	gone := make(map[string]bool, len(o.Gone))
	for i, name := range o.Gone {
		gone[name] = true
		if !exists(name) {
			c.Problem(entry(p.Field("gone"), o.Gone, i), "no image is called %q", name)
		}
	}
	both := goneImages(images, gone, goneGlobs)
	for i, name := range o.Kept {
		at := entry(p.Field("kept"), o.Kept, i)
		if !exists(name) {
			c.Problem(at, "no image is called %q", name)
		}
		if gone[name] {
			c.Problem(at, "%q is also in gone", name)
		} else if found, ok := both.called(name); ok {
			c.Problem(at, "%q is the image %s, which is also in gone, as %q", name, cmp.Or(found.ID, found.Name), found.by)
		}
	}
}

func isGlob(name string) bool { return strings.Contains(name, "*") }

func globsOf(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !isGlob(name) })
}

// imageNames are the names and ids that images can have, so that a name can be looked for
// without a look at each image.
type imageNames struct {
	texts     map[string]bool // ids, names, and names with one {n}
	numbered  bool            // some of them have a {n}
	templates []string        // names with several {n}
}

func namesOf(images []Image) *imageNames {
	n := &imageNames{texts: make(map[string]bool, 2*len(images))}
	for i := range images {
		img := &images[i]
		n.texts[img.ID], n.texts[img.firstName()] = true, true
		switch numbers := strings.Count(img.Name, "{n}"); {
		case img.Count > 0 && numbers == 1:
			n.texts[img.Name], n.numbered = true, true
		case img.Count > 0 && numbers > 1:
			n.templates = append(n.templates, img.Name)
		}
	}
	return n
}

// has reports whether an image, or one of the Count images that it stands for, can have a
// name or id that matches the pattern.
func (n *imageNames) has(pattern string, images []Image) bool {
	if isGlob(pattern) {
		return slices.ContainsFunc(images, func(i Image) bool { return i.mayBeCalled(pattern) })
	}
	isDigit := func(c byte) bool { return '0' <= c && c <= '9' }
	digits := 0
	for i := range len(pattern) {
		if isDigit(pattern[i]) {
			digits++
		}
	}
	const most = 30 // digits of which any may be an image's number
	if n.texts[pattern] || len(n.templates) > maxGlobs || n.numbered && digits > most {
		return true // or there are too many possibilities to look at each
	}
	for from := 0; n.numbered && from < len(pattern); from++ {
		for to := from; to < len(pattern) && isDigit(pattern[to]); to++ {
			if n.texts[pattern[:from]+"{n}"+pattern[to+1:]] {
				return true
			}
		}
	}
	return slices.ContainsFunc(n.templates, func(name string) bool { return MatchGlob(strings.ReplaceAll(name, "{n}", "*"), pattern) })
}

// firstName is the name of the image, or of the first of the Count images that it stands for.
func (i *Image) firstName() string { return strings.ReplaceAll(i.Name, "{n}", "1") }

// mayBeCalled reports whether the image, or one of the Count images that it stands
// for, can have a name or id that matches the pattern.
func (i *Image) mayBeCalled(pattern string) bool {
	return MatchGlob(pattern, i.ID) || MatchGlob(pattern, i.firstName()) ||
		i.Count > 0 && MatchGlob(strings.ReplaceAll(i.Name, "{n}", "*"), pattern)
}

// certainNames are the image's name and id. Of an image that stands for several it is the
// id alone.
func (i *Image) certainNames() []string {
	var names []string
	if i.ID != "" {
		names = append(names, i.ID)
	}
	if i.Count <= 1 && i.Name != "" {
		names = append(names, i.firstName())
	}
	return names
}

// A goneImage is an image that an outcome wants to be gone.
type goneImage struct {
	*Image
	by string // the name by which the outcome wants that
}

// goneByName are the images that are certainly gone by an outcome, by their names and ids.
type goneByName map[string]goneImage

// goneImages returns the images with one of the names, or one that matches a glob.
func goneImages(images []Image, names map[string]bool, globs []string) goneByName {
	found := make(goneByName)
	for i := range images {
		own := images[i].certainNames()
		by := ""
		for _, name := range own {
			if names[name] {
				by = name
			}
		}
		for _, glob := range globs {
			if by == "" && slices.ContainsFunc(own, func(name string) bool { return MatchGlob(glob, name) }) {
				by = glob
			}
		}
		if by == "" {
			continue
		}
		for _, name := range own {
			if _, taken := found[name]; !taken {
				found[name] = goneImage{&images[i], by}
			}
		}
	}
	return found
}

// called returns an image whose name or id matches the pattern.
func (g goneByName) called(pattern string) (goneImage, bool) {
	if img, ok := g[pattern]; ok || !isGlob(pattern) {
		return img, ok
	}
	var first string
	for name := range g {
		if MatchGlob(pattern, name) && (first == "" || name < first) {
			first = name
		}
	}
	return g[first], first != ""
}
